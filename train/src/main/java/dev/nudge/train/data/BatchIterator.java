package dev.nudge.train.data;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.train.io.NudgeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/// One iteration over [Batches]: taking a batch starts the loading of one some places ahead.
///
/// The batches ahead are futures in the order of their numbers, so that the order cannot depend on which worker is
/// faster. There is no endless worker loop: an iteration that is forgotten loads what it has begun, then its threads
/// time out.
public final class BatchIterator implements Iterator<Batch>, AutoCloseable {
    private static final int AHEAD_PER_WORKER = 3;
    private static final long IDLE_MILLIS = 500;
    private static final long SLICE_MILLIS = 100;

    private final Dataset dataset;
    private final IntFunction<int[]> rows;
    private final int end;
    private final Duration limit;
    private final ThreadPoolExecutor workers;
    private final Queue<Future<Batch>> ahead = new ArrayDeque<>();
    private int taken;
    private int begun;

    BatchIterator(Dataset dataset, IntFunction<int[]> rows, int first, int end, int workers, Duration limit) {
        this.dataset = dataset;
        this.rows = rows;
        this.end = end;
        this.limit = limit;
        this.taken = first;
        this.begun = first;
        this.workers = new ThreadPoolExecutor(
                workers, workers, IDLE_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "nudge-data");
                    thread.setDaemon(true);
                    return thread;
                });
        this.workers.allowCoreThreadTimeOut(true);
        for (int i = 0; i < workers * AHEAD_PER_WORKER; i++) {
            begin();
        }
    }

    @Override
    public boolean hasNext() {
        return taken < end;
    }

    /// The next batch, waiting for it if it is not loaded yet.
    ///
    /// @throws NudgeException (E710) naming the row and the cause, if it cannot be loaded or takes too long
    @Override
    public Batch next() {
        Future<Batch> next = ahead.poll();
        if (next == null) {
            throw new NoSuchElementException("batches: all " + end + " batches have been taken");
        }
        try {
            Batch batch = await(next);
            taken++;
            begin();
            return batch;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /// Ends the loading; batches not taken yet are forgotten.
    @Override
    public void close() {
        taken = end;
        ahead.clear();
        workers.shutdownNow();
    }

    private void begin() {
        if (begun < end) {
            int[] wanted = rows.apply(begun++);
            ahead.add(workers.submit(() -> load(wanted)));
        } else {
            workers.shutdown(); // the threads end after the last batch
        }
    }

    // Waits in slices and counts them: time during which the whole process was suspended is nobody's fault.
    private Batch await(Future<Batch> next) {
        long slices = Math.max(1, limit.toMillis() / SLICE_MILLIS);
        for (long slice = 0; slice < slices; slice++) {
            try {
                return next.get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                // the next slice
            } catch (ExecutionException e) {
                throw failure(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NudgeException("E710", place(), "interrupted while waiting for data.", e);
            }
        }
        int[] wanted = rows.apply(taken);
        throw new NudgeException(
                "E710",
                place(),
                "loading rows " + wanted[0] + ".." + wanted[wanted.length - 1] + " takes longer than "
                        + limit.toMillis()
                        + " ms. Read faster, or allow more time: withLimit of the batches, withDataLimit of a trainer.");
    }

    private RuntimeException failure(Throwable cause) {
        return cause instanceof NudgeException known
                ? known
                : new NudgeException("E710", place(), "loading failed: " + cause, cause);
    }

    private String place() {
        return "batch " + taken;
    }

    private Batch load(int[] wanted) {
        Batch batch;
        try {
            batch = dataset.batch(wanted);
        } catch (RuntimeException | Error e) {
            throw blame(wanted, e);
        }
        check("inputs", batch.inputs(), inputType(batch), wanted);
        check("targets", batch.targets(), dataset.targetType(), wanted);
        return batch;
    }

    private Type inputType(Batch batch) {
        Type longest = dataset.inputType();
        Shape shape = batch.inputs().shape();
        boolean isShorter = dataset.isRagged()
                && shape.rank() == longest.shape().rank() + 1
                && shape.extent(1) <= longest.shape().extent(0);
        return isShorter ? longest.withShape(longest.shape().with(0, shape.extent(1))) : longest;
    }

    // A batch fails as a whole; asking for its rows one by one tells which of them is at fault.
    private NudgeException blame(int[] wanted, Throwable failure) {
        for (int row : wanted) {
            try {
                dataset.batch(row);
            } catch (RuntimeException | Error e) {
                return new NudgeException(
                        "E710", "row " + row, "worker failed: " + e + ". Repair or leave out the row.", e);
            }
        }
        return new NudgeException(
                "E710",
                "rows " + wanted[0] + ".." + wanted[wanted.length - 1],
                "worker failed: " + failure + ".",
                failure);
    }

    private static void check(String what, Tensor tensor, Type each, int[] wanted) {
        Type expected = each.withShape(Shape.of(wanted.length).append(each.shape()));
        if (!tensor.type().equals(expected)) {
            throw new NudgeException(
                    "E710",
                    "rows " + wanted[0] + ".." + wanted[wanted.length - 1],
                    "the data set gave wrong " + what + " - expected " + expected + ", found " + tensor.type() + ".");
        }
    }
}
