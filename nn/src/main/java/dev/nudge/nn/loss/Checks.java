package dev.nudge.nn.loss;

import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import org.jspecify.annotations.Nullable;

/// What losses check of their operands.
final class Checks {
    private Checks() {}

    /// Checks that prediction and target are numbers of one type and shape.
    static void sameType(String loss, Tensor prediction, Tensor target) {
        if (!prediction.dtype().isFloating()) {
            throw new ShapeException(loss + ": expected floating-point predictions, found " + prediction.type());
        }
        if (!prediction.shape().equals(target.shape())) {
            throw new ShapeException(loss + ": prediction " + prediction.shape() + " and target " + target.shape()
                    + " must have the same shape; a loss does not broadcast" + fix(prediction.shape(), target.shape()));
        }
        if (prediction.dtype() != target.dtype()) {
            throw new ShapeException(loss + ": prediction is " + prediction.dtype() + ", target " + target.dtype()
                    + "; use target.cast(DType." + prediction.dtype() + ")");
        }
    }

    private static String fix(Shape prediction, Shape target) {
        if (prediction.elements() != target.elements()) {
            return "";
        }
        return target.rank() < prediction.rank()
                ? ". Do target.reshape" + arguments(prediction)
                : ". Do prediction.reshape" + arguments(target);
    }

    private static String arguments(Shape shape) {
        String list = shape.toString();
        return "(" + list.substring(1, list.length() - 1) + ")";
    }

    /// Elements that are at hand because the caller handed them over, else null.
    static @Nullable Value fed(Tensor tensor) {
        return tensor.op() instanceof Leaf.Data ? tensor.bound() : null;
    }

    /// Checks that targets that are at hand lie in `[0, 1]`.
    static void unitInterval(String loss, Tensor target) {
        Value value = fed(target);
        if (value == null) {
            return;
        }
        for (int i = 0; i < value.elements(); i++) {
            double element = value.at(i);
            if (!(element >= 0 && element <= 1)) {
                throw new IllegalArgumentException(loss + ": targets must be in [0, 1], found " + element + " at "
                        + place(value.type().shape(), i));
            }
        }
    }

    /// Where element `index` stands, in words.
    static String place(Shape shape, int index) {
        if (shape.rank() == 0) {
            return "the only element";
        }
        int width = shape.product(1, shape.rank());
        return shape.rank() == 1 ? "row " + index : "row " + index / width + ", element " + index % width;
    }
}
