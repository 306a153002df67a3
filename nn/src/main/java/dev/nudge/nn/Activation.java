package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;

/// A layer without parameters that bends its input, element by element or along the last axis.
///
/// Shape: `[..]` to `[..]`.
public sealed interface Activation extends Layer
        permits Relu,
                LeakyRelu,
                Relu6,
                Elu,
                Selu,
                Gelu,
                TanhGelu,
                Silu,
                Mish,
                HardSwish,
                Softplus,
                Sigmoid,
                HardSigmoid,
                Tanh,
                HardTanh,
                Softmax,
                LogSoftmax {
    /// The initializer for a linear layer before this activation: the one that keeps the size of signals.
    default Initializer initializer() {
        return switch (this) {
            case Relu _, LeakyRelu _, Relu6 _, Elu _, Gelu _, TanhGelu _, Silu _, Mish _, HardSwish _, Softplus _ ->
                Initializers.heUniform();
            case Selu _ -> Initializers.lecunNormal();
            case Sigmoid _, HardSigmoid _, Tanh _, HardTanh _, Softmax _, LogSoftmax _ -> Initializers.glorotUniform();
        };
    }
}
