package dev.nudge.train.metric;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;

/// Which classes outputs and targets speak of.
final class Classes {
    private Classes() {}

    /// Predicted class of each example: `[batch, classes]`, or `[batch]` and `[batch, 1]` for two classes.
    static int[] predicted(Tensor prediction, double threshold) {
        Shape shape = prediction.shape();
        return shape.rank() == 2 && shape.extent(1) > 1
                ? largest(prediction.value(), shape)
                : above(prediction, threshold);
    }

    /// Actual class of each example: indices, or numbers that give the largest share to the class.
    static int[] actual(Tensor target, int examples) {
        Shape shape = target.shape();
        int[] classes;
        if (target.dtype().isInteger()) {
            classes = target.toInts();
        } else if (shape.rank() == 2 && shape.extent(1) > 1) {
            classes = largest(target.value(), shape);
        } else {
            classes = above(target, 0.5);
        }
        if (classes.length != examples) {
            throw new ShapeException(
                    "metric: expected one target for each of " + examples + " predictions, found shape " + shape);
        }
        return classes;
    }

    private static int[] largest(Value value, Shape shape) {
        int[] classes = new int[shape.extent(0)];
        int width = shape.extent(1);
        for (int i = 0; i < classes.length; i++) {
            int best = 0;
            for (int j = 1; j < width; j++) {
                if (value.at(i * width + j) > value.at(i * width + best)) {
                    best = j;
                }
            }
            classes[i] = best;
        }
        return classes;
    }

    private static int[] above(Tensor tensor, double threshold) {
        Shape shape = tensor.shape();
        if (shape.rank() == 0 || shape.elements() != shape.extent(0)) {
            throw new ShapeException(
                    "metric: expected one row of outputs for each example, [batch, classes], found shape " + shape);
        }
        Value value = tensor.value();
        int[] classes = new int[shape.extent(0)];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = value.at(i) > threshold ? 1 : 0;
        }
        return classes;
    }
}
