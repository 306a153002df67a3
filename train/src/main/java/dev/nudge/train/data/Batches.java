package dev.nudge.train.data;

import java.time.Duration;
import java.util.Arrays;

/// The batches of one pass over a data set, loaded ahead of the loop that uses them.
///
/// Batch `i` is always the same rows, however fast or slow the threads that load are. The threads end with the
/// iteration; when a loop is left early, they end by themselves once they have loaded the few batches ahead.
public final class Batches implements Iterable<Batch> {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Dataset dataset;
    private final int[] order;
    private final int size;
    private final Options options;

    /// @param first    number of the first batch
    /// @param dropLast whether a last batch that is too small is left out
    /// @param workers  threads that load
    /// @param limit    how long to wait for one batch
    private record Options(int first, boolean dropLast, int workers, Duration limit) {}

    private Batches(Dataset dataset, int[] order, int size, Options options) {
        this.dataset = dataset;
        this.order = order;
        this.size = size;
        this.options = options;
    }

    static Batches of(Dataset dataset, int[] order, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("batches: the batch size must be at least 1, found " + size);
        }
        return new Batches(dataset, order, size, new Options(0, false, 1, LIMIT));
    }

    /// Leaves out the last batch if it is smaller than the others.
    public Batches dropLast() {
        return with(new Options(options.first, true, options.workers, options.limit));
    }

    /// Starts at batch number `first`, counted from 0: where a run that was stopped goes on.
    ///
    /// @throws IllegalArgumentException if there are fewer batches than that
    public Batches from(int first) {
        if (first < 0 || first > (dropsLast() ? order.length / size : ceil())) {
            throw new IllegalArgumentException("batches: the first batch must be in 0.." + ceil() + ", found " + first);
        }
        return with(new Options(first, options.dropLast, options.workers, options.limit));
    }

    /// Loads with `workers` threads, for data sets that are slow to read.
    ///
    /// @throws IllegalArgumentException if `workers` is not at least 1
    public Batches withWorkers(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("batches: the number of workers must be at least 1, found " + workers);
        }
        return with(new Options(options.first, options.dropLast, workers, options.limit));
    }

    /// Waits up to `limit` for one batch before it counts as hanging.
    public Batches withLimit(Duration limit) {
        return with(new Options(options.first, options.dropLast, options.workers, limit));
    }

    private Batches with(Options other) {
        return new Batches(dataset, order, size, other);
    }

    /// Number of batches of the whole pass.
    public int count() {
        return dropsLast() ? order.length / size : ceil();
    }

    private boolean dropsLast() {
        return options.dropLast;
    }

    private int ceil() {
        return Math.ceilDiv(order.length, size);
    }

    /// The rows of batch `number`.
    int[] rows(int number) {
        int from = number * size;
        return Arrays.copyOfRange(order, from, Math.min(order.length, from + size));
    }

    /// A new iteration from the first batch; its `next` throws a
    /// [NudgeException][dev.nudge.train.io.NudgeException] (E710) that names the row when a batch cannot be loaded.
    @Override
    public BatchIterator iterator() {
        return new BatchIterator(dataset, this::rows, options.first, count(), options.workers, options.limit);
    }
}
