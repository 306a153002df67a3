package dev.nudge.cli;

import dev.nudge.tensor.plan.MemoryBudget;
import dev.nudge.tensor.plan.PlannedExecution;
import dev.nudge.train.io.NudgeException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How much memory the values of a step may take, apart from weights and what the optimizer remembers: what
/// takes more is computed again in the backward pass instead of kept.
///
/// @param bytes most of them; 0 for as few as can be
record StepMemory(long bytes) {
    static final String OPTION = "memory";

    private static final String LEAST = "least";
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(kB|MB|GB)", Pattern.CASE_INSENSITIVE);
    private static final List<String> UNITS = List.of("kb", "mb", "gb");

    /// Reads `least` or a size such as `200MB`; null if it is neither, which is then in `problems`.
    static @Nullable StepMemory parse(String text, Problems problems) {
        if (text.equals(LEAST)) {
            return new StepMemory(0);
        }
        Matcher size = SIZE.matcher(text);
        if (size.matches() && Long.parseLong(size.group(1)) > 0) {
            int unit = UNITS.indexOf(size.group(2).toLowerCase(Locale.ROOT));
            return new StepMemory(Math.round(Long.parseLong(size.group(1)) * Math.pow(1000, unit + 1)));
        }
        problems.add(
                "E611",
                "--" + OPTION,
                "expected a size such as 500kB, 200MB or 2GB, or least, found " + NudgeException.quote(text) + "."
                        + Suggestions.nearest(text, List.of(LEAST))
                                .map(meant -> " Did you mean " + meant + "?")
                                .orElse(""));
        return null;
    }

    /// The execution, kept to this.
    PlannedExecution limit(PlannedExecution execution) {
        return bytes == 0 ? execution.withRecompute() : execution.withBudget(new MemoryBudget(bytes));
    }

    /// The option of every command that trains: how much memory a step may take.
    static final class Wish {
        @Option(
                names = "--" + OPTION,
                paramLabel = "SIZE",
                description =
                        "Most memory for the values of a step, such as 200MB, or least for as little as can be: what"
                                + " takes more is computed again instead of kept, later and with the same result.")
        @Nullable
        String memory;

        /// What was asked for, or null.
        @Nullable
        StepMemory read(Problems problems) {
            return memory == null ? null : parse(memory, problems);
        }
    }
}
