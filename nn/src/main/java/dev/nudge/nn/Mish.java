package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Mish, `y = x tanh(ln(1 + e^x))`.
///
/// Source: Misra 2019, arXiv:1908.08681.
public record Mish() implements Activation {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.mul(x.softplus().tanh());
    }
}
