package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Sets random examples to zero while training and divides the others by `1 - probability`; the identity when the
/// model is used. Put at the end of the body of a [Residual], it leaves out the body for some examples
/// (stochastic depth).
///
/// Shape: `[batch, ..]` to `[batch, ..]`.
///
/// Source: Huang et al. 2016, arXiv:1603.09382; the division is that of inverted dropout.
///
/// @param probability with which an example is set to zero, in `[0, 1)`
public record DropPath(double probability) implements Layer {
    /// Checks the probability.
    ///
    /// @throws IllegalArgumentException if it is outside `[0, 1)`
    public DropPath {
        Masks.check("dropPath", probability);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Masks.atLeast("dropPath", 1, x);
        return Masks.dropped(x, Masks.perExample(x), probability, pass);
    }
}
