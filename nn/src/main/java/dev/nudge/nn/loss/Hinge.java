package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// The loss of support vector machines: `max(0, 1 - t y)` per element, for scores `y` and targets `t` of -1 or 1.
/// Nothing is to be gained beyond the margin of 1; at the margin itself the gradient is taken as 0.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements.
///
/// Source: Cortes & Vapnik 1995, Machine Learning 20.
///
/// @param reduction how elements become one number
public record Hinge(Reduction reduction) implements Loss {
    /// @throws IllegalArgumentException if targets that are at hand are neither -1 nor 1
    @Override
    public Tensor of(Tensor scores, Tensor target) {
        Checks.sameType("hinge", scores, target);
        Checks.signs("hinge", target);
        return reduction.apply(violation(scores, target));
    }

    static Tensor violation(Tensor scores, Tensor target) {
        return scores.constantLike(1).sub(target.mul(scores)).relu();
    }
}
