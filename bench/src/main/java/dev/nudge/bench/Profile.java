package dev.nudge.bench;

import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Where the time of a step goes, from when it was made until it is printed.
final class Profile {
    private static final int LINES = 60;

    private final PlannedExecution execution;
    private final List<PlanStep> before;

    Profile(PlannedExecution execution) {
        this.execution = execution;
        this.before = busiest();
    }

    /// The plan that ran most often, which is that of a training step.
    private List<PlanStep> busiest() {
        return execution.steps().stream()
                .max(Comparator.comparingLong(
                        plan -> plan.isEmpty() ? 0 : plan.getFirst().runs()))
                .orElse(List.of());
    }

    /// Prints a table on the error stream: milliseconds a step and share, most first.
    void print() {
        List<PlanStep> after = busiest();
        List<PlanStep> between = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            between.add(after.get(i).since(before.get(i)));
        }
        double total = between.stream().mapToLong(PlanStep::nanoseconds).sum();
        between.sort(Comparator.comparingLong((PlanStep step) -> -step.nanoseconds()));
        System.err.printf(
                Locale.ROOT, "%.3f ms in %d steps%n", milliseconds(total, between.getFirst()), between.size());
        for (PlanStep step : between.subList(0, Math.min(LINES, between.size()))) {
            System.err.printf(
                    Locale.ROOT,
                    "%8.3f ms %5.1f %%  %s  %s%n",
                    milliseconds(step.nanoseconds(), step),
                    100 * step.nanoseconds() / total,
                    step,
                    step.operands());
        }
    }

    private static double milliseconds(double nanoseconds, PlanStep step) {
        return nanoseconds / 1e6 / step.runs();
    }
}
