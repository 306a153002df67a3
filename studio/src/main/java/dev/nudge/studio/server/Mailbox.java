package dev.nudge.studio.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Holds the next text for a client, which takes it when it can: nobody waits for a slow one.
final class Mailbox {
    static final long PING_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private @Nullable String text;
    private boolean missed;

    /// Offers a text; `gap` is what to say in its place to a client that has missed one.
    void offer(String next, String gap) {
        lock.lock();
        try {
            if (text != null) {
                missed = true;
                return;
            }
            text = missed ? gap : next;
            missed = false;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /// The next text, or null if there was none for long.
    @Nullable
    String take() {
        lock.lock();
        try {
            long left = PING_NANOS;
            while (text == null && left > 0) {
                left = filled.awaitNanos(left);
            }
            String taken = text;
            text = null;
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(503, "stopping", "the server stops");
        } finally {
            lock.unlock();
        }
    }
}
