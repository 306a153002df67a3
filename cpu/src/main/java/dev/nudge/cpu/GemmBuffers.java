package dev.nudge.cpu;

/// The scratch arrays of one thread for [GemmTask]; they grow to the largest product and are then reused.
final class GemmBuffers {
    /// The start of every accumulator.
    final float[] zeros = new float[GemmPacking.WIDTH];

    private float[] panel = {};
    private float[] left = {};
    private float[] held = {};

    /// Room for a packed panel of B.
    float[] panel(int length) {
        if (panel.length < length) {
            panel = new float[length];
        }
        return panel;
    }

    /// Room for a packed block of A.
    float[] left(int length) {
        if (left.length < length) {
            left = new float[length];
        }
        return left;
    }

    /// Room for a block of C that cannot be computed in place.
    float[] held(int length) {
        if (held.length < length) {
            held = new float[length];
        }
        return held;
    }
}
