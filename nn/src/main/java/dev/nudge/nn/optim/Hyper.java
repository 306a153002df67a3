package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;

/// Checks and formulas that update rules share.
final class Hyper {
    private Hyper() {}

    /// Checks that a penalty or decay is a number that is at least 0.
    static void atLeastZero(String rule, String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "error[E610] " + rule + ": " + name + " must be at least 0 and finite, found " + value);
        }
    }

    /// Checks that a decay rate is in `[0, 1)`.
    static void fraction(String rule, String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "error[E610] " + rule + ": " + name + " must be in [0, 1), found " + value);
        }
    }

    /// The gradient of the loss plus `l2/2 ‖parameter‖²`.
    static Tensor penalized(Tensor gradient, Tensor parameter, double l2) {
        return l2 == 0 ? gradient : gradient.add(parameter.mul(l2));
    }
}
