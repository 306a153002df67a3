package dev.nudge.bench;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Nudge, as a program would use it. Within `Execution.with(execution, ...)`.
final class NudgeTrainee implements Trainee {
    private static final Set<String> NEEDED = Set.of("nudge-tensor", "nudge-cpu", "nudge-nn", "nudge-train");
    private static final Set<String> PROVIDERS = Set.of("nudge-onednn", "dnnl");

    private final PlannedExecution execution;
    private final Workload workload;
    private final RandomKey keys;
    private final Layer model;
    private final Collection<Parameter> parameters;
    private final Optimizer optimizer;
    private final Loss loss = Losses.crossEntropy();
    private final Tensor[] inputs = new Tensor[BATCHES];
    private final Tensor[] targets = new Tensor[BATCHES];
    private long steps;

    NudgeTrainee(Workload workload, PlannedExecution execution, RandomKey key) {
        this.execution = execution;
        this.workload = workload;
        this.keys = key.at(1);
        this.model = workload.network().of(workload.width(), key.at(0));
        this.parameters = model.parameters().values();
        this.optimizer = workload.update().of(model);
    }

    /// Inputs of batch `index`.
    static Tensor inputs(Workload workload, int index) {
        return workload.vocabulary() > 0
                ? Tensor.of(workload.tokens(index), workload.shape())
                : Tensor.of(workload.numbers(index), workload.shape());
    }

    private static Tensor targets(Workload workload, int index) {
        return workload.everywhere()
                ? Tensor.of(workload.targets(index), workload.shape())
                : Tensor.of(workload.targets(index), workload.batch());
    }

    @Override
    public String name() {
        return "nudge";
    }

    @Override
    public String version() {
        return execution.backend().name();
    }

    @Override
    public long parameters() {
        return parameters.stream()
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();
    }

    @Override
    public double step(int batch) {
        if (steps < BATCHES) { // those after the first are not part of the time to the first step
            inputs[batch] = inputs(workload, batch);
            targets[batch] = targets(workload, batch);
        }
        Tensor prediction = model.forward(inputs[batch], Pass.training(keys.at(steps++)));
        Tensor error = loss.of(prediction, targets[batch]);
        optimizer.step(error.backward(parameters));
        return error.item();
    }

    @Override
    public long flops() {
        return busiest(execution).stream().mapToLong(PlanStep::flops).sum();
    }

    /// The plan that ran most often, which is that of a training step.
    static List<PlanStep> busiest(PlannedExecution execution) {
        return execution.steps().stream()
                .max(Comparator.comparingLong(
                        plan -> plan.isEmpty() ? 0 : plan.getFirst().runs()))
                .orElse(List.of());
    }

    @Override
    public boolean uses(String jar) {
        boolean provided = execution.backend() instanceof CpuBackend cpu
                && !cpu.providers().isEmpty()
                && PROVIDERS.stream().anyMatch(jar::startsWith);
        return provided || NEEDED.stream().anyMatch(jar::startsWith);
    }
}
