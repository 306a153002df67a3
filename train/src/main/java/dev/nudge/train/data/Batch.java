package dev.nudge.train.data;

import dev.nudge.tensor.Tensor;

/// Some examples side by side: what one step of training looks at.
///
/// @param inputs  `[rows, ...]`
/// @param targets `[rows, ...]`, or `[rows]` of class indices
/// @param rows    the rows of the data set that the examples came from; not to be changed
public record Batch(Tensor inputs, Tensor targets, int[] rows) {
    /// Number of examples.
    public int size() {
        return rows.length;
    }
}
