package dev.nudge.cli;

import org.jspecify.annotations.Nullable;

/// The loss of a network that does not look at its input and knows only how often each class occurs: what a network
/// has to beat to have learnt anything.
final class Baseline {
    private Baseline() {}

    /// The least loss that one prediction for all examples can have: of cross-entropy the entropy of the classes,
    /// `-Σ s·ln s` over their shares `s` (`ln K` where `K` classes are equally frequent); of the squared error
    /// `Σ s·(1-s) / K`.
    ///
    /// @param loss    name of the loss, as in the settings
    /// @param labels  the class of each example
    /// @param classes number of classes
    /// @return null for a loss of which there is no closed form
    static @Nullable Double of(String loss, int[] labels, int classes) {
        double[] shares = new double[classes];
        for (int label : labels) {
            shares[label] += 1.0 / labels.length;
        }
        double total = 0;
        for (double share : shares) {
            total += switch (loss) {
                case "cross-entropy" -> share > 0 ? -share * Math.log(share) : 0;
                case "mse" -> share * (1 - share) / classes;
                default -> Double.NaN;
            };
        }
        return Double.isNaN(total) ? null : total;
    }
}
