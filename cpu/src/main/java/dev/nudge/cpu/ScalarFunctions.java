package dev.nudge.cpu;

/// [Functions] in plain Java: the same bits without the Vector API, slower.
final class ScalarFunctions {
    /// A function of one number.
    @FunctionalInterface
    private interface Function {
        float apply(float x);
    }

    private ScalarFunctions() {}

    /// -x.
    static void negate(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(x -> -x, xs, xsFrom, out, outFrom, length);
    }

    /// |x|.
    static void abs(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(Math::abs, xs, xsFrom, out, outFrom, length);
    }

    /// -1, 0 or 1 as x is below, at or above zero; keeps a zero's sign and NaN.
    static void sign(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(Math::signum, xs, xsFrom, out, outFrom, length);
    }

    /// The square root of x.
    static void sqrt(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(x -> (float) Math.sqrt(x), xs, xsFrom, out, outFrom, length);
    }

    /// x x.
    static void square(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(x -> x * x, xs, xsFrom, out, outFrom, length);
    }

    /// 1 / x.
    static void reciprocal(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(x -> 1f / x, xs, xsFrom, out, outFrom, length);
    }

    /// e to the power x.
    static void exp(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::exp, xs, xsFrom, out, outFrom, length);
    }

    /// The natural logarithm of x.
    static void log(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::log, xs, xsFrom, out, outFrom, length);
    }

    /// The hyperbolic tangent of x.
    static void tanh(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::tanh, xs, xsFrom, out, outFrom, length);
    }

    /// 1 / (1 + exp(-x)).
    static void sigmoid(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::sigmoid, xs, xsFrom, out, outFrom, length);
    }

    /// The error function of x.
    static void erf(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::erf, xs, xsFrom, out, outFrom, length);
    }

    /// log(1 + exp(x)).
    static void softplus(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::softplus, xs, xsFrom, out, outFrom, length);
    }

    /// x if x > 0, else 0; NaN stays NaN.
    static void relu(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(x -> x <= 0f ? 0f : x, xs, xsFrom, out, outFrom, length);
    }

    /// 1 if x > 0, else 0.
    static void step(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(x -> x > 0f ? 1f : 0f, xs, xsFrom, out, outFrom, length);
    }

    /// x if x > 0, else slope x.
    static void leakyRelu(float[] xs, int xsFrom, float slope, float[] out, int outFrom, int length) {
        map(x -> x > 0f ? x : x * slope, xs, xsFrom, out, outFrom, length);
    }

    /// The greatest integer that is not above x.
    static void floor(float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        map(x -> (float) Math.floor(x), xs, xsFrom, out, outFrom, length);
    }

    private static void map(Function function, float[] xs, int xsFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = function.apply(xs[xsFrom + i]);
        }
    }
}
