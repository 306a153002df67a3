package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Tensor;

/// Sigmoid of straight lines, `y = min(max(x + 3, 0), 6) / 6`.
///
/// The slope is 1/6, as in MobileNetV3 and PyTorch; older definitions have 0.2. Source: Howard et al. 2019,
/// arXiv:1905.02244, section 5.2.
public record HardSigmoid() implements Activation {
    @Override
    public Initializer initializer() {
        return Initializers.glorotUniform();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return new Relu6().forward(x.add(3), pass).mul(1.0 / 6);
    }
}
