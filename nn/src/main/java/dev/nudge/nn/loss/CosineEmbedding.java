package dev.nudge.nn.loss;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// Pulls embeddings of alike pairs into one direction and pushes others apart: `1 - cos(a, b)` per pair for a target
/// of 1, `max(0, cos(a, b) - margin)` for a target of -1. Lengths do not matter; the cosine with a vector of length 0
/// counts as 0.
///
/// Shape: embeddings `[batch, width]` twice, or the pairs as `[batch, 2, width]`, which is what a data set of pairs
/// gives; target `[batch]`, -1 or 1, of the embeddings' type.
///
/// @param margin    cosine that unlike pairs may keep, in `[-1, 1]`
/// @param reduction how pairs become one number
public record CosineEmbedding(double margin, Reduction reduction) implements Loss {
    /// Checks the margin.
    ///
    /// @throws IllegalArgumentException if it is outside `[-1, 1]`
    public CosineEmbedding {
        if (!(margin >= -1 && margin <= 1)) {
            throw new IllegalArgumentException("cosineEmbedding: margin must be in [-1, 1], found " + margin);
        }
    }

    /// The loss of pairs `[batch, 2, width]`.
    @Override
    public Tensor of(Tensor pairs, Tensor target) {
        return of(
                Distances.part("cosineEmbedding", pairs, 0, 2), Distances.part("cosineEmbedding", pairs, 1, 2), target);
    }

    /// The loss of embeddings `first` and `second`, `[batch, width]` each.
    ///
    /// @throws ShapeException           if the shapes do not fit
    /// @throws IllegalArgumentException if targets that are at hand are neither -1 nor 1
    public Tensor of(Tensor first, Tensor second, Tensor target) {
        Checks.sameType("cosineEmbedding", first, second);
        Shape rows = first.shape().range(0, Math.max(0, first.shape().rank() - 1));
        if (first.shape().rank() == 0 || !target.shape().equals(rows) || target.dtype() != first.dtype()) {
            throw new ShapeException("cosineEmbedding: embeddings " + first.type() + " want one target of their type"
                    + " for each pair, " + rows + ", found " + target.type() + "; a loss does not broadcast");
        }
        Checks.signs("cosineEmbedding", target);
        Tensor cosine = Distances.cosine(first, second);
        Tensor alike = cosine.constantLike(1).sub(cosine);
        return reduction.apply(target.greater(0).where(alike, cosine.sub(margin).relu()));
    }
}
