package dev.nudge.nn;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;

/// The examples of the documentation of convolution and pooling, compiled and run.
final class ConvolutionSnippets {
    private ConvolutionSnippets() {}

    static Tensor conv2d(Tensor images) {
        // @start region=conv2d
        Conv2d conv = Conv2d.of(3, 16, 5, RandomKey.of(1)).withStride(2).withPadding(2);
        Tensor y = conv.forward(images); // [8, 28, 28, 3] to [8, 14, 14, 16]
        // @end
        return y;
    }

    static Tensor conv1d(Tensor series) {
        // @start region=conv1d
        Conv1d conv = Conv1d.of(4, 32, 3, RandomKey.of(1)).withDilation(2).causal();
        Tensor y = conv.forward(series); // [8, 100, 4] to [8, 100, 32]
        // @end
        return y;
    }

    static Tensor convTranspose2d(Tensor features) {
        // @start region=convTranspose2d
        ConvTranspose2d larger =
                ConvTranspose2d.of(16, 3, 4, 2, RandomKey.of(1)).withPadding(1);
        Tensor y = larger.forward(features); // [8, 7, 7, 16] to [8, 14, 14, 3]
        // @end
        return y;
    }

    static Layer pooling() {
        // @start region=pooling
        RandomKey key = RandomKey.of(42);
        Layer model = Sequential.of(
                Conv2d.of(1, 6, 5, key.at(1)).withSamePadding(), // [batch, 28, 28, 1] to [batch, 28, 28, 6]
                new Relu(),
                MaxPool2d.of(2), // to [batch, 14, 14, 6]
                Conv2d.of(6, 16, 5, key.at(2)), // to [batch, 10, 10, 16]
                new Relu(),
                new GlobalAveragePool(), // to [batch, 16]
                Linear.of(16, 10, key.at(3)));
        // @end
        return model;
    }
}
