package dev.nudge.nn.init;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// Normal numbers.
///
/// @param mean      mean
/// @param deviation standard deviation
/// @param truncated whether numbers beyond two deviations are drawn again; the deviation of what remains is then
///                  0.88 times `deviation`, as in TensorFlow and PyTorch
public record Normal(double mean, double deviation, boolean truncated) implements Initializer {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException if one is not finite or the deviation negative
    public Normal {
        if (!Double.isFinite(mean) || !(deviation >= 0) || Double.isInfinite(deviation)) {
            throw new IllegalArgumentException(
                    "normal: expected a finite mean and a deviation of at least 0, found mean = " + mean
                            + ", deviation = " + deviation);
        }
    }

    @Override
    public Value values(RandomKey key, Type type, int fanIn, int fanOut) {
        return truncated ? Draws.truncatedNormal(key, type, mean, deviation) : Draws.normal(key, type, mean, deviation);
    }

    @Override
    public String name() {
        return truncated ? "truncatedNormal" : "normal";
    }
}
