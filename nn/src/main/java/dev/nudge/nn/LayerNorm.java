package dev.nudge.nn;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Layer normalization: the features of each example are made to mean 0 and variance 1, then scaled and shifted by
/// trained numbers, `y = weight (x - mean) / √(variance + epsilon) + bias`.
///
/// Shape: `[.., features]` to `[.., features]`. The variance has divisor `n`. Examples do not touch each other, so
/// training and use are the same.
///
/// Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450.
///
/// @param weight  scale, of shape `[features]`
/// @param bias    shift, of shape `[features]`, or null for none
/// @param epsilon keeps the divisor above zero
public record LayerNorm(Parameter weight, @Nullable Parameter bias, double epsilon) implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if they differ in type or are not vectors
    /// @throws IllegalArgumentException if epsilon is not positive and finite
    public LayerNorm {
        Features.check("layerNorm", weight, bias == null ? weight : bias);
        Features.checkEpsilon("layerNorm", epsilon);
    }

    /// A layer for `features` features that starts as the plain normalization, with the epsilon of PyTorch.
    ///
    /// @throws IllegalArgumentException if there are no features
    public static LayerNorm of(int features) {
        Features.atLeastOne("layerNorm", features);
        return new LayerNorm(Features.ones(features), Parameter.zeros(features), 1e-5);
    }

    /// The same layer with another epsilon.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public LayerNorm withEpsilon(double other) {
        return new LayerNorm(weight, bias, other);
    }

    /// The same layer without a shift.
    public LayerNorm withoutBias() {
        return new LayerNorm(weight, null, epsilon);
    }

    /// Number of features.
    public int features() {
        return weight.shape().extent(0);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        if (x.shape().rank() < 1 || x.shape().extent(-1) != features()) {
            throw new ShapeException("layerNorm: expected [.., " + features() + "], found " + x.shape());
        }
        Tensor scale = weight.tensor();
        return x.layerNorm(scale, bias == null ? scale.constantLike(0) : bias.tensor(), epsilon);
    }

    @Override
    public String toString() {
        return "LayerNorm[" + features() + (bias == null ? ", no bias]" : "]");
    }
}
