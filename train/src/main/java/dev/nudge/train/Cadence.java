package dev.nudge.train;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How often a run is saved; whatever the cadence, it is also saved when it ends.
///
/// @param steps    steps from one checkpoint to the next
/// @param time     time from one checkpoint to the next; null for any
/// @param epochEnd whether to save at the end of each epoch
public record Cadence(long steps, @Nullable Duration time, boolean epochEnd) {
    /// Checks that the steps are at least 1.
    public Cadence {
        if (steps < 1) {
            throw new IllegalArgumentException("cadence: the number of steps must be at least 1, found " + steps);
        }
    }

    /// At the end of each epoch.
    public static Cadence everyEpoch() {
        return new Cadence(Long.MAX_VALUE, null, true);
    }

    /// After every `steps` steps.
    public static Cadence everySteps(long steps) {
        return new Cadence(steps, null, false);
    }

    /// After the step in which `time` has passed since the last.
    public static Cadence every(Duration time) {
        return new Cadence(Long.MAX_VALUE, time, false);
    }

    /// Whenever either says so.
    public Cadence and(Cadence other) {
        Duration shorter = time == null || other.time != null && other.time.compareTo(time) < 0 ? other.time : time;
        return new Cadence(Math.min(steps, other.steps), shorter, epochEnd || other.epochEnd);
    }

    /// Whether it is time after this many steps and seconds since the last.
    boolean isDue(long stepsSince, double secondsSince) {
        return stepsSince >= steps || time != null && secondsSince >= time.toNanos() * 1e-9;
    }
}
