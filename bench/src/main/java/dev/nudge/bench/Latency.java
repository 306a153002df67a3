package dev.nudge.bench;

import com.sun.management.ThreadMXBean;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.tensor.Computation;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.plan.PlannedExecution;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Measures how soon a workload's network answers a batch: the time from its inputs to the numbers of
/// its outputs.
///
/// The line of JSON has the median and the 99th percentile over all answers of a window after the
/// warm-up, in microseconds, examples per second, and the garbage of an answer beside the size of the
/// answer itself, in bytes.
final class Latency {
    private static final int FEW = 100;
    private static final int MOST = 1 << 20; // answers that are remembered

    private final Workload workload;
    private final List<Value> inputs = new ArrayList<>();
    private final Computation computation;
    private int asked;

    Latency(Workload workload, RandomKey key) {
        this.workload = workload;
        for (int b = 0; b < Trainee.BATCHES; b++) {
            inputs.add(NudgeTrainee.inputs(workload, b).value());
        }
        Layer model = workload.network().of(workload.width(), key.at(0));
        this.computation = Execution.current()
                .prepare(List.of(inputs.getFirst().type()), batch -> model.forward(batch.getFirst(), Pass.inference()));
    }

    String measure(PlannedExecution execution, Choices choices) {
        Value answer = answer();
        double first = Machine.secondsSinceStart();
        times(choices.warmup());
        long[] times = times(choices.window());
        double garbage = garbage();
        double total = Arrays.stream(times).asDoubleStream().sum();
        Arrays.sort(times);
        return String.format(
                Locale.ROOT,
                "{\"peer\":\"nudge\",\"version\":\"%s\",\"jdk\":\"%s\",\"workload\":\"%s\",\"measure\":\"inference\","
                        + "\"threads\":%d,\"batch\":%d,\"p50_us\":%.1f,\"p99_us\":%.1f,\"eps\":%.1f,\"answers\":%d,"
                        + "\"garbage_bytes\":%.0f,\"answer_bytes\":%d,\"first_s\":%.2f}",
                execution.backend().name(),
                Runtime.version(),
                workload.name(),
                choices.threads(),
                workload.batch(),
                times[times.length / 2] / 1e3,
                times[(int) (times.length * 0.99)] / 1e3,
                1e9 * times.length * workload.batch() / total,
                times.length,
                garbage,
                answer.type().bytes(),
                first);
    }

    /// Bytes that an answer allocates on this thread.
    private double garbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < FEW; i++) {
            answer();
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / FEW;
    }

    private Value answer() {
        return computation.run(inputs.get(asked++ % inputs.size()));
    }

    /// Nanoseconds of each answer within a time.
    private long[] times(double seconds) {
        long[] times = new long[MOST];
        long end = System.nanoTime() + (long) (seconds * 1e9);
        int done = 0;
        long now = System.nanoTime();
        while (done < MOST && (now < end || done < FEW)) {
            long start = now;
            answer();
            now = System.nanoTime();
            times[done++] = now - start;
        }
        return Arrays.copyOf(times, done);
    }
}
