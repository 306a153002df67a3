package dev.nudge.tensor;

/// A trainable tensor: what an optimizer nudges.
public final class Parameter extends Variable {
    private Parameter(Value value) {
        super(value);
    }

    /// A parameter that starts as a copy of `initial`.
    public static Parameter of(Value initial) {
        return new Parameter(initial.copy());
    }

    /// A single-precision parameter that starts as a copy of `elements`.
    ///
    /// @throws ShapeException if the number of elements does not fit the shape
    public static Parameter of(float[] elements, int... shape) {
        return of(Tensor.of(elements, shape).value());
    }

    /// A double-precision parameter that starts as a copy of `elements`, for reference computations.
    ///
    /// @throws ShapeException if the number of elements does not fit the shape
    public static Parameter of(double[] elements, int... shape) {
        return of(Tensor.of(elements, shape).value());
    }

    /// A single-precision parameter of zeros.
    public static Parameter zeros(int... shape) {
        return new Parameter(Value.zeros(Type.of(DType.F32, Shape.of(shape))));
    }

    @Override
    public String toString() {
        return "Parameter" + shape();
    }
}
