package dev.nudge.bench;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;

/// One line of a [Stopwatch], read again.
///
/// @param peer        who trained
/// @param workload    what
/// @param batch       examples per step
/// @param width       of the network
/// @param parameters  number of trained values
/// @param flops       floating-point operations of a step; 0 where they are not known
/// @param examples    trained on per second, the middle one of three windows
/// @param stepSeconds seconds of a step in that window
/// @param first       seconds from the start of the process to the end of the first step
/// @param memory      the most that the process had resident, in MiB
/// @param jars        size of the jars that it needs, in MiB
/// @param firstLoss   loss of the first step
/// @param lastLoss    loss of the last step
/// @param others      processors that other processes used in the least quiet window
record Measurement(
        String peer,
        String workload,
        long batch,
        long width,
        long parameters,
        long flops,
        double examples,
        double stepSeconds,
        double first,
        long memory,
        double jars,
        double firstLoss,
        double lastLoss,
        double others) {

    /// Reads a line.
    static Measurement parse(String line) {
        if (!(Json.parse(line, "measurement", JsonRules.CONFIGURATION) instanceof JsonObject fields)) {
            throw new IllegalArgumentException("a measurement is a JSON object, found " + line);
        }
        return new Measurement(
                fields.text("peer"),
                fields.text("workload"),
                fields.integer("batch"),
                fields.integer("width"),
                fields.integer("params"),
                fields.integer("flops"),
                fields.number("eps_med"),
                fields.number("step_ms") / 1e3,
                fields.number("ttfs_s"),
                fields.integer("rss_mb"),
                fields.number("jars_mb"),
                fields.number("loss_first"),
                fields.number("loss_last"),
                fields.number("cpus_others"));
    }

    /// Whether the machine was left to this process.
    boolean isQuiet(int processors) {
        return others <= Stopwatch.QUIET * processors;
    }
}
