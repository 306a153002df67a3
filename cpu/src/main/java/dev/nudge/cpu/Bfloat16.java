package dev.nudge.cpu;

/// Floats rounded to bfloat16: the upper half of a float, which has all of its range and 8 bits of its
/// precision.
///
/// To the nearest number, of two as near to the even one; what is beyond the largest becomes infinite,
/// and a NaN stays one. The relative error is at most 2^-8 for normal numbers up to the largest.
///
/// Source: Intel 2018, *BFLOAT16 - Hardware Numerics Definition*, which differs in that it makes zeros
/// of subnormal numbers; here they are rounded as all others.
public final class Bfloat16 {
    /// Half of a unit of the last place that is kept, less one; that bit itself decides a tie.
    static final int BELOW_HALF = 0x7fff;
    /// Set in a NaN, so that it is still one when its lower half is gone.
    static final int QUIET = 0x40_0000;

    /// Vectors of floats that, rounded, are vectors still.
    private static final int LEAST_BITS = 128;

    private Bfloat16() {}

    /// The bits of `value` rounded.
    public static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = Float.isNaN(value) ? bits | QUIET : bits + BELOW_HALF + (bits >>> 16 & 1);
        return (short) (rounded >>> 16);
    }

    /// Puts the elements of `from` at `first` and later, before `end`, into the same places of `to`,
    /// rounded as by [#of].
    ///
    /// @throws IndexOutOfBoundsException if there are no such places
    public static void round(float[] from, short[] to, int first, int end) {
        boolean vector = VectorModule.isPresent() && VectorModule.bits() >= LEAST_BITS;
        int done = vector ? VectorBfloat16.round(from, to, first, end) : first;
        for (int i = done; i < end; i++) {
            to[i] = of(from[i]);
        }
    }
}
