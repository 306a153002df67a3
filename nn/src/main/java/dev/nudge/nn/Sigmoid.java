package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Tensor;

/// Logistic function, `y = 1 / (1 + e^-x)`, into `(0, 1)`.
///
/// Leave it out before a loss that takes logits: [dev.nudge.nn.loss.Losses#binaryCrossEntropy()] has it inside.
public record Sigmoid() implements Activation {
    @Override
    public Initializer initializer() {
        return Initializers.glorotUniform();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.sigmoid();
    }
}
