package dev.nudge.bench;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Measures how fast a workload trains, or how soon it answers: `nudge bench WORKLOAD [--threads N] [--batch N]
/// [--warmup SECONDS] [--window SECONDS] [--profile true] [--inference true] [--kernels java]`.
///
/// Prints one line of JSON: examples per second (least, middle and most of three windows after the warm-up), the time
/// of a step, the time from process start to the end of the first step, peak memory, first and last loss, and how many
/// processors this process and all others used meanwhile. With `--inference true` it is the line of [Latency].
public final class Bench {
    private static final int POOL = 8;
    private static final int WINDOWS = 3;

    private final Workload workload;
    private final RandomKey keys;
    private final Layer model;
    private final Collection<Parameter> parameters;
    private final Optimizer optimizer;
    private final Loss loss = Losses.crossEntropy();
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private long steps;
    private double lastLoss;

    private Bench(Workload workload, RandomKey key) {
        this.workload = workload;
        this.keys = key.at(3);
        this.model = workload.model().apply(key.at(0));
        this.parameters = model.parameters().values();
        this.optimizer = workload.optimizer().apply(model);
        for (int b = 0; b < POOL; b++) {
            inputs.add(workload.inputs(key.at(1).at(b)));
            targets.add(workload.targets(key.at(2).at(b)));
        }
    }

    /// Runs the measurement and prints its line.
    ///
    /// @throws IllegalArgumentException for arguments that make no sense
    public static void main(String[] arguments) {
        Choices choices = Choices.of(arguments);
        CpuBackend backend = CpuBackend.of(choices.threads());
        PlannedExecution plans = PlannedExecution.of(choices.pureJava() ? backend.withoutProviders() : backend);
        PlannedExecution execution = choices.profile() ? plans.withTiming() : plans;
        String line = Execution.with(
                execution,
                () -> choices.inference()
                        ? new Latency(choices.workload(), RandomKey.of(1)).measure(execution, choices)
                        : new Bench(choices.workload(), RandomKey.of(1)).measure(execution, choices));
        System.out.println(line);
    }

    private void step() {
        int b = (int) (steps % POOL);
        Tensor prediction = model.forward(inputs.get(b), Pass.training(keys.at(steps)));
        Tensor error = loss.of(prediction, targets.get(b));
        optimizer.step(error.backward(parameters));
        lastLoss = error.item();
        steps++;
    }

    private String measure(PlannedExecution execution, Choices choices) {
        step();
        double first = Machine.secondsSinceStart();
        double firstLoss = lastLoss;
        double warm = rate(choices.warmup());
        Profile profile = new Profile(execution);
        double own = Machine.ownSeconds();
        double all = Machine.allSeconds();
        long start = System.nanoTime();
        double[] rates = new double[WINDOWS];
        long before = steps;
        for (int i = 0; i < WINDOWS; i++) {
            rates[i] = rate(choices.window());
        }
        if (choices.profile()) {
            profile.print();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double used = (Machine.ownSeconds() - own) / seconds;
        double others = Math.max(0, (Machine.allSeconds() - all) / seconds - used);
        Arrays.sort(rates);
        int batch = workload.batch();
        long weights = parameters.stream().mapToLong(p -> p.shape().elements()).sum();
        return String.format(
                Locale.ROOT,
                "{\"peer\":\"nudge\",\"version\":\"%s\",\"jdk\":\"%s\",\"workload\":\"%s\",\"threads\":%d,\"batch\":%d,"
                        + "\"params\":%d,\"eps_min\":%.1f,\"eps_med\":%.1f,\"eps_max\":%.1f,\"step_ms\":%.4f,"
                        + "\"warmup_eps\":%.1f,\"steps\":%d,\"ttfs_s\":%.2f,\"rss_mb\":%d,\"loss_first\":%.4f,"
                        + "\"loss_last\":%.4f,\"cpus_used\":%.2f,\"cpus_others\":%.2f}",
                execution.backend().name(),
                Runtime.version(),
                workload.name(),
                choices.threads(),
                batch,
                weights,
                rates[0] * batch,
                rates[1] * batch,
                rates[2] * batch,
                1e3 / rates[1],
                warm * batch,
                steps - before,
                first,
                Machine.peakMebibytes(),
                firstLoss,
                lastLoss,
                used,
                others);
    }

    /// Steps per second over a window.
    private double rate(double seconds) {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long done = 0;
        long now;
        do {
            step();
            done++;
            now = System.nanoTime();
        } while (now < end || done < 3);
        return done / ((now - start) / 1e9);
    }
}
