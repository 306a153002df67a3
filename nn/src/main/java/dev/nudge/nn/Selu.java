package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Tensor;

/// Scaled exponential linear unit, which keeps mean 0 and variance 1 from layer to layer:
/// `y = λ x` where `x > 0`, else `λ α (e^x - 1)`, λ = 1.0507, α = 1.6733.
///
/// Source: Klambauer et al. 2017, arXiv:1706.02515, equation 14.
public record Selu() implements Activation {
    private static final double ALPHA = 1.6732632423543772;
    private static final double LAMBDA = 1.0507009873554805;

    /// What the output tends to for inputs far below zero.
    static final double LOWEST = -LAMBDA * ALPHA;

    @Override
    public Initializer initializer() {
        return Initializers.lecunNormal();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return new Elu(ALPHA).forward(x, pass).mul(LAMBDA);
    }
}
