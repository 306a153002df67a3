package dev.nudge.cpu;

/// Element-wise comparisons of f32 ranges, giving bytes 0 or 1, and the choice between two operands by such bytes.
///
/// A comparison with NaN is false, except that NaN differs from everything. Plain Java, with or without the Vector API.
final class Comparisons {
    private Comparisons() {}

    /// 1 where x < y, else 0.
    static void less(float[] xs, int xsFrom, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] < ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x < y, else 0, with one y for all.
    static void less(float[] xs, int xsFrom, float y, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] < y ? 1 : 0);
        }
    }

    /// 1 where x < y, else 0, with one x for all.
    static void less(float x, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x < ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x <= y, else 0.
    static void lessOrEqual(float[] xs, int xsFrom, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] <= ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x <= y, else 0, with one y for all.
    static void lessOrEqual(float[] xs, int xsFrom, float y, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] <= y ? 1 : 0);
        }
    }

    /// 1 where x <= y, else 0, with one x for all.
    static void lessOrEqual(float x, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x <= ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x > y, else 0.
    static void greater(float[] xs, int xsFrom, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] > ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x > y, else 0, with one y for all.
    static void greater(float[] xs, int xsFrom, float y, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] > y ? 1 : 0);
        }
    }

    /// 1 where x > y, else 0, with one x for all.
    static void greater(float x, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x > ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x >= y, else 0.
    static void greaterOrEqual(float[] xs, int xsFrom, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] >= ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x >= y, else 0, with one y for all.
    static void greaterOrEqual(float[] xs, int xsFrom, float y, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] >= y ? 1 : 0);
        }
    }

    /// 1 where x >= y, else 0, with one x for all.
    static void greaterOrEqual(float x, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x >= ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x = y, else 0.
    static void equal(float[] xs, int xsFrom, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] == ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x = y, else 0, with one y for all.
    static void equal(float[] xs, int xsFrom, float y, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] == y ? 1 : 0);
        }
    }

    /// 1 where x = y, else 0, with one x for all.
    static void equal(float x, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x == ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x differs from y, else 0.
    static void notEqual(float[] xs, int xsFrom, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] != ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// 1 where x differs from y, else 0, with one y for all.
    static void notEqual(float[] xs, int xsFrom, float y, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (xs[xsFrom + i] != y ? 1 : 0);
        }
    }

    /// 1 where x differs from y, else 0, with one x for all.
    static void notEqual(float x, float[] ys, int ysFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x != ys[ysFrom + i] ? 1 : 0);
        }
    }

    /// x where the condition is not 0, y elsewhere.
    static void where(
            byte[] conditions,
            int conditionsFrom,
            float[] xs,
            int xsFrom,
            float[] ys,
            int ysFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = choose(conditions[conditionsFrom + i], xs[xsFrom + i], ys[ysFrom + i]);
        }
    }

    /// x where the condition is not 0, y elsewhere, with one y for all.
    static void where(
            byte[] conditions,
            int conditionsFrom,
            float[] xs,
            int xsFrom,
            float y,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = choose(conditions[conditionsFrom + i], xs[xsFrom + i], y);
        }
    }

    /// x where the condition is not 0, y elsewhere, with one x for all.
    static void where(
            byte[] conditions,
            int conditionsFrom,
            float x,
            float[] ys,
            int ysFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = choose(conditions[conditionsFrom + i], x, ys[ysFrom + i]);
        }
    }

    /// x where the condition is not 0, y elsewhere, with one x and one y for all.
    static void where(byte[] conditions, int conditionsFrom, float x, float y, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = choose(conditions[conditionsFrom + i], x, y);
        }
    }

    /// A choice without a branch, which random conditions would mispredict half of the time.
    private static float choose(byte condition, float x, float y) {
        int mask = condition == 0 ? 0 : -1;
        int bits = Float.floatToRawIntBits(x) & mask | Float.floatToRawIntBits(y) & ~mask;
        return Float.intBitsToFloat(bits);
    }
}
