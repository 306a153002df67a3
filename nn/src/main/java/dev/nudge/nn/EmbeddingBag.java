package dev.nudge.nn;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// The sum or the mean of the vectors of a sequence: what the words of a text say together, without their order.
///
/// Shape: ids `[batch, time]` to `[batch, width]`. Padding does not count; the mean of nothing but padding is zero.
///
/// {@snippet class="SequenceSnippets" region="bag"}
///
/// @param embedding the vectors
/// @param pooling   what is made of those of a sequence
public record EmbeddingBag(Embedding embedding, Pooling pooling) implements Layer {
    /// What is made of the vectors of a sequence.
    public enum Pooling {
        /// Their sum.
        SUM,
        /// Their sum divided by their number.
        MEAN
    }

    @Override
    public Tensor forward(Tensor ids, Pass pass) {
        if (ids.shape().rank() != 2) {
            throw new ShapeException("embeddingBag: expected ids [batch, time], found " + ids.shape());
        }
        Tensor rows = embedding.forward(ids, pass);
        return switch (pooling) {
            case SUM -> rows.sum(1);
            case MEAN -> embedding.padding().isEmpty() ? rows.mean(1) : Sequences.mean(rows, embedding.present(ids));
        };
    }
}
