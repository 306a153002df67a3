package dev.nudge.nn.loss;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// How far a predicted distribution is from the target one: the Kullback-Leibler divergence `D(q || p) =
/// Σ_k q_k (ln q_k - ln p_k)` per row, where `q` is the target and `p = softmax(logits)`.
///
/// Shape: logits `[.., classes]` and target probabilities `[.., classes]`, the same. Logarithms of probabilities are
/// logits, too: their softmax is the probabilities. A class of target 0 contributes 0.
///
/// The direction is that of maximum likelihood: the expectation is over the target, so a class that the target has and
/// the prediction misses costs much. The mean is over rows (PyTorch calls that `batchmean`; its `mean` divides by the
/// classes as well). Its gradient in the logits is that of cross-entropy; its least value is 0.
///
/// Source: Kullback & Leibler 1951, Annals of Mathematical Statistics 22.
///
/// @param reduction how rows become one number
public record KullbackLeibler(Reduction reduction) implements Loss {
    /// @throws IllegalArgumentException if targets that are at hand are no distributions
    @Override
    public Tensor of(Tensor logits, Tensor target) {
        Checks.sameType("kullbackLeibler", logits, target);
        if (logits.shape().rank() == 0) {
            throw new ShapeException("kullbackLeibler: expected logits [.., classes], found " + logits.type());
        }
        Checks.distributions("kullbackLeibler", target);
        Tensor zero = target.constantLike(0);
        Tensor present = target.greater(zero);
        Tensor logTarget = present.where(target, target.constantLike(1)).log();
        Tensor gap = logTarget.sub(logits.logSoftmax());
        return reduction.apply(present.where(target.mul(gap), zero).sum(-1));
    }
}
