package dev.nudge.onednn;

/// Room for the operands of one product as bfloat16; it grows to the largest product and is then reused.
final class RoundedOperands {
    private short[] left = {};
    private short[] right = {};

    /// Room for the elements of A.
    short[] left(int elements) {
        if (left.length < elements) {
            left = new short[elements];
        }
        return left;
    }

    /// Room for the elements of B.
    short[] right(int elements) {
        if (right.length < elements) {
            right = new short[elements];
        }
        return right;
    }
}
