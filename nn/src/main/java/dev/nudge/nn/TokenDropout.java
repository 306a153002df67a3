package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Sets random token ids to 0, the padding, while training, so that no single word is relied on; the identity when
/// the model is used. Nothing is scaled: what reads the ids takes a mean, or a shorter text.
///
/// Shape: ids `[batch, time]` to `[batch, time]`; numbers of any shape and type are treated alike.
///
/// Source: Iyyer et al. 2015, *Deep Unordered Composition Rivals Syntactic Methods for Text Classification*, ACL
/// (there called word dropout).
///
/// @param probability with which a token is dropped, in `[0, 1)`
public record TokenDropout(double probability) implements Layer {
    /// Checks the probability.
    ///
    /// @throws IllegalArgumentException if it is outside `[0, 1)`
    public TokenDropout {
        Masks.check("tokenDropout", probability);
    }

    @Override
    public Tensor forward(Tensor ids, Pass pass) {
        return switch (pass) {
            case Pass.Inference _ -> ids;
            case Pass.Training(var key) -> {
                Tensor kept = Tensor.bernoulli(key, 1 - probability, ids.shape().toArray());
                yield ids.mul(kept.cast(ids.dtype()));
            }
        };
    }
}
