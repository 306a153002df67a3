package dev.nudge.train.model;

/// What was fitted to the training data and happens to every example before the model sees it.
///
/// It is part of the model file, so that a model is used on inputs as they come.
public sealed interface Preprocessing permits Standardize {
    /// Turns one raw example, in place, into what the next stage or the model takes.
    ///
    /// @throws IllegalArgumentException if it does not have as many numbers as were fitted
    void apply(float[] example);
}
