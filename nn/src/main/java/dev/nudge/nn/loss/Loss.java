package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// How wrong predictions are.
@FunctionalInterface
public interface Loss {
    /// The loss of `prediction` against `target`: a scalar, unless [Reduction#NONE] was asked for.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the two do not fit; they are never broadcast
    Tensor of(Tensor prediction, Tensor target);

    /// How much a batch with these targets counts where the means of several batches become one mean,
    /// `Σ weight · loss / Σ weight`: what the mean over the batch divides by, up to a constant factor.
    ///
    /// The number of examples, unless the loss weights them or leaves some out; then it may be 0, and the batch has
    /// no mean.
    ///
    /// @param target as for [#of], at hand
    default double weight(Tensor target) {
        return target.shape().rank() == 0 ? 1 : target.shape().extent(0);
    }
}
