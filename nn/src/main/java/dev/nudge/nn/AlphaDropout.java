package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Dropout for networks of [Selu]: sets random elements to the lowest output of the unit while training, and maps the
/// whole so that mean 0 and variance 1 stay; the identity when the model is used.
///
/// `y = a (x m + α' (1 - m)) + b` with a random mask `m`, `α' = -λ α` of [Selu], `q = 1 - probability`,
/// `a = (q + α'² q (1 - q))^(-1/2)` and `b = -a (1 - q) α'`.
///
/// Shape: `[..]` to `[..]`.
///
/// Source: Klambauer et al. 2017, arXiv:1706.02515, section "New dropout technique".
///
/// @param probability with which an element is dropped, in `[0, 1)`
public record AlphaDropout(double probability) implements Layer {
    /// Checks the probability.
    ///
    /// @throws IllegalArgumentException if it is outside `[0, 1)`
    public AlphaDropout {
        Masks.check("alphaDropout", probability);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return switch (pass) {
            case Pass.Inference _ -> x;
            case Pass.Training _ when probability == 0 -> x;
            case Pass.Training(var key) -> {
                double kept = 1 - probability;
                double scale = 1 / Math.sqrt(kept + Selu.LOWEST * Selu.LOWEST * kept * probability);
                Tensor mask = Masks.kept(x, x.shape(), probability, key);
                Tensor dropped = x.sub(Selu.LOWEST).mul(mask).add(Selu.LOWEST);
                yield dropped.mul(scale).add(-scale * probability * Selu.LOWEST);
            }
        };
    }
}
