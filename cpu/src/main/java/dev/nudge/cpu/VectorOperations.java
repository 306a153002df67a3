package dev.nudge.cpu;

import static dev.nudge.cpu.Lanes.SPECIES;
import static dev.nudge.cpu.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Each element-wise operation for one vector, as [LoopCode] pastes it into the code of a loop.
///
/// Straight lines of library calls and of calls of [VectorMath], no branches. The bits are those of [Elementwise],
/// [Functions] and [Selections], which go over ranges; those cannot call these, since a vector that crosses a call that
/// is not inlined is boxed.
final class VectorOperations {
    private VectorOperations() {}

    static FloatVector add(FloatVector x, FloatVector y) {
        return x.add(y);
    }

    static FloatVector subtract(FloatVector x, FloatVector y) {
        return x.sub(y);
    }

    static FloatVector multiply(FloatVector x, FloatVector y) {
        return x.mul(y);
    }

    static FloatVector divide(FloatVector x, FloatVector y) {
        return x.div(y);
    }

    static FloatVector max(FloatVector x, FloatVector y) {
        return x.max(y);
    }

    static FloatVector min(FloatVector x, FloatVector y) {
        return x.min(y);
    }

    static FloatVector negate(FloatVector x) {
        return x.neg();
    }

    static FloatVector abs(FloatVector x) {
        return x.abs();
    }

    static FloatVector sqrt(FloatVector x) {
        return x.sqrt();
    }

    static FloatVector sign(FloatVector x) {
        return x.blend(-1f, x.compare(VectorOperators.LT, 0f)).blend(1f, x.compare(VectorOperators.GT, 0f));
    }

    static FloatVector relu(FloatVector x) {
        return x.blend(0f, x.compare(VectorOperators.LE, 0f));
    }

    static FloatVector leakyRelu(FloatVector x, float slope) {
        return x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0f));
    }

    static FloatVector exp(FloatVector x) {
        return VectorMath.exp(x);
    }

    static FloatVector log(FloatVector x) {
        return VectorMath.log(x);
    }

    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = VectorMath.exp(x.abs().neg());
        FloatVector numerator = FloatVector.broadcast(SPECIES, 1f).blend(e, x.compare(VectorOperators.LT, 0f));
        return numerator.div(e.add(1f));
    }

    static FloatVector softplus(FloatVector x) {
        FloatVector e = VectorMath.exp(x.abs().neg());
        FloatVector l = VectorMath.log(e.add(1f));
        FloatVector u = e.add(1f);
        FloatVector lost = e.sub(u.sub(1f));
        return x.blend(0f, x.compare(VectorOperators.LT, 0f)).add(l.add(lost.div(u)));
    }

    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector e = VectorMath.exp(a.mul(2f));
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
        return magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    static FloatVector erf(FloatVector x) {
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
        return magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    static VectorMask<Float> less(FloatVector x, FloatVector y) {
        return x.compare(VectorOperators.LT, y);
    }

    static VectorMask<Float> lessOrEqual(FloatVector x, FloatVector y) {
        return x.compare(VectorOperators.LE, y);
    }

    static VectorMask<Float> greater(FloatVector x, FloatVector y) {
        return x.compare(VectorOperators.GT, y);
    }

    static VectorMask<Float> greaterOrEqual(FloatVector x, FloatVector y) {
        return x.compare(VectorOperators.GE, y);
    }

    static VectorMask<Float> equal(FloatVector x, FloatVector y) {
        return x.compare(VectorOperators.EQ, y);
    }

    static VectorMask<Float> notEqual(FloatVector x, FloatVector y) {
        return x.compare(VectorOperators.NE, y);
    }

    static VectorMask<Float> isFinite(FloatVector x) {
        return x.abs().compare(VectorOperators.LE, Float.MAX_VALUE);
    }

    static VectorMask<Float> and(VectorMask<Float> x, VectorMask<Float> y) {
        return x.and(y);
    }

    static VectorMask<Float> or(VectorMask<Float> x, VectorMask<Float> y) {
        return x.or(y);
    }

    static VectorMask<Float> not(VectorMask<Float> x) {
        return x.not();
    }

    /// x where the condition holds, else y.
    static FloatVector where(VectorMask<Float> condition, FloatVector x, FloatVector y) {
        return y.blend(x, condition);
    }

    /// 1 where the truth value holds, else 0.
    static FloatVector toNumber(VectorMask<Float> x) {
        return FloatVector.zero(SPECIES).blend(1f, x);
    }

    /// Whether x differs from 0.
    static VectorMask<Float> toTruth(FloatVector x) {
        return x.compare(VectorOperators.NE, 0f);
    }

    /// What a loop does before and after the operations.
    static FloatVector load(float[] array, int from) {
        return FloatVector.fromArray(SPECIES, array, from);
    }

    static void store(FloatVector x, float[] array, int from) {
        x.intoArray(array, from);
    }

    static FloatVector repeat(float x) {
        return FloatVector.broadcast(SPECIES, x);
    }

    static VectorMask<Float> repeatTruth(float x) {
        return FloatVector.broadcast(SPECIES, x).compare(VectorOperators.NE, 0f);
    }
}
