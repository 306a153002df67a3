package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Gaussian error linear unit by the approximation `y = x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))`.
///
/// GPT-2 was trained with it; it differs from the exact [Gelu] by less than 0.0005.
/// Source: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2.
public record TanhGelu() implements Activation {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor inner = x.square().mul(0.044715).add(1).mul(x).mul(Math.sqrt(2 / Math.PI));
        return x.mul(0.5).mul(inner.tanh().add(1));
    }
}
