package dev.nudge.train;

import dev.nudge.nn.Dropout;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.data.ArrayDataset;

/// Small things to train.
final class Toy {
    private Toy() {}

    /// Points in four dimensions in two classes, divided by a bent line.
    static ArrayDataset points(int count, long seed) {
        RandomKey key = RandomKey.of(seed);
        float[] inputs = new float[count * 4];
        int[] labels = new int[count];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) (2 * key.uniform(i) - 1);
        }
        for (int row = 0; row < count; row++) {
            float x = inputs[4 * row];
            labels[row] = inputs[4 * row + 1] > x * x - 0.3f ? 1 : 0;
        }
        return ArrayDataset.of(inputs, Shape.of(4), labels, 2);
    }

    /// Two layers of weights, and dropout between them if asked for.
    static Layer model(Keys keys, boolean dropout) {
        Layer first = Linear.of(4, 8, keys.init().at(1));
        Layer last = Linear.of(8, 2, keys.init().at(2));
        return dropout
                ? Sequential.of(first, new Relu(), new Dropout(0.3), last)
                : Sequential.of(first, new Relu(), last);
    }

    /// Three layers of weights, wide enough for several threads.
    static Layer wide(Keys keys) {
        return Sequential.of(
                Linear.of(4, 256, keys.init().at(1)),
                new Relu(),
                new Dropout(0.2),
                Linear.of(256, 256, keys.init().at(2)),
                new Relu(),
                Linear.of(256, 2, keys.init().at(3)));
    }
}
