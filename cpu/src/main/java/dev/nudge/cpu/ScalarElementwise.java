package dev.nudge.cpu;

/// [Elementwise] in plain Java: the same bits without the Vector API, slower.
final class ScalarElementwise {
    /// A function of two numbers.
    @FunctionalInterface
    private interface Operation {
        float apply(float x, float y);
    }

    private ScalarElementwise() {}

    /// x + y.
    static void add(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(Float::sum, xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// x + y, with one y for all.
    static void add(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        map(Float::sum, xs, xsFrom, y, out, outFrom, length);
    }

    /// x + y, with one x for all.
    static void add(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(Float::sum, x, ys, ysFrom, out, outFrom, length);
    }

    /// x - y.
    static void subtract(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarElementwise::difference, xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// x - y, with one y for all.
    static void subtract(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        map(ScalarElementwise::difference, xs, xsFrom, y, out, outFrom, length);
    }

    /// x - y, with one x for all.
    static void subtract(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarElementwise::difference, x, ys, ysFrom, out, outFrom, length);
    }

    /// x y.
    static void multiply(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarElementwise::product, xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// x y, with one y for all.
    static void multiply(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        map(ScalarElementwise::product, xs, xsFrom, y, out, outFrom, length);
    }

    /// x y, with one x for all.
    static void multiply(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarElementwise::product, x, ys, ysFrom, out, outFrom, length);
    }

    /// x / y.
    static void divide(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarElementwise::quotient, xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// x / y, with one y for all.
    static void divide(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        map(ScalarElementwise::quotient, xs, xsFrom, y, out, outFrom, length);
    }

    /// x / y, with one x for all.
    static void divide(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarElementwise::quotient, x, ys, ysFrom, out, outFrom, length);
    }

    /// max(x, y); NaN if either is NaN, and -0 is below +0.
    static void max(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(Math::max, xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// max(x, y); NaN if either is NaN, and -0 is below +0, with one y for all.
    static void max(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        map(Math::max, xs, xsFrom, y, out, outFrom, length);
    }

    /// max(x, y); NaN if either is NaN, and -0 is below +0, with one x for all.
    static void max(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(Math::max, x, ys, ysFrom, out, outFrom, length);
    }

    /// min(x, y); NaN if either is NaN, and -0 is below +0.
    static void min(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(Math::min, xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// min(x, y); NaN if either is NaN, and -0 is below +0, with one y for all.
    static void min(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        map(Math::min, xs, xsFrom, y, out, outFrom, length);
    }

    /// min(x, y); NaN if either is NaN, and -0 is below +0, with one x for all.
    static void min(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(Math::min, x, ys, ysFrom, out, outFrom, length);
    }

    /// x to the power y.
    static void power(float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::pow, xs, xsFrom, ys, ysFrom, out, outFrom, length);
    }

    /// x to the power y, with one y for all.
    static void power(float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        map(ScalarMath::pow, xs, xsFrom, y, out, outFrom, length);
    }

    /// x to the power y, with one x for all.
    static void power(float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        map(ScalarMath::pow, x, ys, ysFrom, out, outFrom, length);
    }

    private static float difference(float x, float y) {
        return x - y;
    }

    private static float product(float x, float y) {
        return x * y;
    }

    private static float quotient(float x, float y) {
        return x / y;
    }

    private static void map(
            Operation operation, float[] xs, int xsFrom, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = operation.apply(xs[xsFrom + i], ys[ysFrom + i]);
        }
    }

    private static void map(
            Operation operation, float[] xs, int xsFrom, float y, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = operation.apply(xs[xsFrom + i], y);
        }
    }

    private static void map(
            Operation operation, float x, float[] ys, int ysFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = operation.apply(x, ys[ysFrom + i]);
        }
    }
}
