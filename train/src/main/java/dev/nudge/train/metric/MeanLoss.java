package dev.nudge.train.metric;

/// Mean loss over examples, summed in double precision in the order of the batches.
///
/// @param sum      sum over batches of `loss x examples`
/// @param examples number of examples
public record MeanLoss(double sum, long examples) {
    /// The mean of nothing yet.
    public static final MeanLoss NONE = new MeanLoss(0, 0);

    /// The state after a batch of `size` examples whose mean loss is `loss`.
    public MeanLoss add(double loss, int size) {
        return new MeanLoss(sum + loss * size, examples + size);
    }

    /// The state after the examples of both.
    public MeanLoss merge(MeanLoss other) {
        return new MeanLoss(sum + other.sum, examples + other.examples);
    }

    /// The mean; NaN before the first example.
    public double value() {
        return sum / examples;
    }
}
