package dev.nudge.train.data;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.util.stream.IntStream;

/// Examples, each an input and its target, found by row number.
///
/// Any class may implement this. [#batch(int\[\])] is called from other threads than the training loop's and must give
/// the same values for the same rows every time: exact resume rests on it.
public interface Dataset {
    /// Number of examples.
    int size();

    /// Element type and shape of one input, without the batch axis.
    Type inputType();

    /// Element type and shape of one target, without the batch axis; a class index is an `I32` scalar.
    Type targetType();

    /// The examples of these rows, in this order. Shape: inputs and targets `[rows, ...]`.
    Batch batch(int... rows);

    /// The targets of these rows, as [#batch(int\[\])] has them; data sets whose inputs take time to read leave those
    /// out.
    default Tensor targets(int... rows) {
        return batch(rows).targets();
    }

    /// A text that differs when the examples do; a checkpoint keeps it to notice a run continued on other data.
    String fingerprint();

    /// Number of classes if the targets are class indices, else 0.
    default int classes() {
        return 0;
    }

    /// Whether the inputs of a batch may be shorter along their first axis than [#inputType()] says: sequences that are
    /// filled up only to the longest of their batch.
    default boolean isRagged() {
        return false;
    }

    /// The examples of these rows as a data set of their own, in this order.
    default Dataset subset(int... rows) {
        return Subset.of(this, rows);
    }

    /// One pass over all examples in the order that `key` draws.
    default Epoch shuffle(RandomKey key) {
        return Epoch.of(this, key.permutation(size()));
    }

    /// One pass over all examples in the order of their rows.
    default Epoch ordered() {
        return Epoch.of(this, IntStream.range(0, size()).toArray());
    }

    /// The class index of every row.
    ///
    /// @throws IllegalArgumentException if the targets are not class indices
    default int[] labels() {
        if (classes() == 0 || !targetType().equals(Type.of(DType.I32, Shape.SCALAR))) {
            throw new IllegalArgumentException("labels: expected class indices as targets, found " + targetType());
        }
        int[] labels = new int[size()];
        int many = 1024; // at a time
        for (int from = 0; from < labels.length; from += many) {
            int[] rows =
                    IntStream.range(from, Math.min(labels.length, from + many)).toArray();
            System.arraycopy(targets(rows).toInts(), 0, labels, from, rows.length);
        }
        return labels;
    }
}
