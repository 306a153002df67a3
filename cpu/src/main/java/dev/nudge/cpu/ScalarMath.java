package dev.nudge.cpu;

/// The elementary functions of the cpu backend for one f32 number.
///
/// This is the definition of what [VectorMath] computes per lane: the same operations in the same order, each correctly
/// rounded, so both give the same bits on every machine, interpreted or compiled. The largest errors measured over the
/// whole range are in the tests.
/*
 * The polynomials were fitted for these ranges by weighted least squares iterated towards the minimax solution, with
 * coefficients rounded to f32 one after the other; their own errors are below a tenth of an ulp.
 */
final class ScalarMath {
    /// 1.5 * 2^23: adding it rounds a small number to an integer, which then sits in the low bits.
    static final float ROUNDER = 12_582_912f;

    static final int ROUNDER_BITS = 0x4B40_0000;
    static final float LOG2_E = 1.442_695f;
    /// ln 2 = LN2_HIGH + LN2_LOW; an exponent times LN2_HIGH is exact.
    static final float LN2_HIGH = 0x1.62e4p-1f;

    static final float LN2_LOW = 0x1.7f7d1cp-20f;
    /// Beyond these bounds exp is infinite or zero.
    static final float EXP_HIGH = 89f;

    static final float EXP_LOW = -104f;
    /// From here on up exp is a normal number.
    static final float EXP_TINY = -87f;
    static final float MIN_NORMAL = 0x1p-126f;
    static final float TWO_23 = 0x1p23f;
    /// Bits of sqrt(1/2): log splits its argument into 2^k times a number from there to twice that.
    static final int SQRT_HALF_BITS = 0x3F35_04F3;

    static final int EXPONENT_BIAS = 127;
    static final int FRACTION_BITS = 23;
    static final int SIGN_BIT = 0x8000_0000;

    /// exp(r) = 1 + r + r^2 E(r), |r| <= ln(2) / 2.
    static final float E0 = 0.5f;

    static final float E1 = 0.1666652f;
    static final float E2 = 0.041666392f;
    static final float E3 = 0.008368832f;
    static final float E4 = 0.0013941536f;

    /// log(1 + f) = f - f^2 / 2 + f^3 L(f), sqrt(1/2) <= 1 + f <= sqrt(2).
    static final float L0 = 0.33333313f;

    static final float L1 = -0.2500001f;
    static final float L2 = 0.20002073f;
    static final float L3 = -0.16667995f;
    static final float L4 = 0.14220323f;
    static final float L5 = -0.124060646f;
    static final float L6 = 0.11883665f;
    static final float L7 = -0.11671291f;
    static final float L8 = 0.067504965f;

    /// tanh(x) = x + x^3 T(x^2), |x| < TANH_SMALL.
    static final float TANH_SMALL = 0.625f;

    static final float T0 = -0.3333328f;
    static final float T1 = 0.13331409f;
    static final float T2 = -0.053736944f;
    static final float T3 = 0.020630028f;
    static final float T4 = -0.0056948042f;

    /// erf(x) = x + x R(x^2), |x| < ERF_SMALL.
    static final float ERF_SMALL = 1.125f;

    static final float R0 = 0.12837917f;
    static final float R1 = -0.37612605f;
    static final float R2 = 0.11283285f;
    static final float R3 = -0.026840053f;
    static final float R4 = 0.005161274f;
    static final float R5 = -0.0007771369f;
    static final float R6 = 7.074703e-05f;

    /// erf(x) = 1 - Q(x)^4, ERF_SMALL <= x <= ERF_HIGH; erf is 1 in f32 from there.
    /// The fourth root of 1 - erf(x) needs no more than a polynomial.
    static final float ERF_HIGH = 4f;

    static final float Q0 = 1.0054988f;
    static final float Q1 = -0.3087868f;
    static final float Q2 = -0.06342412f;
    static final float Q3 = -0.050481133f;
    static final float Q4 = 0.06612288f;
    static final float Q5 = -0.022213755f;
    static final float Q6 = 0.0032342663f;
    static final float Q7 = -0.00017950233f;

    private ScalarMath() {}

    /// e to the power x.
    static float exp(float x) {
        float shifted = Math.fma(x, LOG2_E, ROUNDER);
        float k = shifted - ROUNDER;
        float r = Math.fma(k, -LN2_LOW, Math.fma(k, -LN2_HIGH, x));
        float p = Math.fma(E4, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r, E1);
        p = Math.fma(p, r, E0);
        float y = Math.fma(r * r, p, r) + 1f;
        // Two factors, because 2^k alone may not be a normal number; only the second product can round.
        int exponent = Float.floatToRawIntBits(shifted) - (ROUNDER_BITS - 2 * EXPONENT_BIAS);
        int half = exponent >> 1;
        float first = Float.intBitsToFloat(half << FRACTION_BITS);
        float second = Float.intBitsToFloat((exponent - half) << FRACTION_BITS);
        float bounded = x < EXP_LOW ? 0f : y * first * second;
        return x > EXP_HIGH ? Float.POSITIVE_INFINITY : bounded;
    }

    /// e to the power x for x that are not positive; zero below [#EXP_TINY], where numbers become subnormal, which
    /// processors compute with slowly.
    static float expBelowZero(float x) {
        return x < EXP_TINY ? 0f : exp(x);
    }

    /// The natural logarithm of x.
    static float log(float x) {
        boolean tiny = x < MIN_NORMAL;
        int bits = Float.floatToRawIntBits(tiny ? x * TWO_23 : x);
        int k = (bits - SQRT_HALF_BITS) >> FRACTION_BITS;
        float f = Float.intBitsToFloat(bits - (k << FRACTION_BITS)) - 1f;
        float exponent = Float.intBitsToFloat(k + ROUNDER_BITS) - ROUNDER;
        exponent = tiny ? exponent - FRACTION_BITS : exponent;
        float p = Math.fma(L8, f, L7);
        p = Math.fma(p, f, L6);
        p = Math.fma(p, f, L5);
        p = Math.fma(p, f, L4);
        p = Math.fma(p, f, L3);
        p = Math.fma(p, f, L2);
        p = Math.fma(p, f, L1);
        p = Math.fma(p, f, L0);
        float t = f * f * Math.fma(p, f, -0.5f);
        float y = Math.fma(exponent, LN2_HIGH, f + Math.fma(exponent, LN2_LOW, t));
        y = x < Float.POSITIVE_INFINITY ? y : x;
        y = x == 0f ? Float.NEGATIVE_INFINITY : y;
        return x < 0f ? Float.NaN : y;
    }

    /// The hyperbolic tangent of x.
    static float tanh(float x) {
        float a = Math.abs(x);
        float z = a * a;
        float p = Math.fma(T4, z, T3);
        p = Math.fma(p, z, T2);
        p = Math.fma(p, z, T1);
        p = Math.fma(p, z, T0);
        float small = Math.fma(a * z, p, a);
        float large = 1f - 2f / (exp(a + a) + 1f);
        return withSign(a < TANH_SMALL ? small : large, x);
    }

    /// The logistic function 1 / (1 + exp(-x)).
    static float sigmoid(float x) {
        float e = exp(-Math.abs(x));
        return (x < 0f ? e : 1f) / (e + 1f);
    }

    /// The error function of x.
    static float erf(float x) {
        float a = Math.abs(x);
        float z = a * a;
        float p = Math.fma(R6, z, R5);
        p = Math.fma(p, z, R4);
        p = Math.fma(p, z, R3);
        p = Math.fma(p, z, R2);
        p = Math.fma(p, z, R1);
        p = Math.fma(p, z, R0);
        float small = Math.fma(a, p, a);
        float q = Math.fma(Q7, a, Q6);
        q = Math.fma(q, a, Q5);
        q = Math.fma(q, a, Q4);
        q = Math.fma(q, a, Q3);
        q = Math.fma(q, a, Q2);
        q = Math.fma(q, a, Q1);
        q = Math.fma(q, a, Q0);
        float s = q * q;
        float large = Math.fma(-s, s, 1f);
        float magnitude = a < ERF_SMALL ? small : large;
        return withSign(a > ERF_HIGH ? 1f : magnitude, x);
    }

    /// log(1 + exp(x)), computed as max(x, 0) + log(1 + exp(-|x|)).
    static float softplus(float x) {
        float e = exp(-Math.abs(x));
        float u = e + 1f;
        float lost = e - (u - 1f);
        return (x < 0f ? 0f : x) + (log(u) + lost / u);
    }

    /// x to the power y; a power of exactly 2 is the product x x.
    static float pow(float x, float y) {
        return y == 2f ? x * x : (float) StrictMath.pow(x, y);
    }

    private static float withSign(float magnitude, float sign) {
        int bits = Float.floatToRawIntBits(magnitude) | Float.floatToRawIntBits(sign) & SIGN_BIT;
        return Float.intBitsToFloat(bits);
    }
}
