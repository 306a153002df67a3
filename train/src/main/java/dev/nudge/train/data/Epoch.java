package dev.nudge.train.data;

/// One pass over a data set: every row once, in a fixed order.
public final class Epoch {
    private final Dataset dataset;
    private final int[] order;

    private Epoch(Dataset dataset, int[] order) {
        this.dataset = dataset;
        this.order = order;
    }

    static Epoch of(Dataset dataset, int[] order) {
        return new Epoch(dataset, order);
    }

    /// The same pass over other rows, which may come several times or not at all.
    Epoch withOrder(int[] rows) {
        return new Epoch(dataset, rows);
    }

    /// The same pass over the same rows as another data set has them: how a data set that wraps another
    /// shuffles.
    ///
    /// @throws IllegalArgumentException if it has another number of rows
    public Epoch withDataset(Dataset other) {
        if (other.size() != dataset.size()) {
            throw new IllegalArgumentException(
                    "epoch: expected a data set of " + dataset.size() + " rows, found " + other.size());
        }
        return new Epoch(other, order);
    }

    /// The examples as this pass sees them, changed or not.
    public Dataset dataset() {
        return dataset;
    }

    /// The rows in the order of this pass.
    public int[] order() {
        return order.clone();
    }

    /// The rows in batches of `size`; the last one is smaller where the size does not divide the number
    /// of rows.
    ///
    /// @throws IllegalArgumentException if `size` is not at least 1
    public Batches batches(int size) {
        return Batches.of(dataset, order, size);
    }
}
