package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Tensor;

/// Hyperbolic tangent, into `(-1, 1)`.
public record Tanh() implements Activation {
    @Override
    public Initializer initializer() {
        return Initializers.glorotUniform();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.tanh();
    }
}
