package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An element-wise function of two operands of one numeric element type. Shapes `[...]`, `[...]` to `[...]`.
public sealed interface Binary extends Elementwise {
    /// `f(a, b)`.
    double apply(double a, double b);

    /// Gradients with respect to `a` and `b`.
    List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy);

    @Override
    default double apply(double... arguments) {
        return apply(arguments[0], arguments[1]);
    }

    @Override
    default DType dtype(List<Type> inputs) {
        DType dtype = Elementwise.common(name(), inputs);
        if (dtype == DType.BOOL) {
            throw new ShapeException(name() + ": expected numbers, found BOOL; use cast, or and/or/not");
        }
        return dtype;
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        return gradient(y.input(0), y.input(1), y, dy);
    }

    /// Sum, `y = a + b`.
    record Add() implements Binary {
        @Override
        public double apply(double a, double b) {
            return a + b;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy) {
            return Elementwise.gradients(dy, dy);
        }
    }

    /// Difference, `y = a - b`.
    record Sub() implements Binary {
        @Override
        public double apply(double a, double b) {
            return a - b;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy) {
            return Elementwise.gradients(dy, dy.negate());
        }
    }

    /// Product, `y = a b`.
    record Mul() implements Binary {
        @Override
        public double apply(double a, double b) {
            return a * b;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.mul(b), dy.mul(a));
        }
    }

    /// Quotient, `y = a / b`; `da = dy / b`, `db = -dy y / b`.
    record Div() implements Binary {
        @Override
        public double apply(double a, double b) {
            return a / b;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy) {
            Tensor da = dy.div(b);
            return Elementwise.gradients(da, da.mul(y).negate());
        }
    }

    /// Larger operand; a tie splits the gradient evenly.
    record Max() implements Binary {
        @Override
        public double apply(double a, double b) {
            return Math.max(a, b);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy) {
            return split(a.greater(b), a.equalTo(b), dy);
        }
    }

    /// Smaller operand; a tie splits the gradient evenly.
    record Min() implements Binary {
        @Override
        public double apply(double a, double b) {
            return Math.min(a, b);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy) {
            return split(a.less(b), a.equalTo(b), dy);
        }
    }

    /// Power, `y = a^b`; `da = dy b a^(b-1)`, `db = dy y ln a` (taken as 0 where `a` is not positive).
    record Pow() implements Binary {
        @Override
        public double apply(double a, double b) {
            return StrictMath.pow(a, b);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor a, Tensor b, Tensor y, Tensor dy) {
            Tensor one = a.constantLike(1);
            Tensor positive = a.greater(0);
            Tensor logarithm = positive.where(positive.where(a, one).log(), a.constantLike(0));
            Tensor zero = b.constantLike(0);
            Tensor slope = b.equalTo(zero).where(zero, b.mul(a.pow(b.sub(1)))); // not 0 times infinity at a = 0
            return Elementwise.gradients(dy.mul(slope), dy.mul(y).mul(logarithm));
        }
    }

    private static List<@Nullable Tensor> split(Tensor first, Tensor tie, Tensor dy) {
        Tensor toFirst = tie.where(dy.mul(0.5), first.where(dy, dy.constantLike(0)));
        return Elementwise.gradients(toFirst, dy.sub(toFirst));
    }
}
