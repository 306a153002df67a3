package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Squared near the target, absolute far from it, and smooth everywhere: `ln cosh(e)` with
/// `e = prediction - target`, per element; about `e²/2` for small and `|e| - ln 2` for large errors.
///
/// Computed as `|e| + softplus(-2 |e|) - ln 2`, since `cosh` itself overflows. Its gradient is `tanh(e)`.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements.
///
/// @param reduction how elements become one number
public record LogCosh(Reduction reduction) implements Loss {
    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        Checks.sameType("logCosh", prediction, target);
        Tensor distance = prediction.sub(target).abs();
        return reduction.apply(distance.add(distance.mul(-2).softplus()).sub(Math.log(2)));
    }
}
