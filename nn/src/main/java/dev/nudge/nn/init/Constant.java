package dev.nudge.nn.init;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// The same value everywhere.
///
/// @param value the value
public record Constant(double value) implements Initializer {
    @Override
    public Value values(RandomKey key, Type type, int fanIn, int fanOut) {
        Value values = Value.zeros(type);
        for (int i = 0; i < values.elements(); i++) {
            values.set(i, value);
        }
        return values;
    }

    @Override
    public String name() {
        return value == 0 ? "zeros" : "constant";
    }
}
