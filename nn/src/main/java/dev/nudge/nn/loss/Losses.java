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

    /// Mean Kullback-Leibler divergence of softmax(logits) from target distributions.
    public static KullbackLeibler kullbackLeibler() {
        return new KullbackLeibler(Reduction.MEAN);
    }

    /// Mean hinge against -1 and 1.
    public static Hinge hinge() {
        return new Hinge(Reduction.MEAN);
    }

    /// Mean squared hinge against -1 and 1.
    public static SquaredHinge squaredHinge() {
        return new SquaredHinge(Reduction.MEAN);
    }

    /// Mean hinge against class indices, with margin 1.
    public static MultiClassHinge multiClassHinge() {
        return new MultiClassHinge(1, Reduction.MEAN);
    }

    /// Mean cosine loss of pairs, with margin 0.
    public static CosineEmbedding cosineEmbedding() {
        return new CosineEmbedding(0, Reduction.MEAN);
    }

    /// Mean Euclidean triplet loss, with margin 1.
    public static Triplet triplet() {
        return Triplet.of();
    }

    /// Mean focal loss against class indices, gamma 2.
    public static Focal focal() {
        return Focal.of();
    }

    /// Mean focal loss of yes-or-no questions from logits, gamma 2 and alpha 0.25.
    public static BinaryFocal binaryFocal() {
        return BinaryFocal.of();
    }

    /// Mean connectionist temporal classification with blank class 0.
    public static Ctc ctc() {
        return Ctc.of();
    }

    /// Mean loss that leads to a quantile.
    public static Quantile quantile(double quantile) {
        return new Quantile(quantile, Reduction.MEAN);
    }

    /// Mean logarithm of the hyperbolic cosine of the distance.
    public static LogCosh logCosh() {
        return new LogCosh(Reduction.MEAN);
    }

    /// Mean loss of counts from logarithms of rates.
    public static Poisson poisson() {
        return new Poisson(true, Reduction.MEAN);
    }

    /// Teacher and labels at equal shares, mean.
    public static Distillation distillation(double temperature) {
        return Distillation.of(temperature);
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
