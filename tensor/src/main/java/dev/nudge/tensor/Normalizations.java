package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fused normalizations over the last axis, `features`, or the axes before it.
///
/// Variances are means of squared distances from the mean (divisor `n`), in two passes, so that a large mean costs
/// no accuracy. The gradients are written by hand: what the forward pass has is used again, each sum taken once.
public final class Normalizations {
    private Normalizations() {}

    /// Whether the type of the result is plain; if not, writing the definition finds the error.
    private static boolean isPlain(int rank, Type x, List<Type> perFeature) {
        if (!x.dtype().isFloating() || x.shape().rank() < rank) {
            return false;
        }
        Type wanted = Type.of(x.dtype(), Shape.of(x.shape().extent(-1)));
        return perFeature.stream().allMatch(wanted::equals);
    }

    private static void check(int rank, Tensor x, List<Tensor> perFeature) {
        if (x.shape().rank() < rank) {
            throw new ShapeException("expected at least " + rank + " axes, the last of features, found " + x.shape());
        }
        Type wanted = Type.of(x.dtype(), Shape.of(x.shape().extent(-1)));
        for (Tensor one : perFeature) {
            if (!one.type().equals(wanted)) { // or it might broadcast
                throw new ShapeException("expected a number per feature, " + wanted + ", found " + one.type());
            }
        }
    }

    private static double checked(String name, double epsilon) {
        if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException(name + ": epsilon must be at least 0 and finite, found " + epsilon);
        }
        return epsilon;
    }

    private static Tensor mean(Tensor x, int axis) {
        return x.sumKeep(axis).div(x.shape().extent(axis));
    }

    private static Tensor centered(Tensor x, int axis) {
        return x.sub(mean(x, axis));
    }

    /// `1 / √(mean of squares + epsilon)`.
    private static Tensor inverseSize(Tensor x, int axis, double epsilon) {
        Tensor size = mean(x.square(), axis).add(epsilon).sqrt();
        return size.constantLike(1).div(size);
    }

    /// Gradient with respect to `x` of `x̂ = (x - mean) inverse` along `axis`, from `g`, the gradient with respect
    /// to `x̂`: `inverse (g - mean(g) - x̂ mean(g x̂))`.
    private static Tensor gradient(Tensor g, Tensor normalized, Tensor inverse, int axis) {
        return g.sub(mean(g, axis))
                .sub(normalized.mul(mean(g.mul(normalized), axis)))
                .mul(inverse);
    }

    /// Sums over all axes but the last.
    private static Tensor perFeature(Tensor x) {
        return x.sumTo(Shape.of(x.shape().extent(-1)));
    }

    private static Tensor rows(Tensor x) {
        int features = x.shape().extent(-1);
        return x.reshape(Shape.of(x.shape().product(0, x.shape().rank() - 1), features));
    }

    /// Each row made to mean 0 and variance 1, then scaled and shifted:
    /// `y = weight (x - mean) / √(variance + epsilon) + bias`.
    ///
    /// Inputs `x` `[.., features]`, weight and bias `[features]`. Source: Ba, Kiros and Hinton 2016,
    /// arXiv:1607.06450, equations 3 and 4.
    ///
    /// @param epsilon keeps the divisor above zero
    public record LayerNorm(double epsilon) implements Fused {
        /// Checks epsilon.
        public LayerNorm {
            checked("layerNorm", epsilon);
        }

        @Override
        public Type type(List<Type> inputs) {
            return isPlain(1, inputs.getFirst(), inputs.subList(1, 3)) ? inputs.getFirst() : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            check(1, x, inputs.subList(1, 3));
            int axis = x.shape().rank() - 1;
            Tensor centered = centered(x, axis);
            return centered.mul(inverseSize(centered, axis, epsilon))
                    .mul(inputs.get(1))
                    .add(inputs.get(2));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor x = y.input(0);
            int axis = x.shape().rank() - 1;
            Tensor centered = centered(x, axis);
            Tensor inverse = inverseSize(centered, axis, epsilon);
            Tensor normalized = centered.mul(inverse);
            return Elementwise.gradients(
                    Normalizations.gradient(dy.mul(y.input(1)), normalized, inverse, axis),
                    perFeature(dy.mul(normalized)),
                    perFeature(dy));
        }
    }

    /// Each feature made to mean 0 and variance 1 over all examples and places, then scaled and shifted:
    /// `y = weight (x - mean) / √(variance + epsilon) + bias`.
    ///
    /// Inputs `x` `[.., features]` with at least two axes, weight and bias `[features]`. Source: Ioffe and
    /// Szegedy 2015, arXiv:1502.03167, algorithm 1.
    ///
    /// @param epsilon keeps the divisor above zero
    public record BatchNorm(double epsilon) implements Fused {
        /// Checks epsilon.
        public BatchNorm {
            checked("batchNorm", epsilon);
        }

        @Override
        public Type type(List<Type> inputs) {
            return isPlain(2, inputs.getFirst(), inputs.subList(1, 3)) ? inputs.getFirst() : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            check(2, inputs.getFirst(), inputs.subList(1, 3));
            Tensor centered = centered(rows(inputs.getFirst()), 0);
            return centered.mul(inverseSize(centered, 0, epsilon))
                    .mul(inputs.get(1))
                    .add(inputs.get(2))
                    .reshape(inputs.getFirst().shape());
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor centered = centered(rows(y.input(0)), 0);
            Tensor inverse = inverseSize(centered, 0, epsilon);
            Tensor normalized = centered.mul(inverse);
            Tensor g = rows(dy); // the weight is the same for all that a mean goes over, so it can wait
            Tensor dx = Normalizations.gradient(g, normalized, inverse.mul(y.input(1)), 0);
            return Elementwise.gradients(
                    dx.reshape(y.shape()),
                    g.mul(normalized).sumKeep(0).reshape(y.input(1).shape()),
                    g.sumKeep(0).reshape(y.input(2).shape()));
        }
    }

    /// Each row divided by its root mean square, then scaled: `y = weight x / √(mean(x²) + epsilon)`.
    ///
    /// Inputs `x` `[.., features]` and weight `[features]`. Source: Zhang and Sennrich 2019, arXiv:1910.07467,
    /// equation 4.
    ///
    /// @param epsilon keeps the divisor above zero
    public record RmsNorm(double epsilon) implements Fused {
        /// Checks epsilon.
        public RmsNorm {
            checked("rmsNorm", epsilon);
        }

        @Override
        public Type type(List<Type> inputs) {
            return isPlain(1, inputs.getFirst(), inputs.subList(1, 2)) ? inputs.getFirst() : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            check(1, x, inputs.subList(1, 2));
            return x.mul(inverseSize(x, x.shape().rank() - 1, epsilon)).mul(inputs.get(1));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor x = y.input(0);
            int axis = x.shape().rank() - 1;
            Tensor inverse = inverseSize(x, axis, epsilon);
            Tensor normalized = x.mul(inverse);
            Tensor g = dy.mul(y.input(1));
            Tensor dx = g.sub(normalized.mul(mean(g.mul(normalized), axis))).mul(inverse);
            return Elementwise.gradients(dx, perFeature(dy.mul(normalized)));
        }
    }
}
