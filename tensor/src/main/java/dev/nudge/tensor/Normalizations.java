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

    static void check(int rank, Tensor x, List<Tensor> perFeature) {
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

    static double checked(String name, double epsilon) {
        if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException(name + ": epsilon must be at least 0 and finite, found " + epsilon);
        }
        return epsilon;
    }

    private static Tensor mean(Tensor x, int axis) {
        return x.sumKeep(axis).div(x.shape().extent(axis));
    }

    static Tensor centered(Tensor x, int axis) {
        return x.sub(mean(x, axis));
    }

    /// `1 / √(mean of squares + epsilon)`.
    static Tensor inverseSize(Tensor x, int axis, double epsilon) {
        Tensor size = mean(x.square(), axis).add(epsilon).sqrt();
        return size.constantLike(1).div(size);
    }

    /// Gradient with respect to `x` of `x̂ = (x - mean) inverse` along `axis`, from `g`, the gradient with respect
    /// to `x̂`: `inverse (g - mean(g) - x̂ mean(g x̂))`.
    static Tensor gradient(Tensor g, Tensor normalized, Tensor inverse, int axis) {
        return g.sub(mean(g, axis))
                .sub(normalized.mul(mean(g.mul(normalized), axis)))
                .mul(inverse);
    }

    /// Sums over all axes but the last.
    static Tensor perFeature(Tensor x) {
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
            Tensor sums = Tensor.apply(new LayerNormGradients.LayerNormSums(epsilon), x, dy);
            return Elementwise.gradients(
                    Tensor.apply(new LayerNormGradients.LayerNormGradient(epsilon), x, y.input(1), dy),
                    sums.slice(0, 0, 1).reshape(y.input(1).shape()),
                    sums.slice(0, 1, 1).reshape(y.input(2).shape()));
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
            Tensor rows = rows(inputs.getFirst());
            Tensor moments = Tensor.apply(new ColumnMoments(), rows);
            return rows.sub(moments.slice(0, 0, 1))
                    .mul(inverse(moments).mul(inputs.get(1)))
                    .add(inputs.get(2))
                    .reshape(inputs.getFirst().shape());
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor x = rows(y.input(0));
            Tensor g = rows(dy);
            int count = Math.max(1, x.shape().extent(0));
            Tensor moments = Tensor.apply(new ColumnMoments(), x);
            Tensor mean = moments.slice(0, 0, 1);
            Tensor inverse = inverse(moments);
            Tensor sums = Tensor.apply(new CenteredSums(), g, x, mean);
            Tensor sum = sums.slice(0, 0, 1);
            Tensor centeredSum = sums.slice(0, 1, 1);
            // mean - x, not x - mean: as a node of its own it is computed again, which is faster than storing it
            Tensor dx = g.sub(sum.div(count))
                    .add(mean.sub(x).mul(centeredSum.mul(inverse).mul(inverse).div(count)))
                    .mul(inverse.mul(y.input(1)));
            return Elementwise.gradients(
                    dx.reshape(y.shape()),
                    centeredSum.mul(inverse).reshape(y.input(1).shape()),
                    sum.reshape(y.input(2).shape()));
        }

        private Tensor inverse(Tensor moments) {
            Tensor size = moments.slice(0, 1, 1).add(epsilon).sqrt();
            return size.constantLike(1).div(size);
        }
    }

    /// Mean and variance (divisor: the number of rows) of each column: `[rows, features]` to `[2, features]`.
    /// Those of no rows are 0.
    public record ColumnMoments() implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type x = inputs.getFirst();
            return x.dtype().isFloating() && x.shape().rank() == 2
                    ? x.withShape(x.shape().with(0, 2))
                    : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = matrix(inputs.getFirst());
            int count = Math.max(1, x.shape().extent(0));
            Tensor mean = x.sumKeep(0).div(count);
            return Tensor.concat(0, mean, x.sub(mean).square().sumKeep(0).div(count));
        }
    }

    /// For each column the sum of `g` and of `g (x - mean)`: `g` and `x` `[rows, features]` and mean `[1,
    /// features]` to `[2, features]`. A step in the gradient of [BatchNorm].
    public record CenteredSums() implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type g = inputs.getFirst();
            boolean isPlain = g.dtype().isFloating()
                    && g.shape().rank() == 2
                    && inputs.get(1).equals(g)
                    && inputs.get(2).equals(g.withShape(g.shape().with(0, 1)));
            return isPlain ? g.withShape(g.shape().with(0, 2)) : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor g = matrix(inputs.getFirst());
            Tensor x = inputs.get(1);
            Tensor mean = inputs.get(2);
            if (!x.shape().equals(g.shape()) || !mean.shape().equals(g.shape().with(0, 1))) { // or they would broadcast
                throw new ShapeException("expected two matrices of one shape and a row");
            }
            return Tensor.concat(0, g.sumKeep(0), g.mul(x.sub(mean)).sumKeep(0));
        }
    }

    private static Tensor matrix(Tensor x) {
        if (x.shape().rank() != 2 || !x.dtype().isFloating()) {
            throw new ShapeException("expected a floating-point matrix, [rows, features], found " + x.type());
        }
        return x;
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
