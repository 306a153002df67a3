package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Exponential linear unit, `y = x` where `x > 0`, else `alpha (e^x - 1)`.
///
/// Source: Clevert, Unterthiner and Hochreiter 2016, arXiv:1511.07289.
///
/// @param alpha how far below zero the output reaches
public record Elu(double alpha) implements Activation {
    /// Checks alpha.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public Elu {
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("elu: alpha must be positive and finite, found " + alpha);
        }
    }

    /// The unit with alpha 1.
    public static Elu of() {
        return new Elu(1);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor below = x.min(x.constantLike(0)).exp().sub(1).mul(alpha); // e^x of a large x would overflow
        return x.greater(0).where(x, below);
    }
}
