package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// How wrong predictions are.
@FunctionalInterface
public interface Loss {
    /// The loss of `prediction` against `target`: a scalar, unless [Reduction#NONE] was asked for.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the two do not fit; they are never broadcast
    Tensor of(Tensor prediction, Tensor target);
}
