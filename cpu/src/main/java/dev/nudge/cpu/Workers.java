package dev.nudge.cpu;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A small pool of threads that share numbered tasks; the calling thread is one of them.
///
/// What a task computes must depend on its number alone, so results never depend on how many threads there are.
/*
 * Each thread has its own share of the tasks, an equal run of their numbers, and claims them one by one; when it has
 * none left, it claims those of others. So a thread comes back to the same part of the data from one run to the next,
 * and finds it in its own cache; and one that loses its core delays only the task it holds. Idle helpers spin for some
 * hundred microseconds and then park: a training step hands over work every few microseconds, and waking a parked
 * thread costs more than most kernels, in a virtual machine up to 0.4 ms. They yield while they spin: on a busy machine a
 * helper may have been woken on the caller's own core, and would keep it. They do not spin at all when there are more
 * threads than processors. Who has been parked for long ends, or the threads of backends that nobody has any more would
 * stay; the next run starts another.
 *
 * The claim on a share holds the run's number in its upper half and the count of unclaimed tasks in its lower half. A
 * helper reads `body` and `tasks` between reading a claim and a successful compare-and-set on it: success proves that
 * the run it saw is still unfinished, hence that they belong to it. A run allocates nothing.
 */
final class Workers implements AutoCloseable {
    /// The work of one task.
    @FunctionalInterface
    interface Body {
        /// Does task `number`, `0 <= number < tasks`.
        void run(int number);
    }

    private static final long SPIN_NANOS = 300_000;
    private static final long LINGER_NANOS = 30_000_000_000L;
    private static final int YIELD_EVERY = 32;
    private static final int APART = 16; // longs between the claims of two threads

    private final int threads;
    private final long lingerNanos;
    private final boolean spins;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicLongArray claims; // one per thread, on cache lines of their own
    private final AtomicInteger unfinished = new AtomicInteger();
    private volatile @Nullable Body body;
    private volatile int tasks;
    private int runs; // of the caller that is `busy`
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread waiting;
    private volatile boolean closed;
    private volatile Helper[] helpers = new Helper[0];

    /// A pool of `threads` threads, the caller included. Threads are started by the first run that needs them.
    Workers(int threads) {
        this(threads, LINGER_NANOS);
    }

    /// A pool whose threads end after so many nanoseconds without work.
    Workers(int threads, long lingerNanos) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        this.threads = threads;
        this.lingerNanos = lingerNanos;
        this.claims = new AtomicLongArray(threads * APART);
        this.spins = threads <= Runtime.getRuntime().availableProcessors();
    }

    /// The number of threads that can work at once, the caller included.
    int threads() {
        return threads;
    }

    /// As [#run], but on the calling thread alone unless sharing out is worth it.
    void runIf(boolean worthSharing, int tasks, Body body) {
        if (worthSharing) {
            run(tasks, body);
        } else {
            for (int number = 0; number < tasks; number++) {
                body.run(number);
            }
        }
    }

    /// Runs `body` for every number from 0 to `tasks - 1`, in any order and on any thread, and returns when all are
    /// done. A run from inside a task, or while another thread's run is under way, happens on the calling thread.
    ///
    /// If tasks fail, one of the failures is thrown here once; tasks not yet begun are skipped.
    void run(int tasks, Body body) {
        if (tasks <= 1 || threads == 1 || closed || !busy.compareAndSet(false, true)) {
            for (int number = 0; number < tasks; number++) {
                body.run(number);
            }
            return;
        }
        try {
            share(tasks, body);
        } finally {
            this.body = null;
            busy.set(false);
        }
    }

    private void share(int tasks, Body body) {
        Helper[] helpers = helpers();
        this.body = body;
        this.tasks = tasks;
        failure = null;
        unfinished.set(tasks);
        long number = ++runs;
        for (int share = 0; share < threads; share++) {
            claims.set(share * APART, number << 32 | (first(share + 1, tasks) - first(share, tasks)));
        }
        for (int i = 0; i < helpers.length && i < tasks - 1; i++) {
            if (helpers[i].ended) {
                helpers[i] = started(i + 1);
            } else if (helpers[i].parked) {
                LockSupport.unpark(helpers[i]);
            }
        }
        work(0);
        long start = System.nanoTime();
        int spin = 0;
        while (unfinished.get() != 0 && spinsOn(++spin, start)) {
            // A helper is about to finish.
        }
        if (unfinished.get() != 0) {
            waiting = Thread.currentThread();
            while (unfinished.get() != 0) {
                LockSupport.park(this);
            }
            waiting = null;
        }
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }

    private Helper[] helpers() {
        if (helpers.length == 0) {
            Helper[] started = new Helper[threads - 1];
            for (int i = 0; i < started.length; i++) {
                started[i] = started(i + 1);
            }
            helpers = started;
        }
        return helpers;
    }

    private Helper started(int number) {
        Helper helper = new Helper(number);
        helper.start();
        return helper;
    }

    /// The first task of a share.
    private int first(int share, int tasks) {
        return (int) ((long) share * tasks / threads);
    }

    /// Claims and does tasks until none is left unclaimed, those of `thread` first.
    private void work(int thread) {
        for (int i = 0; i < threads; i++) {
            workOff((thread + i) % threads);
        }
    }

    private void workOff(int share) {
        int place = share * APART;
        long seen;
        while ((int) (seen = claims.get(place)) != 0) {
            Body current = body;
            int end = first(share + 1, tasks);
            if (current != null && claims.compareAndSet(place, seen, seen - 1)) {
                try {
                    if (failure == null) {
                        current.run(end - (int) seen);
                    }
                } catch (RuntimeException | Error thrown) {
                    failure = thrown;
                } finally {
                    finished();
                }
            }
        }
    }

    private boolean unclaimed() {
        for (int share = 0; share < threads; share++) {
            if ((int) claims.get(share * APART) != 0) {
                return true;
            }
        }
        return false;
    }

    /// One step of a wait that gives way to other threads and ends after a while.
    @SuppressWarnings("ThreadPriorityCheck") // Yielding is a courtesy; nothing relies on its effect.
    private boolean spinsOn(int spin, long start) {
        if (spin % YIELD_EVERY != 0) {
            Thread.onSpinWait();
            return spins;
        }
        Thread.yield();
        return System.nanoTime() - start < SPIN_NANOS;
    }

    private void finished() {
        if (unfinished.decrementAndGet() == 0) {
            Thread caller = waiting;
            if (caller != null) {
                LockSupport.unpark(caller);
            }
        }
    }

    /// Lets the helpers end. Later runs happen on the calling thread.
    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    private final class Helper extends Thread {
        private final int number;
        private volatile boolean parked;
        private volatile boolean ended;

        Helper(int number) {
            super("nudge-worker-" + number);
            this.number = number;
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!closed) {
                work(number);
                long start = System.nanoTime();
                int spin = 0;
                while (!unclaimed() && spinsOn(++spin, start)) {
                    // The next run often follows at once.
                }
                if (!unclaimed()) {
                    parked = true;
                    long since = System.nanoTime();
                    while (!unclaimed() && !closed) {
                        ended = System.nanoTime() - since >= lingerNanos;
                        if (ended && !unclaimed()) { // looked at again, now that a run can see that it needs another
                            return;
                        }
                        LockSupport.parkNanos(Workers.this, lingerNanos);
                    }
                    ended = false;
                    parked = false;
                }
            }
        }
    }
}
