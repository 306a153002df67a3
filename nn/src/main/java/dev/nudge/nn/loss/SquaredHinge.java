package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// The squared hinge: `max(0, 1 - t y)²` per element, for scores `y` and targets `t` of -1 or 1. Unlike [Hinge] it is
/// smooth at the margin, and large violations count more.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements.
///
/// Source: Tang 2013, arXiv:1306.0239, section 2.2.
///
/// @param reduction how elements become one number
public record SquaredHinge(Reduction reduction) implements Loss {
    /// @throws IllegalArgumentException if targets that are at hand are neither -1 nor 1
    @Override
    public Tensor of(Tensor scores, Tensor target) {
        Checks.sameType("squaredHinge", scores, target);
        Checks.signs("squaredHinge", target);
        return reduction.apply(Hinge.violation(scores, target).square());
    }
}
