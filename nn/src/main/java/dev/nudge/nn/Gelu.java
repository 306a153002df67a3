package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Gaussian error linear unit, `y = x Φ(x)`, in the exact form, not the tanh approximation.
///
/// Source: Hendrycks and Gimpel 2016, arXiv:1606.08415.
public record Gelu() implements Activation {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.gelu();
    }
}
