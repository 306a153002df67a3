package dev.nudge.cli;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.function.Supplier;

/// Where computations run.
final class Execute {
    private Execute() {}

    /// Runs `body` with so many threads.
    static <R> R on(int threads, Supplier<R> body) {
        return Execution.with(PlannedExecution.of(CpuBackend.of(threads)), body);
    }
}
