package dev.nudge.cpu;

import static dev.nudge.cpu.Lanes.SPECIES;
import static dev.nudge.cpu.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// exp and log of [ScalarMath] for a vector of numbers, operation by operation; see there for the formulas.
///
/// The library's own lane-wise EXP, TANH and so on are not used: they change bits between interpreter and compiler.
///
/// Only the functions that others build on are here; [Functions] composes the others in its loops.
/// A vector that crosses a call is boxed, and C2 does not inline a method of ours that it has
/// already compiled to much code, nor any once the caller has grown past its node limit (while the
/// library's own methods are always inlined). So kernels call these first, and these call nothing
/// but the library.
final class VectorMath {
    private VectorMath() {}

    /// e to the power x.
    static FloatVector exp(FloatVector x) {
        FloatVector shifted = x.fma(LOG2_E, ROUNDER);
        FloatVector k = shifted.sub(ROUNDER);
        FloatVector r =
                k.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), k.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x));
        FloatVector p = r.fma(E4, E3);
        p = p.lanewise(VectorOperators.FMA, r, E2);
        p = p.lanewise(VectorOperators.FMA, r, E1);
        p = p.lanewise(VectorOperators.FMA, r, E0);
        FloatVector y = r.mul(r).fma(p, r).add(1f);
        IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS - 2 * EXPONENT_BIAS);
        IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
        IntVector first = half.lanewise(VectorOperators.LSHL, FRACTION_BITS);
        IntVector second = exponent.sub(half).lanewise(VectorOperators.LSHL, FRACTION_BITS);
        return y.mul(first.reinterpretAsFloats())
                .mul(second.reinterpretAsFloats())
                .blend(0f, x.compare(VectorOperators.LT, EXP_LOW))
                .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_HIGH));
    }

    /// e to the power x for x that are not positive, by one factor, which is normal where the result is not zero.
    static FloatVector expBelowZero(FloatVector x) {
        FloatVector shifted = x.fma(LOG2_E, ROUNDER);
        FloatVector k = shifted.sub(ROUNDER);
        FloatVector r =
                k.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), k.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x));
        FloatVector p = r.fma(E4, E3);
        p = p.lanewise(VectorOperators.FMA, r, E2);
        p = p.lanewise(VectorOperators.FMA, r, E1);
        p = p.lanewise(VectorOperators.FMA, r, E0);
        FloatVector y = r.mul(r).fma(p, r).add(1f);
        IntVector factor = shifted.reinterpretAsInts()
                .sub(ROUNDER_BITS - EXPONENT_BIAS)
                .lanewise(VectorOperators.LSHL, FRACTION_BITS);
        return y.mul(factor.reinterpretAsFloats()).blend(0f, x.compare(VectorOperators.LT, EXP_TINY));
    }

    /// The natural logarithm of x.
    static FloatVector log(FloatVector x) {
        VectorMask<Float> tiny = x.compare(VectorOperators.LT, MIN_NORMAL);
        IntVector bits = x.blend(x.mul(TWO_23), tiny).reinterpretAsInts();
        IntVector k = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, FRACTION_BITS);
        FloatVector f = bits.sub(k.lanewise(VectorOperators.LSHL, FRACTION_BITS))
                .reinterpretAsFloats()
                .sub(1f);
        FloatVector exponent = k.add(ROUNDER_BITS).reinterpretAsFloats().sub(ROUNDER);
        exponent = exponent.blend(exponent.sub(FRACTION_BITS), tiny);
        FloatVector p = f.fma(L8, L7);
        p = p.lanewise(VectorOperators.FMA, f, L6);
        p = p.lanewise(VectorOperators.FMA, f, L5);
        p = p.lanewise(VectorOperators.FMA, f, L4);
        p = p.lanewise(VectorOperators.FMA, f, L3);
        p = p.lanewise(VectorOperators.FMA, f, L2);
        p = p.lanewise(VectorOperators.FMA, f, L1);
        p = p.lanewise(VectorOperators.FMA, f, L0);
        FloatVector t = f.mul(f).mul(p.lanewise(VectorOperators.FMA, f, -0.5f));
        FloatVector y = exponent.fma(
                FloatVector.broadcast(SPECIES, LN2_HIGH),
                f.add(exponent.fma(FloatVector.broadcast(SPECIES, LN2_LOW), t)));
        y = x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
        return y.blend(Float.NaN, x.compare(VectorOperators.LT, 0f));
    }
}
