package dev.nudge.train.model;

import dev.nudge.tensor.Shape;

/// What was fitted to the training data and happens to every example before the model sees it.
///
/// It is part of the model file, so that a model is used on inputs as they come.
public sealed interface Preprocessing permits Standardize, MinMax, Categories, Pixels {
    /// Turns one raw example into what the next stage or the model takes: the same array, changed, or a
    /// new one.
    ///
    /// @throws IllegalArgumentException if it does not have as many numbers as were fitted
    float[] apply(float[] example);

    /// The shape of a raw example of which one of shape `prepared` comes.
    ///
    /// @throws IllegalArgumentException if none does
    default Shape raw(Shape prepared) {
        return prepared;
    }
}
