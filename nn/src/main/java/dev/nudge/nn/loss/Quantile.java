package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Leads to a quantile instead of the mean: `q e` where `e = target - prediction` is positive, `(q - 1) e` where it is
/// negative, per element (the pinball loss). With `q = 0.9`, predicting too little costs nine times as much as
/// predicting too much, so nine targets in ten end up below the prediction.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements. Its gradient is taken as 0 where both are equal.
///
/// Source: Koenker & Bassett 1978, Econometrica 46.
///
/// @param quantile  share of the targets that should lie below the prediction, in `(0, 1)`
/// @param reduction how elements become one number
public record Quantile(double quantile, Reduction reduction) implements Loss {
    /// Checks the quantile.
    ///
    /// @throws IllegalArgumentException if it is not in `(0, 1)`
    public Quantile {
        if (!(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException("quantile: quantile must be in (0, 1), found " + quantile);
        }
    }

    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        Checks.sameType("quantile", prediction, target);
        Tensor error = target.sub(prediction);
        Tensor under = error.relu().mul(quantile);
        Tensor over = error.negate().relu().mul(1 - quantile);
        return reduction.apply(under.add(over));
    }
}
