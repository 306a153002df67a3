package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Element-wise arithmetic of two operands over ranges of f32 arrays.
///
/// An operand is `length` elements from an index on, or one number for all. The output may be the range of an operand
/// itself, but not overlap it otherwise. [ScalarElementwise] gives the same bits without the Vector API.
final class Elementwise {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int LANES = SPECIES.length();

    private Elementwise() {}

    /// x + y.
    static void add(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            x.add(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            x.add(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x + y, with one y for all.
    static void add(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.add(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.add(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x + y, with one x for all.
    static void add(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        add(ys, ysFrom, x, out, outFrom, length);
    }

    /// x - y.
    static void subtract(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            x.sub(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            x.sub(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x - y, with one y for all.
    static void subtract(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.sub(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.sub(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x - y, with one x for all.
    static void subtract(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            FloatVector.broadcast(SPECIES, x).sub(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector.broadcast(SPECIES, x).sub(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x y.
    static void multiply(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            x.mul(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            x.mul(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x y, with one y for all.
    static void multiply(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.mul(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.mul(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x y, with one x for all.
    static void multiply(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        multiply(ys, ysFrom, x, out, outFrom, length);
    }

    /// x / y.
    static void divide(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            x.div(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            x.div(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x / y, with one y for all.
    static void divide(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.div(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.div(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// x / y, with one x for all.
    static void divide(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            FloatVector.broadcast(SPECIES, x).div(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector.broadcast(SPECIES, x).div(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// max(x, y); NaN if either is NaN, and -0 is below +0.
    static void max(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            x.max(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            x.max(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// max(x, y); NaN if either is NaN, and -0 is below +0, with one y for all.
    static void max(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.max(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.max(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// max(x, y); NaN if either is NaN, and -0 is below +0, with one x for all.
    static void max(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        max(ys, ysFrom, x, out, outFrom, length);
    }

    /// min(x, y); NaN if either is NaN, and -0 is below +0.
    static void min(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i);
            x.min(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            x.min(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// min(x, y); NaN if either is NaN, and -0 is below +0, with one y for all.
    static void min(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.min(y).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.min(y).intoArray(out, outFrom + i, rest);
        }
    }

    /// min(x, y); NaN if either is NaN, and -0 is below +0, with one x for all.
    static void min(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        min(ys, ysFrom, x, out, outFrom, length);
    }

    /// x to the power y.
    static void power(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        ScalarElementwise.power(xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// x to the power y, with one y for all.
    static void power(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        if (y == 2f) {
            multiply(xs, xsFrom, xs, xsFrom, out, outFrom, length);
        } else {
            ScalarElementwise.power(xs, xsFrom, y, out, outFrom, length);
        }
    }

    /// x to the power y, with one x for all.
    static void power(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        ScalarElementwise.power(x, ys, ysFrom, out, outFrom, length);
    }
}
