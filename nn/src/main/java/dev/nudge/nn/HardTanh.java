package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Tensor;

/// Hyperbolic tangent of straight lines, `y = min(max(x, -1), 1)`.
public record HardTanh() implements Activation {
    @Override
    public Initializer initializer() {
        return Initializers.glorotUniform();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.max(x.constantLike(-1)).min(x.constantLike(1));
    }
}
