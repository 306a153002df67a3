package dev.nudge.train.metric;

import dev.nudge.tensor.Tensor;

/// A figure that tells how good predictions are, gathered batch by batch.
///
/// Immutable: [#add] and [#merge] give a new state. Merging the states of two halves of the data gives the state of the
/// whole, so that parts can be looked at in different places.
public interface Metric {
    /// Short name, such as `accuracy`.
    String name();

    /// The state after one more batch.
    Metric add(Tensor prediction, Tensor target);

    /// The state after the batches of both.
    ///
    /// @throws IllegalArgumentException if `other` is not a metric of the same kind
    Metric merge(Metric other);

    /// The figure; NaN before the first example.
    double value();

    /// The error for a metric that cannot be merged into this one.
    default IllegalArgumentException cannotMerge(Metric other) {
        return new IllegalArgumentException(
                "merge: expected a state of the same metric as " + this + ", found " + other);
    }
}
