package dev.nudge.studio.lab;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// How a session has gone so far: the loss of every batch, and looks at all points after epochs.
final class History {
    private static final int MOST_LOOKS = 2048;

    /// How the network does on one part of the points.
    ///
    /// @param loss     mean loss; NaN for no points
    /// @param accuracy share classified right; NaN for no points
    record Score(double loss, double accuracy) {
        static final Score NONE = new Score(Double.NaN, Double.NaN);
    }

    /// A look at all points.
    record Look(int epoch, long step, Score train, Score validation, Score test) {}

    private double[] losses = new double[1024];
    private int steps;
    private final List<Look> looks = new ArrayList<>();
    private int every = 1; // epochs from one look that is kept to the next
    private @Nullable Look best;
    private @Nullable Look bad; // the first of the present row of looks that are worse than the best
    private int row;

    void step(double loss) {
        if (steps == losses.length) {
            losses = Arrays.copyOf(losses, 2 * steps);
        }
        losses[steps++] = loss;
    }

    /// Loss of the last batch; NaN before the first.
    double lastLoss() {
        return steps == 0 ? Double.NaN : losses[steps - 1];
    }

    void add(Look look) {
        watch(look);
        if (look.epoch() % every != 0) {
            return;
        }
        looks.add(look);
        if (looks.size() > MOST_LOOKS) {
            every *= 2;
            looks.removeIf(old -> old.epoch() % every != 0);
        }
    }

    // ---- overfitting ----------------------------------------------------------------------------------------------

    private static final double WORSE = 1.05; // of the best validation loss
    private static final int IN_A_ROW = 5; // looks, so that one bad epoch is no news

    private void watch(Look look) {
        double now = look.validation().loss();
        if (Double.isNaN(now)) {
            return;
        }
        if (best == null || now < best.validation().loss()) {
            best = look;
        }
        if (now <= WORSE * best.validation().loss()) {
            bad = null;
            row = 0;
            return;
        }
        bad = bad == null ? look : bad;
        row++;
    }

    /// The looks that are kept, in order.
    List<Look> looks() {
        return List.copyOf(looks);
    }

    /// The look with the least validation loss; null without validation points.
    @Nullable
    Look best() {
        return best;
    }

    /// Since which look the validation loss has been 5 % above its best, five looks or more, while the training loss
    /// is below what it was at the best; null if it is not so.
    @Nullable
    Look overfitSince(double trainingLoss) {
        Look found = best;
        return row >= IN_A_ROW && found != null && trainingLoss < found.train().loss() ? bad : null;
    }

    // ---- as JSON --------------------------------------------------------------------------------------------------

    JsonObject toJson(int width) {
        int buckets = Math.min(width, steps);
        double[] low = new double[buckets];
        double[] mean = new double[buckets];
        double[] high = new double[buckets];
        long[] last = new long[buckets];
        for (int bucket = 0; bucket < buckets; bucket++) {
            int from = (int) ((long) bucket * steps / buckets);
            int to = (int) ((long) (bucket + 1) * steps / buckets);
            last[bucket] = to;
            low[bucket] = Arrays.stream(losses, from, to).min().orElse(Double.NaN);
            high[bucket] = Arrays.stream(losses, from, to).max().orElse(Double.NaN);
            mean[bucket] = Arrays.stream(losses, from, to).sum() / (to - from);
        }
        return JsonObject.EMPTY
                .with(
                        "batchLoss",
                        JsonObject.EMPTY
                                .with("points", steps)
                                .with("steps", JsonArray.of(last))
                                .with("low", Numbers.of(low))
                                .with("mean", Numbers.of(mean))
                                .with("high", Numbers.of(high)))
                .with(
                        "epochs",
                        JsonObject.EMPTY
                                .with(
                                        "epoch",
                                        JsonArray.of(looks.stream()
                                                .mapToLong(Look::epoch)
                                                .toArray()))
                                .with(
                                        "step",
                                        JsonArray.of(looks.stream()
                                                .mapToLong(Look::step)
                                                .toArray()))
                                .with("trainLoss", column(look -> look.train().loss()))
                                .with(
                                        "validationLoss",
                                        column(look -> look.validation().loss()))
                                .with("testLoss", column(look -> look.test().loss()))
                                .with(
                                        "trainAccuracy",
                                        column(look -> look.train().accuracy()))
                                .with(
                                        "validationAccuracy",
                                        column(look -> look.validation().accuracy()))
                                .with("testAccuracy", column(look -> look.test().accuracy())));
    }

    private JsonArray column(ToDoubleFunction<Look> value) {
        return Numbers.of(looks.stream().mapToDouble(value).toArray());
    }
}
