package dev.nudge.train.io;

/// Element types that safetensors files can declare.
///
/// Nudge loads and writes the types that have a primitive array in Java. The two 16-bit floats, in which many models
/// are published, are widened to `F32` as they are read, which loses nothing, and are never written. The others are
/// known by name only, so that an error can say "not supported" and not "unknown".
public enum ElementType {
    /// Truth values, one byte of 0 or 1 each, in a `byte[]`.
    BOOL(8, true),
    /// Two 4-bit floats to a byte; not loaded.
    F4(4, false),
    /// 6-bit floats with two exponent bits; not loaded.
    F6_E2M3(6, false),
    /// 6-bit floats with three exponent bits; not loaded.
    F6_E3M2(6, false),
    /// Unsigned bytes in a `byte[]`.
    U8(8, true),
    /// Signed bytes in a `byte[]`.
    I8(8, true),
    /// 8-bit floats with five exponent bits; not loaded.
    F8_E5M2(8, false),
    /// 8-bit floats with four exponent bits; not loaded.
    F8_E4M3(8, false),
    /// 8-bit powers of two; not loaded.
    F8_E8M0(8, false),
    /// 16-bit signed integers in a `short[]`.
    I16(16, true),
    /// 16-bit unsigned integers; not loaded.
    U16(16, false),
    /// IEEE 754 half precision; read as `F32`.
    F16(16, true),
    /// The upper half of a 32-bit float; read as `F32`.
    BF16(16, true),
    /// 32-bit signed integers in an `int[]`.
    I32(32, true),
    /// 32-bit unsigned integers; not loaded.
    U32(32, false),
    /// IEEE 754 single precision in a `float[]`.
    F32(32, true),
    /// Complex numbers of two 32-bit floats; not loaded.
    C64(64, false),
    /// IEEE 754 double precision in a `double[]`.
    F64(64, true),
    /// 64-bit signed integers in a `long[]`.
    I64(64, true),
    /// 64-bit unsigned integers; not loaded.
    U64(64, false);

    private final int bits;
    private final boolean loadable;

    ElementType(int bits, boolean loadable) {
        this.bits = bits;
        this.loadable = loadable;
    }

    /// Size of one element in bits.
    public int bits() {
        return bits;
    }

    /// Whether tensors of this type can be read into an array.
    public boolean isLoadable() {
        return loadable;
    }
}
