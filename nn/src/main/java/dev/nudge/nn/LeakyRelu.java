package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Leaky rectified linear unit, `y = x` where `x > 0`, else `slope x`.
///
/// @param slope slope below zero
public record LeakyRelu(double slope) implements Activation {
    /// Checks the slope.
    ///
    /// @throws IllegalArgumentException if it is not finite
    public LeakyRelu {
        if (!Double.isFinite(slope)) {
            throw new IllegalArgumentException("leakyRelu: slope must be finite, found " + slope);
        }
    }

    /// The slope 0.01 of Maas, Hannun and Ng 2013.
    public static LeakyRelu of() {
        return new LeakyRelu(0.01);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.leakyRelu(slope);
    }
}
