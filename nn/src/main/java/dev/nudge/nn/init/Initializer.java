package dev.nudge.nn.init;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// A way to choose the first values of a parameter.
public interface Initializer {
    /// Values of the given type; equal keys give equal values.
    ///
    /// @param fanIn  how many inputs one output is a sum over
    /// @param fanOut how many outputs one input goes into
    Value values(RandomKey key, Type type, int fanIn, int fanOut);

    /// Name for run records, such as `heUniform`.
    String name();
}
