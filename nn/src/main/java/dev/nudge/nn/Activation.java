package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;

/// A layer without parameters that bends its input, element by element or along the last axis.
///
/// Shape: `[..]` to `[..]`.
public sealed interface Activation extends Layer
        permits Relu, LeakyRelu, Elu, Selu, Gelu, Silu, Softplus, Sigmoid, Tanh, Softmax {
    /// The initializer for a linear layer before this activation: the one that keeps the size of signals.
    default Initializer initializer() {
        return switch (this) {
            case Relu _, LeakyRelu _, Elu _, Gelu _, Silu _, Softplus _ -> Initializers.heUniform();
            case Selu _ -> Initializers.lecunNormal();
            case Sigmoid _, Tanh _, Softmax _ -> Initializers.glorotUniform();
        };
    }
}
