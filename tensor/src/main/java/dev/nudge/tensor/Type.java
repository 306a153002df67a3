package dev.nudge.tensor;

/// What is known of a tensor before it is computed: its element type and its shape.
public record Type(DType dtype, Shape shape) {
    /// The type with the given parts.
    public static Type of(DType dtype, Shape shape) {
        return new Type(dtype, shape);
    }

    /// The same element type with another shape.
    public Type withShape(Shape other) {
        return new Type(dtype, other);
    }

    /// The same shape with another element type.
    public Type withDType(DType other) {
        return new Type(other, shape);
    }

    /// Bytes that the elements take.
    public long bytes() {
        return (long) shape.elements() * dtype.bytes();
    }

    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
