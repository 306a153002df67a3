package dev.nudge.nn;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// Root mean square normalization: layer normalization without mean and shift,
/// `y = weight x / √(mean(x²) + epsilon)`.
///
/// Shape: `[.., features]` to `[.., features]`.
///
/// Source: Zhang and Sennrich 2019, arXiv:1910.07467.
///
/// @param weight  scale, of shape `[features]`
/// @param epsilon keeps the divisor above zero
public record RmsNorm(Parameter weight, double epsilon) implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if the weight is not a vector
    /// @throws IllegalArgumentException if epsilon is not positive and finite
    public RmsNorm {
        Features.check("rmsNorm", weight);
        Features.checkEpsilon("rmsNorm", epsilon);
    }

    /// A layer for `features` features that starts as the plain normalization, with the epsilon of [LayerNorm].
    ///
    /// Published models use from 1e-6 to 1e-5.
    ///
    /// @throws IllegalArgumentException if there are no features
    public static RmsNorm of(int features) {
        Features.atLeastOne("rmsNorm", features);
        return new RmsNorm(Features.ones(features), LayerNorm.of(1).epsilon());
    }

    /// The same layer with another epsilon.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public RmsNorm withEpsilon(double other) {
        return new RmsNorm(weight, other);
    }

    /// Number of features.
    public int features() {
        return weight.shape().extent(0);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        if (x.shape().rank() < 1 || x.shape().extent(-1) != features()) {
            throw new ShapeException("rmsNorm: expected [.., " + features() + "], found " + x.shape());
        }
        return x.rmsNorm(weight.tensor(), epsilon);
    }

    @Override
    public String toString() {
        return "RmsNorm[" + features() + "]";
    }
}
