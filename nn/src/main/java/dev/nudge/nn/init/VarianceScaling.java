package dev.nudge.nn.init;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Locale;

/// Random numbers of mean 0 whose variance depends on how many inputs and outputs a layer has, so that signals keep
/// their size from layer to layer.
///
/// Uniform numbers lie in `[-√(3 variance), √(3 variance))`; normal ones are not truncated.
///
/// @param scheme       how large the variance is
/// @param distribution how the numbers are distributed
public record VarianceScaling(Scheme scheme, Distribution distribution) implements Initializer {
    /// How large the variance is.
    public enum Scheme {
        /// `2 / (fanIn + fanOut)`. Source: Glorot and Bengio 2010, AISTATS, equation 16.
        GLOROT,
        /// `2 / fanIn`. Source: He et al. 2015, arXiv:1502.01852, equation 10.
        HE,
        /// `1 / fanIn`. Source: LeCun et al. 1998, Efficient BackProp, section 4.6.
        LECUN
    }

    /// How the numbers are distributed.
    public enum Distribution {
        /// All numbers between two bounds equally likely.
        UNIFORM,
        /// Gauss's bell.
        NORMAL
    }

    /// The variance for a layer with the given fans.
    public double variance(int fanIn, int fanOut) {
        return switch (scheme) {
            case GLOROT -> 2.0 / ((double) fanIn + fanOut);
            case HE -> 2.0 / fanIn;
            case LECUN -> 1.0 / fanIn;
        };
    }

    @Override
    public Value values(RandomKey key, Type type, int fanIn, int fanOut) {
        double variance = variance(fanIn, fanOut);
        double limit = Math.sqrt(3 * variance);
        return switch (distribution) {
            case UNIFORM -> Draws.uniform(key, type, -limit, limit);
            case NORMAL -> Draws.normal(key, type, 0, Math.sqrt(variance));
        };
    }

    @Override
    public String name() {
        return scheme.name().toLowerCase(Locale.ROOT) + (distribution == Distribution.UNIFORM ? "Uniform" : "Normal");
    }
}
