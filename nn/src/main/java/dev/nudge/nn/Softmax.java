package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Tensor;

/// Softmax along the last axis: positive numbers that add up to 1.
///
/// Leave it out before [dev.nudge.nn.loss.Losses#crossEntropy()], which has it inside.
public record Softmax() implements Activation {
    @Override
    public Initializer initializer() {
        return Initializers.glorotUniform();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.softmax();
    }
}
