package dev.nudge.train;

import java.util.OptionalInt;

/// What a run came to.
///
/// @param epochs            epochs completed
/// @param steps             steps done
/// @param examples          examples looked at
/// @param seconds           time taken, over all parts of the run
/// @param examplesPerSecond throughput of the last part, validation and checkpoints left out
/// @param bestEpoch         epoch whose weights the model now has; empty if they are those of the last step
/// @param reason            why it ended
/// @param why               the same in words
public record FitResult(
        int epochs,
        long steps,
        long examples,
        double seconds,
        double examplesPerSecond,
        OptionalInt bestEpoch,
        StopReason reason,
        String why) {}
