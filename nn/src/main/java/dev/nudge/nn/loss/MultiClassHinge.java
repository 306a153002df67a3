package dev.nudge.nn.loss;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// The hinge for one class among many: `Σ_(j ≠ t) max(0, margin - y_t + y_j) / classes` per row, for scores `y` and
/// the true class `t`. Every wrong class is asked to stay a margin below the true one.
///
/// Shape: scores `[.., classes]`; class indices `[..]` (`I32` or `I64`); the mean is over rows. Dividing by the number
/// of classes follows PyTorch; the paper adds up.
///
/// Source: Weston & Watkins 1999, ESANN.
///
/// @param margin    by how much the true class must win, above 0
/// @param reduction how rows become one number
public record MultiClassHinge(double margin, Reduction reduction) implements Loss {
    /// Checks the margin.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public MultiClassHinge {
        if (!(margin > 0) || Double.isInfinite(margin)) {
            throw new IllegalArgumentException("multiClassHinge: margin must be positive and finite, found " + margin);
        }
    }

    /// @throws ShapeException           if the shapes do not fit
    /// @throws IllegalArgumentException if indices that are at hand are no classes
    @Override
    public Tensor of(Tensor scores, Tensor target) {
        Checks.classes("multiClassHinge", scores, target);
        int classes = scores.shape().extent(-1);
        Tensor truth = target.oneHot(classes).greater(0);
        Tensor zero = scores.constantLike(0);
        Tensor trueScore = truth.where(scores, zero).sumKeep(-1);
        Tensor violations = scores.sub(trueScore).add(margin).relu();
        return reduction.apply(truth.where(zero, violations).sum(-1).div(classes));
    }
}
