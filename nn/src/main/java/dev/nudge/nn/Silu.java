package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Sigmoid linear unit (swish), `y = x sigmoid(x)`.
///
/// Source: Elfwing, Uchibe and Doya 2018, arXiv:1702.03118.
public record Silu() implements Activation {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.mul(x.sigmoid());
    }
}
