package dev.nudge.tensor;

import java.util.List;

/// The gradient of [Normalizations.LayerNorm], in two operations: one goes along the rows, the other down the columns.
///
/// With `x̂ = (x - mean) / √(variance + epsilon)` of each row, the gradient `dy` and `g = dy weight`:
/// `dx = (g - mean(g) - x̂ mean(g x̂)) / √(variance + epsilon)`, that of the weight is the sum of
/// `dy x̂` over the rows, that of the bias the sum of `dy`. Both compute `x̂` again, which is cheaper than keeping it.
public final class LayerNormGradients {
    private LayerNormGradients() {}

    private static Tensor inverse(Tensor centered, double epsilon) {
        return Normalizations.inverseSize(centered, centered.shape().rank() - 1, epsilon);
    }

    private static Tensor centered(Tensor x) {
        return Normalizations.centered(x, x.shape().rank() - 1);
    }

    private static void check(Tensor x, Tensor dy) {
        if (!dy.type().equals(x.type())) { // or it might broadcast
            throw new ShapeException("expected a gradient like the input, " + x.type() + ", found " + dy.type());
        }
    }

    /// Gradient with respect to the input: `x` `[.., features]`, weight `[features]` and `dy` like `x` to that of `x`.
    ///
    /// @param epsilon that of the normalization
    public record LayerNormGradient(double epsilon) implements Fused {
        /// Checks epsilon.
        public LayerNormGradient {
            Normalizations.checked("layerNormGradient", epsilon);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            Normalizations.check(1, x, inputs.subList(1, 2));
            check(x, inputs.get(2));
            Tensor centered = centered(x);
            Tensor inverse = inverse(centered, epsilon);
            return Normalizations.gradient(
                    inputs.get(2).mul(inputs.get(1)),
                    centered.mul(inverse),
                    inverse,
                    x.shape().rank() - 1);
        }
    }

    /// Gradients with respect to weight and bias, the rows of the result: `x` `[.., features]` and `dy` like it to
    /// `[2, features]`.
    ///
    /// @param epsilon that of the normalization
    public record LayerNormSums(double epsilon) implements Fused {
        /// Checks epsilon.
        public LayerNormSums {
            Normalizations.checked("layerNormSums", epsilon);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            Normalizations.check(1, x, List.of());
            check(x, inputs.get(1));
            Tensor centered = centered(x);
            Tensor normalized = centered.mul(inverse(centered, epsilon));
            Shape row = Shape.of(1, x.shape().extent(-1));
            return Tensor.concat(
                    0,
                    Normalizations.perFeature(inputs.get(1).mul(normalized)).reshape(row),
                    Normalizations.perFeature(inputs.get(1)).reshape(row));
        }
    }
}
