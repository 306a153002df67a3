package dev.nudge.nn.optim;

import dev.nudge.tensor.DType;
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

    /// Checks that a number is above 0.
    static void positive(String rule, String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "error[E610] " + rule + ": " + name + " must be positive and finite, found " + value);
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

    /// The parameter shrunk by decay that bypasses the gradient: `parameter · (1 - rate · weightDecay)`.
    static Tensor decayed(Tensor parameter, UpdateRule.Step step, double weightDecay) {
        return weightDecay == 0
                ? parameter
                : parameter.mul(step.rate().mul(weightDecay).negate().add(1).cast(parameter.dtype()));
    }

    /// A scalar in double precision that a rule computes with: rounded to the type of the elements once, at the end.
    static Tensor scalar(double value) {
        return Tensor.constant(DType.F64, value);
    }

    /// `1 - share^number`: what a running mean that started at zero has reached of the whole after `number` steps.
    static Tensor correction(double share, Tensor number) {
        return scalar(1).sub(scalar(share).pow(number));
    }

    /// `share · old + (1 - share) · now`.
    static Tensor runningMean(Tensor old, Tensor now, double share) {
        return old.mul(share).add(now.mul(1 - share));
    }
}
