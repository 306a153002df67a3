package dev.nudge.train;

import dev.nudge.train.metric.MeanLoss;
import dev.nudge.train.metric.Metric;
import java.util.List;

/// How a model does on a data set.
///
/// @param meanLoss loss over all examples
/// @param metrics  what else was asked for
public record Scores(MeanLoss meanLoss, List<Metric> metrics) {
    /// Keeps a copy of the list.
    public Scores {
        metrics = List.copyOf(metrics);
    }

    /// Mean loss.
    public double loss() {
        return meanLoss.value();
    }

    /// Number of examples.
    public long examples() {
        return meanLoss.examples();
    }

    /// The metric of this kind.
    ///
    /// @throws IllegalArgumentException if it was not asked for
    public <M extends Metric> M metric(Class<M> kind) {
        return metrics.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("scores: no " + kind.getSimpleName() + " among "
                        + metrics.stream().map(Metric::name).toList()));
    }
}
