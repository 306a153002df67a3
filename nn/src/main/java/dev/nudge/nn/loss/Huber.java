package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Squared near the target, absolute far from it: `e²/2` where `|e| <= delta`, else `delta (|e| - delta/2)`, with
/// `e = prediction - target`, per element.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements.
///
/// Source: Huber 1964, Annals of Mathematical Statistics 35.
///
/// @param delta     distance at which the loss turns linear
/// @param reduction how elements become one number
public record Huber(double delta, Reduction reduction) implements Loss {
    /// Checks delta.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public Huber {
        if (!(delta > 0) || Double.isInfinite(delta)) {
            throw new IllegalArgumentException("huber: delta must be positive and finite, found " + delta);
        }
    }

    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        Checks.sameType("huber", prediction, target);
        Tensor distance = prediction.sub(target).abs();
        Tensor near = distance.min(distance.constantLike(delta));
        return reduction.apply(near.square().mul(0.5).add(distance.sub(near).mul(delta)));
    }
}
