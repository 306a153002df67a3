package dev.nudge.cpu;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.Unary;

/// The kernel of each element-wise operation: with the Vector API where it is there, else its plain twin, which gives
/// the same bits.
///
/// A class that needs the incubator module is only touched when `vector` says so.
final class ElementwiseKernels {
    private ElementwiseKernels() {}

    /// `out = f(x)` over ranges.
    @FunctionalInterface
    interface UnaryKernel {
        void run(float[] x, int xFrom, float[] out, int outFrom, int length);
    }

    /// `out = f(x, y)` over ranges.
    @FunctionalInterface
    interface Both {
        void run(float[] x, int xFrom, float[] y, int yFrom, float[] out, int outFrom, int length);
    }

    /// `out = f(x, y)` with one y for all.
    @FunctionalInterface
    interface Right {
        void run(float[] x, int xFrom, float y, float[] out, int outFrom, int length);
    }

    /// `out = f(x, y)` with one x for all.
    @FunctionalInterface
    interface Left {
        void run(float x, float[] y, int yFrom, float[] out, int outFrom, int length);
    }

    /// The three forms of a function of two operands.
    record BinaryKernel(Both both, Right right, Left left) {}

    /// `out = x relation y` over ranges.
    @FunctionalInterface
    interface CompareBoth {
        void run(float[] x, int xFrom, float[] y, int yFrom, byte[] out, int outFrom, int length);
    }

    /// `out = x relation y` with one y for all.
    @FunctionalInterface
    interface CompareRight {
        void run(float[] x, int xFrom, float y, byte[] out, int outFrom, int length);
    }

    /// `out = x relation y ? then : otherwise` over ranges.
    @FunctionalInterface
    interface SelectKernel {
        void run(
                float[] x,
                int xFrom,
                float[] y,
                int yFrom,
                float[] then,
                int thenFrom,
                float[] otherwise,
                int otherwiseFrom,
                float[] out,
                int outFrom,
                int length);
    }

    /// The two forms of a comparison.
    record CompareKernel(CompareBoth both, CompareRight right) {}

    static UnaryKernel unary(Unary op, boolean vector) {
        return switch (op) {
            case Unary.Negate _ -> vector ? Functions::negate : ScalarFunctions::negate;
            case Unary.Abs _ -> vector ? Functions::abs : ScalarFunctions::abs;
            case Unary.Sign _ -> vector ? Functions::sign : ScalarFunctions::sign;
            case Unary.Exp _ -> vector ? Functions::exp : ScalarFunctions::exp;
            case Unary.Log _ -> vector ? Functions::log : ScalarFunctions::log;
            case Unary.Sqrt _ -> vector ? Functions::sqrt : ScalarFunctions::sqrt;
            case Unary.Sigmoid _ -> vector ? Functions::sigmoid : ScalarFunctions::sigmoid;
            case Unary.Tanh _ -> vector ? Functions::tanh : ScalarFunctions::tanh;
            case Unary.Erf _ -> vector ? Functions::erf : ScalarFunctions::erf;
            case Unary.Softplus _ -> vector ? Functions::softplus : ScalarFunctions::softplus;
            case Unary.Relu _ -> vector ? Functions::relu : ScalarFunctions::relu;
            case Unary.LeakyRelu(double slope) -> {
                float s = (float) slope;
                yield vector
                        ? (x, xFrom, out, outFrom, length) -> Functions.leakyRelu(x, xFrom, s, out, outFrom, length)
                        : (x, xFrom, out, outFrom, length) ->
                                ScalarFunctions.leakyRelu(x, xFrom, s, out, outFrom, length);
            }
        };
    }

    static BinaryKernel binary(Binary op, boolean vector) {
        return switch (op) {
            case Binary.Add _ ->
                vector
                        ? new BinaryKernel(Elementwise::add, Elementwise::add, Elementwise::add)
                        : new BinaryKernel(ScalarElementwise::add, ScalarElementwise::add, ScalarElementwise::add);
            case Binary.Sub _ ->
                vector
                        ? new BinaryKernel(Elementwise::subtract, Elementwise::subtract, Elementwise::subtract)
                        : new BinaryKernel(
                                ScalarElementwise::subtract, ScalarElementwise::subtract, ScalarElementwise::subtract);
            case Binary.Mul _ ->
                vector
                        ? new BinaryKernel(Elementwise::multiply, Elementwise::multiply, Elementwise::multiply)
                        : new BinaryKernel(
                                ScalarElementwise::multiply, ScalarElementwise::multiply, ScalarElementwise::multiply);
            case Binary.Div _ ->
                vector
                        ? new BinaryKernel(Elementwise::divide, Elementwise::divide, Elementwise::divide)
                        : new BinaryKernel(
                                ScalarElementwise::divide, ScalarElementwise::divide, ScalarElementwise::divide);
            case Binary.Max _ ->
                vector
                        ? new BinaryKernel(Elementwise::max, Elementwise::max, Elementwise::max)
                        : new BinaryKernel(ScalarElementwise::max, ScalarElementwise::max, ScalarElementwise::max);
            case Binary.Min _ ->
                vector
                        ? new BinaryKernel(Elementwise::min, Elementwise::min, Elementwise::min)
                        : new BinaryKernel(ScalarElementwise::min, ScalarElementwise::min, ScalarElementwise::min);
            case Binary.Pow _ ->
                new BinaryKernel(ScalarElementwise::power, ScalarElementwise::power, ScalarElementwise::power);
        };
    }

    static CompareKernel compare(Compare.Relation relation) {
        return switch (relation) {
            case LESS -> new CompareKernel(Comparisons::less, Comparisons::less);
            case LESS_OR_EQUAL -> new CompareKernel(Comparisons::lessOrEqual, Comparisons::lessOrEqual);
            case GREATER -> new CompareKernel(Comparisons::greater, Comparisons::greater);
            case GREATER_OR_EQUAL -> new CompareKernel(Comparisons::greaterOrEqual, Comparisons::greaterOrEqual);
            case EQUAL -> new CompareKernel(Comparisons::equal, Comparisons::equal);
            case NOT_EQUAL -> new CompareKernel(Comparisons::notEqual, Comparisons::notEqual);
        };
    }

    /// A comparison and a choice by it in one; only with the Vector API.
    static SelectKernel select(Compare.Relation relation) {
        return switch (relation) {
            case LESS -> Selections::less;
            case LESS_OR_EQUAL -> Selections::lessOrEqual;
            case GREATER -> Selections::greater;
            case GREATER_OR_EQUAL -> Selections::greaterOrEqual;
            case EQUAL -> Selections::equal;
            case NOT_EQUAL -> Selections::notEqual;
        };
    }
}
