package dev.nudge.cli;

import dev.nudge.nn.optim.Schedule;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.train.io.NudgeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the learning rate changes, as it is written on a command line.
///
/// @param kind   name
/// @param epochs epochs that share a rate, for `step`
/// @param factor what the rate is multiplied by, for `step` and, per epoch, for `exponential`
record ScheduleSpec(String kind, int epochs, double factor) {
    static final List<String> KINDS = List.of("constant", "cosine", "step", "exponential", "one-cycle");

    /// Reads the text, adding to `problems` what is wrong with it; null if anything is.
    static @Nullable ScheduleSpec parse(String text, Problems problems) {
        String[] parts = text.split(":", -1);
        String kind = parts[0];
        if (!KINDS.contains(kind)) {
            problems.add("E006", "--schedule", Values.unknown("schedule", kind, KINDS));
            return null;
        }
        int allowed = kind.equals("step") ? 3 : kind.equals("exponential") ? 2 : 1;
        Long epochs = kind.equals("step") && parts.length > 1 ? Values.whole(parts[1]) : Long.valueOf(10);
        boolean factorGiven = allowed > 1 && parts.length == allowed;
        Double factor =
                factorGiven ? Values.number(parts[allowed - 1]) : Double.valueOf(kind.equals("step") ? 0.5 : 0.95);
        if (parts.length > allowed
                || epochs == null
                || epochs < 1
                || epochs > RunSettings.MOST_EPOCHS
                || factor == null
                || !(factor > 0 && factor <= 1)) {
            problems.add(
                    "E623",
                    "--schedule",
                    "expected step[:EPOCHS[:FACTOR]] or exponential[:FACTOR] with EPOCHS in [1, "
                            + RunSettings.MOST_EPOCHS + "] and FACTOR in (0, 1], found " + NudgeException.quote(text)
                            + ".");
            return null;
        }
        return new ScheduleSpec(kind, epochs.intValue(), factor);
    }

    /// Whether the rate depends on how long the run is to be.
    boolean needsLength() {
        return kind.equals("cosine") || kind.equals("one-cycle");
    }

    /// The rates of a run.
    ///
    /// @param rate     largest rate
    /// @param warmup   steps that it rises over first
    /// @param perEpoch steps of one epoch
    /// @param total    steps of the run
    Schedule of(double rate, long warmup, int perEpoch, long total) {
        Schedule main = switch (kind) {
            case "constant" -> Schedules.constant(rate);
            case "cosine" -> Schedules.cosine(rate, total - warmup);
            case "one-cycle" -> Schedules.oneCycle(rate, total - warmup);
            case "step" -> Schedules.stepDecay(rate, (long) epochs * perEpoch, factor);
            case "exponential" -> Schedules.exponential(rate, StrictMath.pow(factor, 1.0 / perEpoch));
            default -> throw new IllegalArgumentException("schedule: unknown name " + kind);
        };
        return warmup > 0 ? Schedules.warmup(warmup, main) : main;
    }

    /// In words.
    String words() {
        return switch (kind) {
            case "step" -> "x " + factor + " every " + epochs + " epochs";
            case "exponential" -> "x " + factor + " each epoch";
            default -> kind;
        };
    }
}
