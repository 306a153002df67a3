package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Batches;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;

/// Looks for a good learning rate by the range test: one short run in which the rate rises from step to step, until
/// the loss explodes.
///
/// The rate of step `s` of `n` is `low · (high / low)^((s - 1) / (n - 1))`. The loss of a step is smoothed as
/// `average_s / (1 - smoothing^s)` with `average_s = smoothing · average_(s-1) + (1 - smoothing) · loss_s`, because
/// each batch has its own noise. The test ends when the smoothed loss is above `divergence` times its smallest
/// value, or a number is no longer finite.
///
/// Afterwards model and optimizer are as they were before, bit for bit; nothing that draws random numbers has a
/// state. The batches and random keys are those of a [Trainer] with the same seed.
///
/// {@snippet class="TrainerSnippets" region="finder"}
///
/// Source: Smith 2017, arXiv:1506.01186, section 3.3; the exponential sweep, the smoothing and the bound on the loss
/// are those of fastai.
///
/// @param low        first rate
/// @param high       last rate
/// @param steps      how many steps the way takes
/// @param smoothing  share of the running mean of the loss that stays, in `[0, 1)`
/// @param divergence how many times its smallest value the smoothed loss may become
public record LearningRateFinder(double low, double high, int steps, double smoothing, double divergence) {
    private static final int FEWEST = 10; // steps from which something can be said

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming what is out of range
    public LearningRateFinder {
        if (!(low > 0 && high > low && high <= 1000)) {
            throw new IllegalArgumentException("error[E610] learning rate finder: expected 0 < low < high <= 1000,"
                    + " found " + low + " and " + high);
        }
        if (steps < FEWEST || !(smoothing >= 0 && smoothing < 1) || !(divergence > 1)) {
            throw new IllegalArgumentException("error[E610] learning rate finder: expected at least " + FEWEST
                    + " steps, smoothing in [0, 1) and divergence above 1, found " + steps + ", " + smoothing + " and "
                    + divergence);
        }
    }

    /// From 1e-7 to 10, which suits every rule.
    public static LearningRateFinder of(int steps) {
        return new LearningRateFinder(1e-7, 10, steps, 0.9, 4);
    }

    /// The same between other rates.
    public LearningRateFinder withRange(double from, double to) {
        return new LearningRateFinder(from, to, steps, smoothing, divergence);
    }

    /// The rate of a step, counted from 1.
    public double rate(int step) {
        return low * StrictMath.pow(high / low, (step - 1.0) / (steps - 1));
    }

    /// Runs the test with the rule, groups and clipping of `optimizer`, whose memory is neither used nor changed.
    ///
    /// @param batchSize examples of one step; the data is gone through as often as needed
    /// @throws NudgeException (E501) if there are no examples
    public RateSweep run(Layer model, Loss loss, Optimizer optimizer, Dataset train, int batchSize, long seed) {
        if (train.size() == 0) {
            throw new NudgeException("E501", "learning rate finder", "the training data has no rows.");
        }
        Weights before = Weights.copyOf(model);
        try {
            Optimizer rising = optimizer.withLearningRate(step -> rate((int) Math.min(step, steps)));
            return RateSweep.of(sweep(model, loss, rising, train, batchSize, Keys.of(seed)), steps);
        } finally {
            before.restore(model);
        }
    }

    private List<RateSweep.Point> sweep(
            Layer model, Loss loss, Optimizer optimizer, Dataset train, int batchSize, Keys keys) {
        List<RateSweep.Point> points = new ArrayList<>();
        double average = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int epoch = 1; ; epoch++) {
            Batches batches = train.shuffle(keys.epoch(epoch)).batches(Math.min(batchSize, train.size()));
            for (Batch batch : batches.dropLast()) {
                int step = points.size() + 1;
                double found = loss(model, loss, optimizer, batch, keys.training(step));
                average = smoothing * average + (1 - smoothing) * found;
                double smoothed = average / (1 - StrictMath.pow(smoothing, step));
                points.add(new RateSweep.Point(rate(step), found, smoothed));
                least = Math.min(least, smoothed);
                if (step == steps || !(smoothed <= divergence * least)) {
                    return points;
                }
            }
        }
    }

    /// The loss before the step that is taken; infinite where a number is not finite any more.
    private static double loss(Layer model, Loss loss, Optimizer optimizer, Batch batch, Pass pass) {
        try {
            return optimizer
                    .step(() -> loss.of(model.forward(batch.inputs(), pass), batch.targets())
                            .backward(optimizer.parameters().values()))
                    .loss();
        } catch (NonFiniteException _) {
            return Double.POSITIVE_INFINITY;
        }
    }
}
