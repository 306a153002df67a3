package dev.nudge.nn;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;

/// The examples of the documentation on sequences, compiled and run.
final class SequenceSnippets {
    private SequenceSnippets() {}

    static Tensor embedding() {
        // @start region=embedding
        Embedding words = Embedding.of(5000, 32, RandomKey.of(1)).withPadding(0);
        Tensor y = words.forward(Tensor.of(new int[] {17, 4, 0, 4711, 0, 0}, 2, 3)); // [2, 3] to [2, 3, 32]
        // @end
        return y;
    }

    static Layer bag() {
        // @start region=bag
        RandomKey key = RandomKey.of(1);
        Layer classifier = Sequential.of(
                new EmbeddingBag(Embedding.of(5000, 32, key.at(0)).withPadding(0), EmbeddingBag.Pooling.MEAN),
                Linear.of(32, 2, key.at(1)));
        // @end
        return classifier;
    }

    static Tensor rotary(Tensor queries) {
        // @start region=rotary
        Rotary rotary = Rotary.of(Rotary.Pairing.HALVES);
        Tensor turned = rotary.forward(queries); // [batch, heads, time, width] to the same
        // @end
        return turned;
    }
}
