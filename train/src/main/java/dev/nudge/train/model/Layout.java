package dev.nudge.train.model;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.stream.IntStream;

/// How the numbers of another framework's weight are put in order for one of ours. Numbers move, none changes.
@FunctionalInterface
public interface Layout {
    /// The weight in our order.
    ///
    /// @throws ShapeException if the weight has another shape than the layout is for
    Tensor rearrange(Tensor weight);

    /// As it is: biases, normalizations, embeddings, and weights `[in, out]` such as those of GPT-2's `Conv1D` or of
    /// Keras.
    static Layout same() {
        return weight -> weight;
    }

    /// `[out, in]` to `[in, out]`: PyTorch's `Linear`, and with its gates side by side `LSTM` and `GRU`.
    static Layout transposed() {
        return Tensor::transpose;
    }

    /// `[out, in, ..]` to `[.., in, out]`, kernel axes in their order: PyTorch's `Conv1d` and `Conv2d`.
    static Layout kernel() {
        return weight -> {
            int rank = weight.shape().rank();
            if (rank < 3) {
                throw new ShapeException("kernel: expected [out, in, ..], found " + weight.shape());
            }
            return weight.permute(IntStream.range(0, rank)
                    .map(axis -> axis < rank - 2 ? axis + 2 : rank - 1 - axis)
                    .toArray());
        };
    }

    /// `[out, channels height width]` to `[height width channels, out]`: PyTorch's `Linear` behind a flattened image,
    /// whose channels come first there and last here.
    static Layout flattened(int channels, int height, int width) {
        return weight -> {
            int out = weight.shape().extent(0);
            return weight.reshape(out, channels, height, width)
                    .permute(2, 3, 1, 0)
                    .reshape(height * width * channels, out);
        };
    }
}
