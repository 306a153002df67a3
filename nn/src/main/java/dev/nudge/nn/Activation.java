package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;

/// A layer without parameters that bends its input, element by element or along the last axis.
///
/// Shape: `[..]` to `[..]`.
public interface Activation extends Layer {
    /// The initializer for a linear layer before this activation: the one that keeps the size of signals; unless
    /// the activation says otherwise, that for rectified linear units and their kin.
    default Initializer initializer() {
        return Initializers.heUniform();
    }
}
