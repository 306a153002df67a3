package dev.nudge.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option of every command that trains: how much memory a step may take.
final class MemoryOption {
    @Option(
            names = "--" + StepMemory.OPTION,
            paramLabel = "SIZE",
            description = "Most memory for the values of a step, such as 200MB, or least for as little as can be: what"
                    + " takes more is computed again instead of kept, later and with the same result.")
    @Nullable
    String memory;

    /// What was asked for, or null.
    @Nullable
    StepMemory read(Problems problems) {
        return memory == null ? null : StepMemory.parse(memory, problems);
    }
}
