package dev.nudge.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How many bytes a run will take, reckoned from its settings before anything is allocated.
///
/// @param weights     bytes of all parameters
/// @param slots       tensors that the optimizer remembers for each parameter
/// @param activations bytes of what flows through the network in one step, forth and back
/// @param largest     the largest layer, in words
record MemoryNeed(long parameters, long weights, int slots, long activations, String largest) {
    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;

    static MemoryNeed of(RunSettings settings, int in, int out) {
        List<Integer> widths = new ArrayList<>();
        widths.add(in);
        widths.addAll(settings.model().hidden());
        widths.add(out);
        long parameters = 0;
        long values = in;
        long most = -1;
        String largest = "";
        for (int i = 1; i < widths.size(); i++) {
            long before = widths.get(i - 1);
            long after = widths.get(i);
            long size = before * after + after;
            parameters += size;
            values += 4 * after; // sums and activations, forth and back
            if (size > most) {
                most = size;
                largest = "layer " + i + " of " + (widths.size() - 1) + " (" + before + " x " + after + ", "
                        + size(4 * size) + ")"
                        + (before * after > LARGEST_ARRAY ? ", more numbers than a Java array holds" : "");
            }
        }
        int slots = settings.optimizer().slots();
        long rows = Math.ceilDiv(settings.batch(), settings.accumulate());
        long activations = 4 * values * rows;
        StepMemory limit = settings.memory(); // what takes more is computed again
        return new MemoryNeed(
                parameters,
                4 * parameters,
                slots,
                limit == null ? activations : Math.min(activations, limit.bytes()),
                largest);
    }

    /// Weights with their next values and a copy of the best ones, gradients, what the optimizer remembers with its
    /// next values, and activations.
    long bytes() {
        return weights * (4 + 2L * slots) + activations;
    }

    /// Refuses what does not fit.
    void check(long budget, String optimizer, Problems problems) {
        if (bytes() > budget || largest.contains("Java array")) {
            problems.add(
                    "E614",
                    "--model",
                    "the run needs " + size(bytes()) + " (" + bytes() + " bytes: " + parts(optimizer)
                            + "), the budget is "
                            + size(budget) + "; largest layer: " + largest
                            + ". Use smaller layers or a smaller batch"
                            + (bytes() - activations <= budget
                                    ? ", compute activations again instead of keeping them (--memory least)"
                                    : "")
                            + ", or give Java more memory (NUDGE_JAVA_OPTIONS=-Xmx...).");
        }
    }

    /// The parts, such as `weights 0.2 MB, gradients 0.1 MB, adam 0.3 MB, activations 0.1 MB`.
    String parts(String optimizer) {
        return "weights " + size(3 * weights) + " with their next and best values, gradients " + size(weights)
                + (slots > 0 ? ", " + optimizer + " " + size(2L * slots * weights) : "")
                + ", activations " + size(activations);
    }

    /// Bytes in a form that people read.
    static String size(long bytes) {
        double value = bytes;
        for (String unit : List.of("bytes", "kB", "MB", "GB")) {
            if (value < 1000) {
                return unit.equals("bytes") ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, unit);
            }
            value /= 1000;
        }
        return String.format(Locale.ROOT, "%.1f TB", value);
    }
}
