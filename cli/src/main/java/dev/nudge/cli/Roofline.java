package dev.nudge.cli;

import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// The two speeds that bound a kernel: arithmetic and memory. No kernel is done before both its
/// operations and its bytes are.
///
/// Source: Williams, Waterman and Patterson 2009, *Roofline: an insightful visual performance model*.
///
/// @param flopsPerSecond of a matrix product
/// @param bytesPerSecond of an addition of arrays that no cache holds
record Roofline(double flopsPerSecond, double bytesPerSecond) {
    private static final int SIDE = 768;
    private static final int ELEMENTS = 1 << 24;
    private static final int RUNS = 12;

    /// Measures `backend`; takes about a second.
    static Roofline of(Backend backend) {
        Tensor square = Tensor.data(Tensor.normal(RandomKey.of(1), SIDE, SIDE).value());
        Tensor line = Tensor.data(Tensor.normal(RandomKey.of(2), ELEMENTS).value());
        PlanStep product = fastest(backend, () -> square.matmul(square));
        PlanStep sum = fastest(backend, () -> line.add(line.mul(line)));
        return new Roofline(1e9 * product.flops() / product.nanoseconds(), 1e9 * sum.bytes() / sum.nanoseconds());
    }

    private static PlanStep fastest(Backend backend, Supplier<Tensor> work) {
        PlannedExecution execution = PlannedExecution.of(backend).withTiming();
        return Execution.with(execution, () -> {
            PlanStep best = null;
            PlanStep before = null;
            for (int run = 0; run < RUNS; run++) {
                Tensor result = work.get();
                Execution.current().run(List.of(), List.of(result));
                PlanStep now = execution.steps().getFirst().getFirst();
                PlanStep step = before == null ? now : now.since(before);
                best = best == null || step.nanoseconds() < best.nanoseconds() ? step : best;
                before = now;
            }
            return Objects.requireNonNull(best);
        });
    }

    /// The least time that `step` can take, were its arrays not in a cache.
    double seconds(PlanStep step) {
        return Math.max(step.flops() / flopsPerSecond, step.bytes() / bytesPerSecond);
    }
}
