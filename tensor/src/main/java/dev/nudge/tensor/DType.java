package dev.nudge.tensor;

/// Element type of a tensor.
///
/// `F32` is what networks train in; `F64` is for reference values and gradient checks; `I32`, `I64` and `BOOL` are
/// for indices, random keys and masks.
public enum DType {
    /// 32-bit IEEE 754 floating point, stored as `float[]`.
    F32(4),
    /// 64-bit IEEE 754 floating point, stored as `double[]`.
    F64(8),
    /// 32-bit signed integer, stored as `int[]`.
    I32(4),
    /// 64-bit signed integer, stored as `long[]`.
    I64(8),
    /// Truth value, stored as `byte[]` of 0 and 1.
    BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /// Size of one element in bytes.
    public int bytes() {
        return bytes;
    }

    /// Whether gradients can flow through values of this type.
    public boolean isFloating() {
        return this == F32 || this == F64;
    }

    /// Whether values of this type can serve as indices.
    public boolean isInteger() {
        return this == I32 || this == I64;
    }
}
