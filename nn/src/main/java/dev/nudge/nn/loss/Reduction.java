package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// How the losses of single elements or rows become one number.
public enum Reduction {
    /// Their mean.
    MEAN,
    /// Their sum.
    SUM,
    /// Not at all: they stay as they are.
    NONE;

    /// The reduced losses.
    Tensor apply(Tensor losses) {
        return switch (this) {
            case MEAN -> losses.mean();
            case SUM -> losses.sum();
            case NONE -> losses;
        };
    }
}
