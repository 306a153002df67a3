package dev.nudge.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Measures the speed of training: a first step, a warm-up, then windows; the loss is read after each
/// step.
///
/// A window in which other processes took more than [#QUIET] of the machine is measured again, a few
/// times; then the quietest ones count.
public final class Stopwatch {
    /// Share of all processors that others may take during a window.
    static final double QUIET = 0.03;

    private static final int WINDOWS = 3;
    private static final int MOST = 9;

    private final Workload workload;
    private final Trainee trainee;
    private final double firstLoss;
    private final double firstSeconds;
    private final List<Window> windows = new ArrayList<>();
    private long steps;
    private double lastLoss;
    private double warm;

    /// What was seen between two instants.
    ///
    /// @param steps  that were done
    /// @param rate   of these, per second
    /// @param used   processors that this process used
    /// @param others processors that all others used
    private record Window(long steps, double rate, double used, double others) {}

    /// Makes the first step.
    public Stopwatch(Workload workload, Trainee trainee) {
        this.workload = workload;
        this.trainee = trainee;
        step();
        this.firstLoss = lastLoss;
        this.firstSeconds = Machine.secondsSinceStart();
    }

    /// Trains for a while.
    public void warmUp(double seconds) {
        warm = window(Math.max(seconds, 0), Trainee.BATCHES).rate;
    }

    /// Measures windows of `seconds` each.
    public void measure(double seconds) {
        double limit = QUIET * Runtime.getRuntime().availableProcessors();
        long quiet = 0;
        while (quiet < WINDOWS && windows.size() < MOST) {
            Window window = window(seconds, WINDOWS);
            windows.add(window);
            quiet += window.others <= limit ? 1 : 0;
        }
    }

    private void step() {
        lastLoss = trainee.step((int) (steps++ % Trainee.BATCHES));
    }

    private Window window(double seconds, int least) {
        double own = Machine.ownSeconds();
        double all = Machine.allSeconds();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long done = 0;
        long now;
        do {
            step();
            done++;
            now = System.nanoTime();
        } while (now < end || done < least);
        double passed = (now - start) / 1e9;
        double used = (Machine.ownSeconds() - own) / passed;
        double others = Math.max(0, (Machine.allSeconds() - all) / passed - used);
        return new Window(done, done / passed, used, others);
    }

    /// What was measured, as one line of JSON: see [Measurement].
    public String line(int threads) {
        List<Window> quietest = windows.stream()
                .sorted(Comparator.comparingDouble(Window::others))
                .limit(WINDOWS)
                .toList();
        double[] rates = quietest.stream().mapToDouble(Window::rate).sorted().toArray();
        int batch = workload.batch();
        return String.format(
                Locale.ROOT,
                "{\"peer\":\"%s\",\"version\":\"%s\",\"jdk\":\"%s\",\"workload\":\"%s\",\"threads\":%d,\"batch\":%d,"
                        + "\"width\":%d,\"params\":%d,\"flops\":%d,\"eps_min\":%.1f,\"eps_med\":%.1f,\"eps_max\":%.1f,"
                        + "\"step_ms\":%.4f,\"warmup_eps\":%.1f,\"steps\":%d,\"windows\":%d,\"ttfs_s\":%.2f,"
                        + "\"rss_mb\":%d,\"jars_mb\":%.1f,\"loss_first\":%.4f,\"loss_last\":%.4f,\"cpus_used\":%.2f,"
                        + "\"cpus_others\":%.2f}",
                trainee.name(),
                trainee.version(),
                Runtime.version(),
                workload.name(),
                threads,
                batch,
                workload.width(),
                trainee.parameters(),
                trainee.flops(),
                rates[0] * batch,
                rates[rates.length / 2] * batch,
                rates[rates.length - 1] * batch,
                1e3 / rates[rates.length / 2],
                warm * batch,
                quietest.stream().mapToLong(Window::steps).sum(),
                windows.size(),
                firstSeconds,
                Machine.peakMebibytes(),
                Machine.jarMebibytes(trainee::uses),
                firstLoss,
                lastLoss,
                quietest.stream().mapToDouble(Window::used).average().orElse(0),
                quietest.stream().mapToDouble(Window::others).max().orElse(0));
    }
}
