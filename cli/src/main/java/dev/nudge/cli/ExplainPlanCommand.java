package dev.nudge.cli;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import dev.nudge.train.data.Batch;
import dev.nudge.train.io.Json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/// `nudge explain plan`: what a training step is made of, and where its time goes.
@Command(
        name = "plan",
        description =
                "Shows the kernels of one training step with their floating-point operations, their bytes, and the"
                        + " time that they should take and do take. Takes the options of train; trains for some seconds and"
                        + " forgets it.",
        footer = {"", "Example: nudge explain plan digits --model mlp:512,512 --threads 1"})
final class ExplainPlanCommand implements Subcommand {
    private static final long WINDOW = 1_000_000_000L; // nanoseconds
    private static final int MOST_WINDOWS = 20;
    /// A window is warm when it is not faster by this factor than the one before.
    private static final double FASTER = 1.1;
    private static final int NAME = 44;
    private static final int SUPPLIER = 18;

    @Mixin
    TrainingOptions training = new TrainingOptions();

    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        var given = training.given(parsed, problems);
        RunSettings settings = SettingsReader.read(given, problems);
        TrainingData.check(given.getOrDefault(RunSettings.DATA, RunSettings.DIGITS), problems);
        if (settings == null || !problems.isEmpty()) {
            throw new UsageException(problems.list());
        }
        Experiment experiment = Experiment.prepare(settings, problems);
        problems.refuse();
        PlannedExecution execution = Execute.execution(settings).withTiming();
        List<PlanStep> steps = Execution.with(execution, () -> measure(experiment, execution));
        Roofline roofline = Roofline.of(Execute.backend(settings.threads(), settings.kernels()));
        console.event(memory(execution, steps));
        console.result(memoryLine(execution, steps));
        steps.forEach(step -> console.event(event(step, roofline)));
        lines(steps, roofline).forEach(console::result);
        return Main.DONE;
    }

    /// The steps of the plan of a training step, timed once the machine is warm.
    private static List<PlanStep> measure(Experiment experiment, PlannedExecution execution) {
        Mlp model = experiment.model();
        Optimizer optimizer = experiment.optimizer(model);
        long before = train(experiment, model, optimizer);
        for (int window = 1; window < MOST_WINDOWS; window++) { // until the JVM has compiled what is hot
            long steps = train(experiment, model, optimizer);
            if (window > 1 && steps < FASTER * before) {
                break;
            }
            before = steps;
        }
        List<PlanStep> warm = busiest(execution);
        train(experiment, model, optimizer);
        List<PlanStep> after = busiest(execution);
        List<PlanStep> steps = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            steps.add(after.get(i).since(warm.get(i)));
        }
        return steps;
    }

    /// The plan that ran most often, which is that of a whole batch.
    private static List<PlanStep> busiest(PlannedExecution execution) {
        return execution.steps().stream()
                .filter(plan -> !plan.isEmpty())
                .max(Comparator.comparingLong(plan -> plan.getFirst().runs()))
                .orElseThrow();
    }

    /// Trains for a window of time; gives the number of steps.
    private static long train(Experiment experiment, Mlp model, Optimizer optimizer) {
        long first = optimizer.steps();
        Loss loss = experiment.loss();
        RandomKey key = RandomKey.of(experiment.settings().seed());
        long start = System.nanoTime();
        while (true) {
            for (Batch batch : experiment
                    .data()
                    .split()
                    .train()
                    .shuffle(key.at(optimizer.steps()))
                    .batches(experiment.settings().batch())) {
                if (batch.size() == experiment.settings().batch()) {
                    Pass pass = Pass.training(key.at(1).at(optimizer.steps()));
                    optimizer.step(() -> loss.of(model.forward(batch.inputs(), pass), batch.targets())
                            .backward(optimizer.parameters().values()));
                }
                if (System.nanoTime() - start > WINDOW) {
                    return optimizer.steps() - first;
                }
            }
        }
    }

    private static long again(List<PlanStep> steps) {
        return steps.stream().filter(PlanStep::isAgain).count();
    }

    private static JsonObject memory(PlannedExecution execution, List<PlanStep> steps) {
        return ProgressView.event("planMemory")
                .with("bytes", execution.bytes())
                .with("bytesKeepingAll", execution.bytesKeepingAll())
                .with("stepsAgain", again(steps));
    }

    private static String memoryLine(PlannedExecution execution, List<PlanStep> steps) {
        String line = "memory      " + MemoryNeed.size(execution.bytes()) + " for the values of a step";
        return again(steps) == 0
                ? line
                : line + ": " + again(steps) + " kernels compute again what would take "
                        + MemoryNeed.size(execution.bytesKeepingAll()) + " if it were kept";
    }

    private static JsonObject event(PlanStep step, Roofline roofline) {
        return ProgressView.event("planStep")
                .with("kernel", step.name())
                .with("layer", step.path())
                .with("again", step.isAgain())
                .with("supplier", step.supplier())
                .with("operands", step.operands())
                .with("flops", step.flops())
                .with("bytes", step.bytes())
                .with("predictedMicroseconds", ProgressView.number(1e6 * roofline.seconds(step)))
                .with("microseconds", ProgressView.number(microseconds(step)));
    }

    private static double microseconds(PlanStep step) {
        return step.runs() == 0 ? 0 : step.nanoseconds() / 1e3 / step.runs();
    }

    private static List<String> lines(List<PlanStep> steps, Roofline roofline) {
        double total =
                steps.stream().mapToDouble(ExplainPlanCommand::microseconds).sum();
        double predicted = 1e6 * steps.stream().mapToDouble(roofline::seconds).sum();
        long flops = steps.stream().mapToLong(PlanStep::flops).sum();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "machine     %.0f GFLOP/s in a matrix product, %.0f GB/s from memory, both measured here",
                roofline.flopsPerSecond() / 1e9,
                roofline.bytesPerSecond() / 1e9));
        lines.add(String.format(
                Locale.ROOT,
                "step        %d kernels, %,d floating-point operations, %.1f microseconds: %.1f GFLOP/s",
                steps.size(),
                flops,
                total,
                flops / total / 1e3));
        lines.add(String.format(
                Locale.ROOT,
                "limit       %.1f microseconds, were each kernel as fast as the machine allows; small arrays stay in the"
                        + " caches and can be faster",
                predicted));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%-" + NAME + "s %-" + SUPPLIER + "s %10s %10s %9s %9s %6s",
                "kernel",
                "of",
                "operations",
                "bytes",
                "limit us",
                "us",
                "share"));
        for (PlanStep step : steps) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-" + NAME + "s %-" + SUPPLIER + "s %,10d %,10d %9.2f %9.2f %5.1f%%",
                    shortened(step.toString()),
                    step.supplier(),
                    step.flops(),
                    step.bytes(),
                    1e6 * roofline.seconds(step),
                    microseconds(step),
                    100 * microseconds(step) / total));
        }
        return lines;
    }

    /// Long chains of element-wise operations are told by how they begin and where they belong.
    private static String shortened(String name) {
        if (name.length() <= NAME) {
            return name;
        }
        int layer = name.indexOf(" in ");
        String end = layer < 0 ? "" : name.substring(layer);
        return end.length() > NAME / 2
                ? name.substring(0, NAME - 3) + "..."
                : name.substring(0, NAME - 3 - end.length()) + "..." + end;
    }
}
