package dev.nudge.bench;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.plan.PlannedExecution;
import java.io.IOException;

/// Measures how fast a workload trains, or how soon it answers: `nudge bench WORKLOAD [--threads N]
/// [--batch N] [--width N] [--warmup SECONDS] [--window SECONDS] [--profile true] [--inference true]
/// [--kernels java|onednn-bf16]`.
///
/// Prints one line of JSON: examples per second (least, middle and most of three windows after the
/// warm-up), the time of a step and its floating-point operations, the time from process start to the
/// end of the first step, peak memory, first and last loss, and how many processors this process and
/// all others used meanwhile. With `--inference true` it is the line of [Latency].
///
/// Several workloads (`W1,W2` or `all`), batches, widths, `--rounds N` or `--peers libtorch,tensorflow`
/// are measured in turns, each in a process of its own, with a table at the end: see [Comparison].
public final class Bench {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Bench() {}

    /// Runs the measurement and prints its line, or the lines and the table of several.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.println(Choices.USAGE);
            return;
        }
        try {
            Choices choices = Choices.of(arguments);
            if (!choices.isSeries()) {
                System.out.println(line(choices));
            } else if (!new Series(choices, launcher()).run()) {
                System.exit(FAILED);
            }
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(USAGE);
        } catch (Series.Failed e) {
            System.err.println("error: " + e.getMessage());
            System.exit(FAILED);
        }
    }

    private static String launcher() {
        String launcher = System.getProperty("nudge.launcher");
        if (launcher == null) {
            throw new IllegalArgumentException("bench: several measurements start the command nudge again and again;"
                    + " use ./nudge bench, or say where it is by -Dnudge.launcher=PATH");
        }
        return launcher;
    }

    private static String line(Choices choices) {
        CpuBackend backend = CpuBackend.of(choices.threads());
        PlannedExecution plans = PlannedExecution.of(
                switch (choices.kernels()) {
                    case Choices.JAVA -> backend.withoutProviders();
                    case Choices.BFLOAT16 -> inBfloat16(backend);
                    default -> backend;
                });
        PlannedExecution execution = choices.profile() ? plans.withTiming() : plans;
        RandomKey key = RandomKey.of(1);
        return Execution.with(
                execution,
                () -> choices.inference()
                        ? new Latency(choices.workload(), key).measure(execution, choices)
                        : training(choices, execution, key));
    }

    /// A measurement of anything else would mislead.
    private static CpuBackend inBfloat16(CpuBackend backend) {
        CpuBackend rounding = backend.withBfloat16();
        String why = rounding.providers().stream()
                .findFirst()
                .map(first -> first.obstacle().orElse(""))
                .orElse("no provider of kernels is on the path");
        if (!why.isEmpty()) {
            throw new IllegalArgumentException("bench: --kernels " + Choices.BFLOAT16 + " cannot be used: " + why);
        }
        return rounding;
    }

    private static String training(Choices choices, PlannedExecution execution, RandomKey key) {
        Workload workload = choices.workload();
        Stopwatch watch = new Stopwatch(workload, new NudgeTrainee(workload, execution, key));
        watch.warmUp(choices.warmup());
        Profile profile = new Profile(execution);
        watch.measure(choices.window());
        if (choices.profile()) {
            profile.print();
        }
        return watch.line(choices.threads());
    }
}
