package dev.nudge.nn.init;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// Uniform numbers in `[low, high)`.
///
/// @param low  smallest
/// @param high bound above
public record Uniform(double low, double high) implements Initializer {
    /// Checks the bounds.
    ///
    /// @throws IllegalArgumentException if they are not finite and in order
    public Uniform {
        if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException(
                    "uniform: expected finite low <= high, found low = " + low + ", high = " + high);
        }
    }

    @Override
    public Value values(RandomKey key, Type type, int fanIn, int fanOut) {
        return Draws.uniform(key, type, low, high);
    }

    @Override
    public String name() {
        return "uniform";
    }
}
