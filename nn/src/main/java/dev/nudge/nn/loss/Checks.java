package dev.nudge.nn.loss;

import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import org.jspecify.annotations.Nullable;

/// What losses check of their operands.
final class Checks {
    private static final double SUM_TOLERANCE = 1e-3; // of single-precision probabilities over many classes

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

    /// Checks that the rows of targets that are at hand are probabilities.
    static void distributions(String loss, Tensor target) {
        Value value = fed(target);
        if (value == null || value.elements() == 0) {
            return;
        }
        int classes = target.shape().extent(-1);
        for (int row = 0; row < value.elements() / classes; row++) {
            double sum = 0;
            for (int i = 0; i < classes; i++) {
                double share = value.at(row * classes + i);
                if (!(share >= 0)) {
                    throw new IllegalArgumentException(loss + ": target probabilities must be at least 0, found "
                            + share + " at row " + row + ", element " + i);
                }
                sum += share;
            }
            if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
                throw new IllegalArgumentException(
                        loss + ": target probabilities of a row must add up to 1, row " + row + " adds up to " + sum);
            }
        }
    }

    /// Checks that targets that are at hand are -1 or 1.
    static void signs(String loss, Tensor target) {
        Value value = fed(target);
        if (value == null) {
            return;
        }
        for (int i = 0; i < value.elements(); i++) {
            double element = value.at(i);
            if (element != 1 && element != -1) {
                throw new IllegalArgumentException(loss + ": targets must be -1 or 1, found " + element + " at "
                        + place(value.type().shape(), i)
                        + (element == 0 ? ". Turn 0 and 1 into -1 and 1 with target.mul(2).sub(1)" : ""));
            }
        }
    }

    /// Checks that logits `[.., classes]` and class indices `[..]` fit, and indices that are at hand are classes.
    static void classes(String loss, Tensor logits, Tensor target) {
        if (!logits.dtype().isFloating() || logits.shape().rank() == 0) {
            throw new ShapeException(loss + ": expected logits [.., classes], found " + logits.type());
        }
        Shape rows = logits.shape().range(0, logits.shape().rank() - 1);
        if (!target.dtype().isInteger() || !target.shape().equals(rows)) {
            throw new ShapeException(loss + ": logits " + logits.shape() + " want class indices " + rows
                    + " (I32 or I64), found " + target.type() + "; a loss does not broadcast");
        }
        Value value = fed(target);
        for (int i = 0; value != null && i < value.elements(); i++) {
            long index = value.longAt(i);
            if (index < 0 || index >= logits.shape().extent(-1)) {
                throw new IllegalArgumentException(loss + ": target class " + index + " at "
                        + place(value.type().shape(), i) + " is outside 0.."
                        + (logits.shape().extent(-1) - 1));
            }
        }
    }

    /// The setting, if it is finite and at least `least`.
    static double atLeast(String loss, String setting, double least, double found) {
        if (!(found >= least) || Double.isInfinite(found)) {
            throw new IllegalArgumentException(
                    loss + ": " + setting + " must be finite and at least " + least + ", found " + found);
        }
        return found;
    }
}
