package dev.nudge.train.data;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

    /// The examples in `count` batches of as equal a size as can be, in order; in fewer if there are fewer examples.
    ///
    /// @throws IllegalArgumentException if `count` is not at least 1
    public List<Batch> parts(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("batch: the number of parts must be at least 1, found " + count);
        }
        List<Batch> parts = new ArrayList<>();
        int number = Math.min(count, size());
        for (int i = 0; i < number; i++) {
            int from = (int) ((long) size() * i / number);
            int to = (int) ((long) size() * (i + 1) / number);
            parts.add(new Batch(rows(inputs, from, to), rows(targets, from, to), Arrays.copyOfRange(rows, from, to)));
        }
        return parts;
    }

    // A copy, not a slice of the graph: all parts of a size share one plan.
    private static Tensor rows(Tensor tensor, int from, int to) {
        Value value = tensor.value();
        Shape shape = tensor.shape();
        int row = shape.product(1, shape.rank());
        Value part = Value.zeros(Type.of(tensor.dtype(), shape.with(0, to - from)));
        System.arraycopy(value.array(), from * row, part.array(), 0, (to - from) * row);
        return Tensor.data(part);
    }
}
