package dev.nudge.tensor;

/// A tensor that a model carries but does not train, such as running statistics or optimizer state.
public final class Buffer extends Variable {
    private Buffer(Value value) {
        super(value);
    }

    /// A buffer that starts as a copy of `initial`.
    public static Buffer of(Value initial) {
        return new Buffer(initial.copy());
    }

    /// A buffer of zeros.
    public static Buffer zeros(Type type) {
        return new Buffer(Value.zeros(type));
    }

    @Override
    public String toString() {
        return "Buffer" + shape();
    }
}
