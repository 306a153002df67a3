package dev.nudge.train.metric;

/// Mean loss over examples, summed in double precision in the order of the batches: `Σ weight · loss / Σ weight`.
///
/// @param sum      sum over batches of `loss x weight`
/// @param weight   sum of the weights of the batches
/// @param examples number of examples
public record MeanLoss(double sum, double weight, long examples) {
    /// The mean of nothing yet.
    public static final MeanLoss NONE = new MeanLoss(0, 0, 0);

    /// The state whose batches counted by their examples alone.
    public static MeanLoss ofExamples(double sum, long examples) {
        return new MeanLoss(sum, examples, examples);
    }

    /// The state after a batch of `size` examples whose mean loss is `loss`.
    public MeanLoss add(double loss, int size) {
        return add(loss, size, size);
    }

    /// The state after a batch of `size` examples whose mean loss is `loss`, and which counts `batchWeight`.
    ///
    /// @param batchWeight as [dev.nudge.nn.loss.Loss#weight] gives it
    public MeanLoss add(double loss, double batchWeight, int size) {
        return new MeanLoss(sum + loss * batchWeight, weight + batchWeight, examples + size);
    }

    /// The state after the examples of both.
    public MeanLoss merge(MeanLoss other) {
        return new MeanLoss(sum + other.sum, weight + other.weight, examples + other.examples);
    }

    /// The mean; NaN before the first example that counts.
    public double value() {
        return sum / weight;
    }
}
