package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Absolute distance, `|prediction - target|`, per element; its gradient is taken as 0 where both are equal.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements.
///
/// @param reduction how elements become one number
public record MeanAbsoluteError(Reduction reduction) implements Loss {
    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        Checks.sameType("meanAbsoluteError", prediction, target);
        return reduction.apply(prediction.sub(target).abs());
    }
}
