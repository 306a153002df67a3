package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// The losses by name, with the usual options; their records take others.
public final class Losses {
    private Losses() {}

    /// Mean squared distance.
    public static MeanSquaredError meanSquaredError() {
        return new MeanSquaredError(Reduction.MEAN);
    }

    /// Mean absolute distance.
    public static MeanAbsoluteError meanAbsoluteError() {
        return new MeanAbsoluteError(Reduction.MEAN);
    }

    /// Mean Huber loss that turns linear at distance 1.
    public static Huber huber() {
        return huber(1);
    }

    /// Mean Huber loss that turns linear at distance `delta`.
    public static Huber huber(double delta) {
        return new Huber(delta, Reduction.MEAN);
    }

    /// Mean binary cross-entropy from logits.
    public static BinaryCrossEntropy binaryCrossEntropy() {
        return new BinaryCrossEntropy(Reduction.MEAN);
    }

    /// Mean binary cross-entropy from probabilities, kept 1e-7 away from 0 and 1.
    public static BinaryCrossEntropyOfProbabilities binaryCrossEntropyOfProbabilities() {
        return new BinaryCrossEntropyOfProbabilities(1e-7, Reduction.MEAN);
    }

    /// Mean cross-entropy from logits.
    public static CrossEntropy crossEntropy() {
        return CrossEntropy.of();
    }

    /// Mean cross-entropy of `logits` against class indices or distributions.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the two do not fit
    public static Tensor crossEntropy(Tensor logits, Tensor target) {
        return crossEntropy().of(logits, target);
    }

    /// Mean squared distance of `prediction` from `target`.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the two do not have the same shape
    public static Tensor meanSquaredError(Tensor prediction, Tensor target) {
        return meanSquaredError().of(prediction, target);
    }
}
