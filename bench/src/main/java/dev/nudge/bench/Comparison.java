package dev.nudge.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measurements of the same work, made in turns.
///
/// A ratio is Nudge's examples per second over those of a peer, the median over rounds of what ran one
/// after the other; their geometric mean over all workloads sums them up.
///
/// @param names  who was measured, Nudge first
/// @param points what was measured
/// @param peak   floating-point operations per second that the threads can do
record Comparison(List<String> names, List<Point> points, double peak) {
    static final String NUDGE = "nudge";

    private static final double SAME_PARAMETERS = 0.005;
    private static final double SAME_LOSS = 5;
    private static final int ENOUGH = 16; // examples, that their mean loss says something

    /// A workload of one batch and width.
    ///
    /// @param measured by name, one for each round; a peer that lacks the workload has none
    record Point(String workload, int batch, int width, Map<String, List<Measurement>> measured) {
        boolean has(String name) {
            return measured.containsKey(name);
        }

        /// Those of one who was measured.
        List<Measurement> of(String name) {
            return measured.getOrDefault(name, List.of());
        }

        /// Median of a quantity of one who was measured.
        double median(String name, ToDoubleFunction<Measurement> quantity) {
            return Comparison.median(of(name).stream().mapToDouble(quantity).toArray());
        }

        /// How much faster Nudge was than a peer.
        double ratio(String name) {
            List<Measurement> nudge = of(NUDGE);
            List<Measurement> peer = of(name);
            return Comparison.median(IntStream.range(0, peer.size())
                    .mapToDouble(round ->
                            nudge.get(round).examples() / peer.get(round).examples())
                    .toArray());
        }
    }

    /// The middle one, or the mean of the two in the middle.
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// The number whose logarithm is the mean of the logarithms.
    static double geometricMean(double... values) {
        return Math.exp(Arrays.stream(values).map(Math::log).average().orElse(Double.NaN));
    }

    /// In which ways a peer did not do the same work as Nudge; empty where all did.
    ///
    /// Networks must have as many parameters, but for half a percent: recurrent layers of others add two
    /// biases where one does the same. First losses must be within a factor of five, since weights are drawn from
    /// other distributions, and the last ones finite.
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        for (Point point : points) {
            for (String name : names) {
                if (point.has(name)) {
                    difference(point.of(NUDGE).getFirst(), point.of(name).getFirst())
                            .ifPresent(differences::add);
                }
            }
        }
        return differences;
    }

    private static Optional<String> difference(Measurement nudge, Measurement peer) {
        if (Math.abs(peer.parameters() - nudge.parameters()) > SAME_PARAMETERS * nudge.parameters()) {
            return Optional.of(text(
                    "%s: %s trains %d parameters, nudge %d",
                    nudge.workload(), peer.peer(), peer.parameters(), nudge.parameters()));
        }
        double factor = Math.max(peer.firstLoss() / nudge.firstLoss(), nudge.firstLoss() / peer.firstLoss());
        boolean alike = nudge.batch() < ENOUGH || factor <= SAME_LOSS;
        return alike && Double.isFinite(peer.firstLoss()) && Double.isFinite(peer.lastLoss())
                ? Optional.empty()
                : Optional.of(text(
                        "%s: the loss of %s goes from %.3f to %.3f, that of nudge from %.3f to %.3f",
                        nudge.workload(),
                        peer.peer(),
                        peer.firstLoss(),
                        peer.lastLoss(),
                        nudge.firstLoss(),
                        nudge.lastLoss()));
    }

    /// A table in Markdown with a row for each point, and lines that sum it up.
    String table() {
        boolean sweeps = points.stream().map(Point::workload).distinct().count() < points.size();
        List<String> peers = names.subList(1, names.size());
        List<String> heads = new ArrayList<>(List.of("workload", "batch", "width", "step, ms"));
        if (sweeps) {
            heads.add("of the first");
        }
        names.forEach(name -> heads.add(name + ", examples/s"));
        peers.forEach(name -> heads.add(NUDGE + " : " + name));
        heads.addAll(List.of("share of peak", "memory, MiB", "first step, s"));
        List<String> lines = new ArrayList<>();
        lines.add(row(heads));
        lines.add("|" + "---|".repeat(heads.size()));
        points.forEach(point -> lines.add(row(cells(point, sweeps, peers))));
        lines.add("");
        peers.forEach(name -> lines.add(mean(name)));
        lines.add(text(
                "Peak of all threads: %.0f GFLOP/s. Cells of several numbers: %s.",
                peak / 1e9, String.join(" / ", names)));
        lines.add("Jars that a program needs, MiB: " + each(this::jars) + ".");
        noise().ifPresent(lines::add);
        return String.join("\n", lines);
    }

    private List<String> cells(Point point, boolean sweeps, List<String> peers) {
        double seconds = point.median(NUDGE, Measurement::stepSeconds);
        List<String> cells = new ArrayList<>(
                List.of(point.workload, "" + point.batch, "" + point.width, text("%.3f", 1e3 * seconds)));
        if (sweeps) {
            double first = points.stream()
                    .filter(other -> other.workload.equals(point.workload))
                    .findFirst()
                    .orElse(point)
                    .median(NUDGE, Measurement::stepSeconds);
            cells.add(text("%.2f", seconds / first));
        }
        names.forEach(name -> cells.add(cell(point, name, Measurement::examples, "%.0f")));
        peers.forEach(name -> cells.add(point.has(name) ? text("%.2f", point.ratio(name)) : "-"));
        // The same work on all sides, so Nudge's count stands for it.
        double flops = point.of(NUDGE).getFirst().flops();
        cells.add(each(name -> cell(point, name, one -> 100 * flops / one.stepSeconds() / peak, "%.0f %%")));
        cells.add(each(name -> cell(point, name, Measurement::memory, "%.0f")));
        cells.add(each(name -> cell(point, name, Measurement::first, "%.2f")));
        return cells;
    }

    private static String cell(Point point, String name, ToDoubleFunction<Measurement> quantity, String format) {
        return point.has(name) ? text(format, point.median(name, quantity)) : "-";
    }

    private String mean(String peer) {
        double[] ratios = points.stream()
                .filter(point -> point.has(peer))
                .mapToDouble(point -> point.ratio(peer))
                .toArray();
        return text("Geometric mean of %s : %s over %d rows: %.2f.", NUDGE, peer, ratios.length, geometricMean(ratios));
    }

    private String jars(String name) {
        return points.stream()
                .filter(point -> point.has(name))
                .findFirst()
                .map(point -> text("%.1f", point.median(name, Measurement::jars)))
                .orElse("-");
    }

    /// How many measurements others disturbed.
    private Optional<String> noise() {
        int processors = Runtime.getRuntime().availableProcessors();
        List<Measurement> all = points.stream()
                .flatMap(point -> point.measured.values().stream())
                .flatMap(List::stream)
                .toList();
        long disturbed = all.stream().filter(one -> !one.isQuiet(processors)).count();
        double worst = all.stream().mapToDouble(Measurement::others).max().orElse(0);
        return disturbed == 0
                ? Optional.empty()
                : Optional.of(text(
                        "Others were at work in %d of %d measurements; at worst they took %.2f of %d processors.",
                        disturbed, all.size(), worst, processors));
    }

    private String each(Function<String, String> of) {
        return names.stream().map(of).collect(Collectors.joining(" / "));
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    @SuppressWarnings("AnnotateFormatMethod") // that annotation would be a dependency
    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
