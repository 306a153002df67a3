package dev.nudge.train;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How much training there is to be; the limit reached first ends it.
///
/// @param epochs   most passes over the data
/// @param steps    most updates
/// @param examples most examples looked at, repeats counted
/// @param time     longest time, pauses between runs left out; null for any
public record Budget(
        int epochs, long steps, long examples, @Nullable Duration time) {
    private static final int MOST_EPOCHS = 1_000_000;

    /// Checks that each limit is at least 1.
    public Budget {
        if (epochs < 1 || steps < 1 || examples < 1 || time != null && !time.isPositive()) {
            throw new IllegalArgumentException("budget: every limit must be at least 1, found " + epochs + " epochs, "
                    + steps + " steps, " + examples + " examples, time " + time);
        }
    }

    /// Up to `epochs` passes over the data.
    public static Budget epochs(int epochs) {
        return new Budget(epochs, Long.MAX_VALUE, Long.MAX_VALUE, null);
    }

    /// Up to `steps` updates.
    public static Budget steps(long steps) {
        return new Budget(MOST_EPOCHS, steps, Long.MAX_VALUE, null);
    }

    /// Up to the step in which `examples` have been looked at.
    public static Budget examples(long examples) {
        return new Budget(MOST_EPOCHS, Long.MAX_VALUE, examples, null);
    }

    /// Up to the step in which `time` has passed.
    public static Budget time(Duration time) {
        return new Budget(MOST_EPOCHS, Long.MAX_VALUE, Long.MAX_VALUE, time);
    }

    /// Whichever of both ends first.
    public Budget and(Budget other) {
        Duration shorter = time == null || other.time != null && other.time.compareTo(time) < 0 ? other.time : time;
        return new Budget(
                Math.min(epochs, other.epochs),
                Math.min(steps, other.steps),
                Math.min(examples, other.examples),
                shorter);
    }

    /// Whether there is nothing left after this progress.
    boolean isSpent(Progress progress) {
        return progress.epoch() > epochs
                || progress.step() >= steps
                || progress.examples() >= examples
                || time != null && progress.seconds() >= time.toNanos() * 1e-9;
    }

    /// Number of steps that the limits on epochs, steps and examples allow.
    ///
    /// @param perEpoch steps of one epoch
    /// @param size     examples of one epoch
    /// @param batch    examples of one step
    long steps(int perEpoch, int size, int batch) {
        long byEpochs = (long) epochs * perEpoch;
        long used = Math.min((long) perEpoch * batch, size); // of one epoch
        long whole = examples / used;
        long byExamples = examples == Long.MAX_VALUE || whole > epochs
                ? Long.MAX_VALUE
                : whole * perEpoch + Math.ceilDiv(examples % used, batch);
        return Math.min(steps, Math.min(byEpochs, byExamples));
    }
}
