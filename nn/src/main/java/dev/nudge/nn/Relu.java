package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Rectified linear unit, `y = max(x, 0)`.
public record Relu() implements Activation {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.relu();
    }
}
