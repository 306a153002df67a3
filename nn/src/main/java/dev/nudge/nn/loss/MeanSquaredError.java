package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Squared distance, `(prediction - target)²`, per element.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements.
///
/// @param reduction how elements become one number
public record MeanSquaredError(Reduction reduction) implements Loss {
    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        Checks.sameType("meanSquaredError", prediction, target);
        return reduction.apply(prediction.sub(target).square());
    }
}
