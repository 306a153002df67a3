package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An element-wise function of one floating-point operand, `y = f(x)`. Shape `[...]` to `[...]`.
public sealed interface Unary extends Elementwise {
    /// `f(x)`.
    double apply(double x);

    /// Gradient with respect to `x`, or null where it is zero almost everywhere.
    @Nullable
    Tensor gradient(Tensor x, Tensor y, Tensor dy);

    /// Interval from which tests draw `x`.
    default Domain domain() {
        return Domain.ALL;
    }

    /// An interval of arguments.
    record Domain(double low, double high) {
        /// Numbers of both signs.
        public static final Domain ALL = new Domain(-3, 3);
        /// Numbers above zero.
        public static final Domain POSITIVE = new Domain(0.05, 4);
    }

    @Override
    default double apply(double... arguments) {
        return apply(arguments[0]);
    }

    @Override
    default DType dtype(List<Type> inputs) {
        DType dtype = inputs.getFirst().dtype();
        if (!dtype.isFloating()) {
            throw new ShapeException(
                    name() + ": expected a floating-point operand, found " + inputs.getFirst() + "; use cast");
        }
        return dtype;
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        return Elementwise.gradients(gradient(y.input(0), y, dy));
    }

    /// Negation, `y = -x`. Gradient `dx = -dy`.
    record Negate() implements Unary {
        @Override
        public double apply(double x) {
            return -x;
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.negate();
        }
    }

    /// Absolute value, `y = |x|`. Gradient `dx = dy sign(x)`, 0 at 0.
    record Abs() implements Unary {
        @Override
        public double apply(double x) {
            return Math.abs(x);
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.mul(x.sign());
        }
    }

    /// Sign, `y = -1, 0 or 1`; NaN stays NaN and zeros keep their sign. Gradient 0.
    record Sign() implements Unary {
        @Override
        public double apply(double x) {
            return Math.signum(x);
        }

        @Override
        public @Nullable Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return null;
        }
    }

    /// Exponential, `y = e^x`. Gradient `dx = dy y`.
    record Exp() implements Unary {
        @Override
        public double apply(double x) {
            return StrictMath.exp(x);
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.mul(y);
        }
    }

    /// Natural logarithm, `y = ln x`; `ln 0 = -inf`, NaN below 0. Gradient `dx = dy / x`.
    record Log() implements Unary {
        @Override
        public Domain domain() {
            return Domain.POSITIVE;
        }

        @Override
        public double apply(double x) {
            return StrictMath.log(x);
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.div(x);
        }
    }

    /// Square root, NaN below 0. Gradient `dx = dy / (2 y)`.
    record Sqrt() implements Unary {
        @Override
        public Domain domain() {
            return Domain.POSITIVE;
        }

        @Override
        public double apply(double x) {
            return Math.sqrt(x);
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.div(y.mul(2));
        }
    }

    /// Logistic function, `y = 1 / (1 + e^-x)`. Gradient `dx = dy y (1 - y)`.
    record Sigmoid() implements Unary {
        @Override
        public double apply(double x) {
            return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.mul(y.sub(y.mul(y)));
        }
    }

    /// Hyperbolic tangent. Gradient `dx = dy (1 - y²)`.
    record Tanh() implements Unary {
        @Override
        public double apply(double x) {
            return StrictMath.tanh(x);
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.sub(dy.mul(y.mul(y)));
        }
    }

    /// Error function, `y = 2/√π ∫₀ˣ e^(-t²) dt`. Gradient `dx = dy 2/√π e^(-x²)`.
    record Erf() implements Unary {
        @Override
        public double apply(double x) {
            return SpecialFunctions.erf(x);
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.mul(x.mul(x).negate().exp().mul(2 / Math.sqrt(Math.PI)));
        }
    }

    /// Smooth ReLU, `y = ln(1 + e^x)`, without overflow. Gradient `dx = dy sigmoid(x)`.
    record Softplus() implements Unary {
        @Override
        public double apply(double x) {
            return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return dy.mul(x.sigmoid());
        }
    }

    /// Rectified linear unit, `y = max(x, 0)`. Gradient `dx = dy` where `x > 0`, else 0.
    record Relu() implements Unary {
        @Override
        public double apply(double x) {
            return Math.max(x, 0);
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return y.greater(0).where(dy, dy.constantLike(0)); // y, not x: x need not outlive the forward pass
        }
    }

    /// Leaky rectified linear unit, `y = x` where `x > 0`, else `slope x`.
    record LeakyRelu(double slope) implements Unary {
        @Override
        public double apply(double x) {
            return x > 0 ? x : slope * x;
        }

        @Override
        public Tensor gradient(Tensor x, Tensor y, Tensor dy) {
            return x.greater(0).where(dy, dy.mul(slope));
        }
    }
}
