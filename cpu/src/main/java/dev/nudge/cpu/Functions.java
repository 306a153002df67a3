package dev.nudge.cpu;

import static dev.nudge.cpu.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Element-wise functions of one operand over ranges of f32 arrays.
///
/// The output may be the range of the operand itself, but not overlap it otherwise. [ScalarFunctions] gives the same
/// bits without the Vector API.
final class Functions {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int LANES = SPECIES.length();

    private Functions() {}

    /// -x.
    static void negate(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.neg().intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.neg().intoArray(out, outFrom + i, rest);
        }
    }

    /// |x|.
    static void abs(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.abs().intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.abs().intoArray(out, outFrom + i, rest);
        }
    }

    /// -1, 0 or 1 as x is below, at or above zero; keeps a zero's sign and NaN.
    static void sign(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.blend(-1f, x.compare(VectorOperators.LT, 0f))
                    .blend(1f, x.compare(VectorOperators.GT, 0f))
                    .intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.blend(-1f, x.compare(VectorOperators.LT, 0f))
                    .blend(1f, x.compare(VectorOperators.GT, 0f))
                    .intoArray(out, outFrom + i, rest);
        }
    }

    /// The square root of x.
    static void sqrt(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.sqrt().intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.sqrt().intoArray(out, outFrom + i, rest);
        }
    }

    /// x x.
    static void square(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.mul(x).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.mul(x).intoArray(out, outFrom + i, rest);
        }
    }

    /// 1 / x.
    static void reciprocal(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector.broadcast(SPECIES, 1f).div(x).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector.broadcast(SPECIES, 1f).div(x).intoArray(out, outFrom + i, rest);
        }
    }

    /// e to the power x.
    static void exp(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            VectorMath.exp(x).intoArray(out, outFrom + i, rest);
        }
    }

    /// The natural logarithm of x.
    static void log(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            VectorMath.log(x).intoArray(out, outFrom + i, rest);
        }
    }

    /// The hyperbolic tangent of x.
    static void tanh(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector e = VectorMath.exp(x.abs().mul(2f));
            FloatVector a = x.abs();
            FloatVector z = a.mul(a);
            FloatVector p = z.fma(T4, T3);
            p = p.lanewise(VectorOperators.FMA, z, T2);
            p = p.lanewise(VectorOperators.FMA, z, T1);
            p = p.lanewise(VectorOperators.FMA, z, T0);
            FloatVector small = a.mul(z).fma(p, a);
            FloatVector large = FloatVector.broadcast(SPECIES, 1f)
                    .sub(FloatVector.broadcast(SPECIES, 2f).div(e.add(1f)));
            FloatVector magnitude = large.blend(small, a.compare(VectorOperators.LT, TANH_SMALL));
            IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
            FloatVector y = magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
            y.intoArray(out, outFrom + i, rest);
        }
    }

    /// 1 / (1 + exp(-x)).
    static void sigmoid(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector e = VectorMath.exp(x.abs().neg());
            FloatVector numerator = FloatVector.broadcast(SPECIES, 1f).blend(e, x.compare(VectorOperators.LT, 0f));
            FloatVector y = numerator.div(e.add(1f));
            y.intoArray(out, outFrom + i, rest);
        }
    }

    /// The error function of x.
    static void erf(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector a = x.abs();
            FloatVector z = a.mul(a);
            FloatVector p = z.fma(R6, R5);
            p = p.lanewise(VectorOperators.FMA, z, R4);
            p = p.lanewise(VectorOperators.FMA, z, R3);
            p = p.lanewise(VectorOperators.FMA, z, R2);
            p = p.lanewise(VectorOperators.FMA, z, R1);
            p = p.lanewise(VectorOperators.FMA, z, R0);
            FloatVector small = a.fma(p, a);
            FloatVector q = a.fma(Q7, Q6);
            q = q.lanewise(VectorOperators.FMA, a, Q5);
            q = q.lanewise(VectorOperators.FMA, a, Q4);
            q = q.lanewise(VectorOperators.FMA, a, Q3);
            q = q.lanewise(VectorOperators.FMA, a, Q2);
            q = q.lanewise(VectorOperators.FMA, a, Q1);
            q = q.lanewise(VectorOperators.FMA, a, Q0);
            FloatVector s = q.mul(q);
            FloatVector large = s.neg().fma(s, FloatVector.broadcast(SPECIES, 1f));
            FloatVector magnitude = large.blend(small, a.compare(VectorOperators.LT, ERF_SMALL))
                    .blend(1f, a.compare(VectorOperators.GT, ERF_HIGH));
            IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
            FloatVector y = magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
            y.intoArray(out, outFrom + i, rest);
        }
    }

    /// log(1 + exp(x)).
    static void softplus(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector e = VectorMath.exp(x.abs().neg());
            FloatVector l = VectorMath.log(e.add(1f));
            FloatVector u = e.add(1f);
            FloatVector lost = e.sub(u.sub(1f));
            FloatVector y = x.blend(0f, x.compare(VectorOperators.LT, 0f)).add(l.add(lost.div(u)));
            y.intoArray(out, outFrom + i, rest);
        }
    }

    /// x if x > 0, else 0; NaN stays NaN.
    static void relu(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.blend(0f, x.compare(VectorOperators.LE, 0f)).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.blend(0f, x.compare(VectorOperators.LE, 0f)).intoArray(out, outFrom + i, rest);
        }
    }

    /// 1 if x > 0, else 0.
    static void step(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            FloatVector.zero(SPECIES)
                    .blend(1f, x.compare(VectorOperators.GT, 0f))
                    .intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector.zero(SPECIES)
                    .blend(1f, x.compare(VectorOperators.GT, 0f))
                    .intoArray(out, outFrom + i, rest);
        }
    }

    /// x if x > 0, else slope x.
    static void leakyRelu(float[] xs, int xsFrom, float slope, float[] out, int outFrom, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i);
            x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0f)).intoArray(out, outFrom + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0f)).intoArray(out, outFrom + i, rest);
        }
    }

    /// The greatest integer that is not above x.
    static void floor(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        ScalarFunctions.floor(xs, xsFrom, out, outFrom, length);
    }
}
