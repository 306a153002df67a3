package dev.nudge.bench;

import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.Collectors;

/// Where the time of a step goes, from when it was made until it is printed.
final class Profile {
    private static final int LINES = 60;

    private final PlannedExecution execution;
    private final List<PlanStep> before;

    Profile(PlannedExecution execution) {
        this.execution = execution;
        this.before = NudgeTrainee.busiest(execution);
    }

    /// Prints a table on the error stream, most first: milliseconds a step and share, how many steps of the plan do the
    /// same with operands of the same shapes, and what that is.
    void print() {
        List<PlanStep> after = NudgeTrainee.busiest(execution);
        List<PlanStep> between = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            between.add(after.get(i).since(before.get(i)));
        }
        long runs = between.getFirst().runs();
        double total = between.stream().mapToLong(PlanStep::nanoseconds).sum();
        Map<String, LongSummaryStatistics> alike = between.stream()
                .collect(Collectors.groupingBy(
                        step -> step.name() + "  " + step.operands(),
                        Collectors.summarizingLong(PlanStep::nanoseconds)));
        System.err.printf(Locale.ROOT, "%.3f ms in %d steps%n", total / 1e6 / runs, between.size());
        alike.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().getSum()))
                .limit(LINES)
                .forEach(entry -> System.err.printf(
                        Locale.ROOT,
                        "%8.3f ms %5.1f %%  %3d x  %s%n",
                        entry.getValue().getSum() / 1e6 / runs,
                        100 * entry.getValue().getSum() / total,
                        entry.getValue().getCount(),
                        entry.getKey()));
    }
}
