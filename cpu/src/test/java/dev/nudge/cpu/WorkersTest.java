package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void everyTaskRunsExactlyOnce() {
        for (int threads = 1; threads <= 5; threads++) {
            try (Workers workers = new Workers(threads)) {
                for (int run = 0; run < 2_000; run++) {
                    int tasks = run % 17;
                    AtomicIntegerArray counts = new AtomicIntegerArray(17);
                    workers.run(tasks, counts::incrementAndGet);
                    for (int task = 0; task < 17; task++) {
                        assertEquals(task < tasks ? 1 : 0, counts.get(task));
                    }
                }
            }
        }
    }

    @Test
    void aRunSeesWhatTheRunBeforeItWrote() {
        int[] values = new int[64];
        try (Workers workers = new Workers(3)) {
            for (int run = 0; run < 5_000; run++) {
                int shift = run;
                workers.run(64, task -> values[(task + shift) % 64]++);
            }
        }
        for (int value : values) {
            assertEquals(5_000, value);
        }
    }

    @Test
    void threadsWithoutWorkEndAndComeBack() throws InterruptedException {
        try (Workers workers = new Workers(3, 1_000_000)) {
            for (int run = 0; run < 20; run++) {
                Set<Thread> busy = ConcurrentHashMap.newKeySet();
                CountDownLatch all = new CountDownLatch(3);
                workers.run(3, task -> {
                    busy.add(Thread.currentThread());
                    all.countDown();
                    assertTrue(awaited(all), "each task needs a thread of its own");
                });
                busy.remove(Thread.currentThread());
                assertEquals(2, busy.size());
                for (Thread helper : busy) {
                    helper.join(TimeUnit.SECONDS.toMillis(10));
                    assertFalse(helper.isAlive());
                }
            }
        }
    }

    @Test
    void othersTakeTheTasksOfAThreadThatIsHeldUp() {
        try (Workers workers = new Workers(2)) {
            for (int held : new int[] {0, 4}) { // the first task of each thread's share
                CountDownLatch others = new CountDownLatch(7);
                workers.run(8, task -> {
                    if (task == held) {
                        assertTrue(awaited(others), "the other tasks waited for task " + held);
                    } else {
                        others.countDown();
                    }
                });
            }
        }
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFailureReachesTheCallerOnceAndTheNextRunWorks() {
        IllegalStateException failure = new IllegalStateException("task 3");
        try (Workers workers = new Workers(3)) {
            for (int repeat = 0; repeat < 100; repeat++) {
                IllegalStateException thrown = assertThrows(
                        IllegalStateException.class,
                        () -> workers.run(8, task -> {
                            if (task == 3) {
                                throw failure;
                            }
                        }));
                assertSame(failure, thrown);
                AtomicInteger done = new AtomicInteger();
                workers.run(8, task -> done.incrementAndGet());
                assertEquals(8, done.get());
            }
        }
    }

    @Test
    void aRunInsideATaskHappensInline() {
        AtomicInteger done = new AtomicInteger();
        try (Workers workers = new Workers(3)) {
            workers.run(4, outer -> {
                Thread thread = Thread.currentThread();
                workers.run(5, inner -> {
                    assertSame(thread, Thread.currentThread());
                    done.incrementAndGet();
                });
            });
        }
        assertEquals(20, done.get());
    }

    @Test
    void manyCallersMayShareAPool() throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        try (Workers workers = new Workers(2)) {
            Thread[] callers = new Thread[4];
            for (int i = 0; i < callers.length; i++) {
                callers[i] = new Thread(() -> {
                    for (int run = 0; run < 500; run++) {
                        workers.run(4, task -> done.incrementAndGet());
                    }
                });
                callers[i].start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
        }
        assertEquals(4 * 500 * 4, done.get());
    }

    @Test
    void aClosedPoolRunsOnTheCaller() {
        Workers workers = new Workers(3);
        AtomicInteger done = new AtomicInteger();
        workers.run(6, task -> done.incrementAndGet());
        workers.close();
        workers.run(6, task -> done.incrementAndGet());
        assertEquals(12, done.get());
    }

    @Test
    void aPoolNeedsAThread() {
        assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    }
}
