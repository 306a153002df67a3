package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.train.io.NudgeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    /// Rows whose input and target is their number.
    private record Numbers(int size, IntConsumer before) implements Dataset {
        @Override
        public Type inputType() {
            return Type.of(DType.F32, Shape.of(1));
        }

        @Override
        public Type targetType() {
            return Type.of(DType.I32, Shape.SCALAR);
        }

        @Override
        public Batch batch(int... rows) {
            float[] inputs = new float[rows.length];
            for (int i = 0; i < rows.length; i++) {
                before.accept(rows[i]);
                inputs[i] = rows[i];
            }
            return new Batch(Tensor.of(inputs, rows.length, 1), Tensor.of(rows, rows.length), rows);
        }

        @Override
        public String fingerprint() {
            return "numbers " + size;
        }
    }

    private static void nothing(int row) {}

    private static List<List<Integer>> rows(Iterable<Batch> batches) {
        List<List<Integer>> rows = new ArrayList<>();
        for (Batch batch : batches) {
            rows.add(Arrays.stream(batch.targets().toInts()).boxed().toList());
        }
        return rows;
    }

    @Test
    void everyRowComesOnceAndTheLastBatchIsWhatIsLeft() {
        Batches batches = new Numbers(10, BatchesTest::nothing).ordered().batches(4);
        assertEquals(List.of(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7), List.of(8, 9)), rows(batches));
        assertEquals(3, batches.count());
    }

    @Test
    void aSmallLastBatchCanBeLeftOut() {
        Dataset numbers = new Numbers(10, BatchesTest::nothing);
        assertEquals(
                List.of(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7)),
                rows(numbers.ordered().batches(4).dropLast()));
        assertEquals(2, numbers.ordered().batches(5).dropLast().count());
        assertEquals(List.of(), rows(numbers.ordered().batches(11).dropLast()));
    }

    @Test
    void aPassCanBeginInTheMiddle() {
        Batches batches =
                new Numbers(10, BatchesTest::nothing).shuffle(RandomKey.of(3)).batches(4);
        assertEquals(rows(batches).subList(1, 3), rows(batches.from(1)));
        assertEquals(List.of(), rows(batches.from(3)));
        assertThrows(IllegalArgumentException.class, () -> batches.from(4));
        assertThrows(IllegalArgumentException.class, () -> batches.dropLast().from(3));
    }

    @Test
    void shufflingIsAPermutationThatTheKeyDecides() {
        Dataset numbers = new Numbers(100, BatchesTest::nothing);
        int[] order = numbers.shuffle(RandomKey.of(1).at(1)).order();
        assertArrayEquals(order, numbers.shuffle(RandomKey.of(1).at(1)).order());
        assertNotEquals(
                Arrays.toString(order),
                Arrays.toString(numbers.shuffle(RandomKey.of(1).at(2)).order()));
        assertArrayEquals(
                IntStream.range(0, 100).toArray(), Arrays.stream(order).sorted().toArray());
    }

    @Test
    void theOrderDoesNotDependOnTheSpeedOfTheWorkers() {
        RandomKey key = RandomKey.of(5);
        IntConsumer slowly = row -> sleep(key.below(row, 3));
        List<List<Integer>> expected =
                rows(new Numbers(60, BatchesTest::nothing).shuffle(key).batches(7));
        for (int workers = 1; workers <= 4; workers++) {
            assertEquals(
                    expected,
                    rows(new Numbers(60, slowly).shuffle(key).batches(7).withWorkers(workers)));
        }
    }

    @Test
    void aRowThatFailsIsNamedWithItsCauseAndTheThreadsEnd() {
        for (int workers : new int[] {1, 4}) {
            for (int bad : new int[] {0, 25, 59}) {
                RuntimeException cause = new IllegalStateException("unreadable");
                Numbers numbers = new Numbers(60, row -> {
                    if (row == bad) {
                        throw cause;
                    }
                });
                BatchIterator batches =
                        numbers.ordered().batches(8).withWorkers(workers).iterator();
                NudgeException error = assertThrows(NudgeException.class, () -> batches.forEachRemaining(batch -> {}));
                assertEquals("E710", error.code());
                assertEquals("row " + bad, error.where());
                assertSame(cause, error.getCause());
                assertTrue(error.getMessage().contains("unreadable"), error.getMessage());
                assertFalse(batches.hasNext());
                assertNoWorkers();
            }
        }
    }

    @Test
    void anErrorOfAWorkerReachesTheLoopToo() {
        Numbers numbers = new Numbers(6, row -> {
            throw new StackOverflowError("deep");
        });
        NudgeException error =
                assertThrows(NudgeException.class, () -> rows(numbers.ordered().batches(2)));
        assertTrue(error.getMessage().contains("StackOverflowError"), error.getMessage());
    }

    @Test
    void aWorkerThatHangsIsReportedAndInterrupted() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Numbers numbers = new Numbers(6, row -> {
            if (row == 2) {
                try {
                    never.await();
                } catch (InterruptedException _) {
                    interrupted.countDown();
                }
            }
        });
        Batches batches = numbers.ordered().batches(2).withLimit(Duration.ofMillis(200));
        NudgeException error = assertThrows(NudgeException.class, () -> rows(batches));
        assertEquals("E710", error.code());
        assertTrue(error.getMessage().contains("rows 2..3"), error.getMessage());
        interrupted.await();
        assertNoWorkers();
        assertEquals(
                3,
                rows(new Numbers(6, BatchesTest::nothing).ordered().batches(2)).size());
    }

    @Test
    void anInterruptedLoopStopsWaiting() {
        CountDownLatch never = new CountDownLatch(1);
        Numbers numbers = new Numbers(6, row -> await(never));
        Thread.currentThread().interrupt();
        NudgeException error =
                assertThrows(NudgeException.class, () -> rows(numbers.ordered().batches(2)));
        assertTrue(Thread.interrupted());
        assertEquals("E710", error.code());
        assertNoWorkers();
    }

    @Test
    void aDataSetThatGivesTheWrongShapeIsRefused() {
        Numbers numbers = new Numbers(6, BatchesTest::nothing);
        Dataset wrong = new Dataset() {
            @Override
            public int size() {
                return 6;
            }

            @Override
            public Type inputType() {
                return Type.of(DType.F32, Shape.of(2));
            }

            @Override
            public Type targetType() {
                return numbers.targetType();
            }

            @Override
            public Batch batch(int... rows) {
                return numbers.batch(rows);
            }

            @Override
            public String fingerprint() {
                return "wrong";
            }
        };
        NudgeException error =
                assertThrows(NudgeException.class, () -> rows(wrong.ordered().batches(2)));
        assertTrue(error.getMessage().contains("expected F32 [2, 2], found F32 [2, 1]"), error.getMessage());
    }

    @Test
    void theThreadsEndWithTheIterationAndWhenItIsForgottenOrClosed() {
        Dataset numbers = new Numbers(100, BatchesTest::nothing);
        rows(numbers.ordered().batches(10).withWorkers(3));
        assertNoWorkers();
        for (Batch batch : numbers.ordered().batches(10).withWorkers(3)) {
            assertEquals(10, batch.size());
            break; // forgotten
        }
        assertNoWorkers();
        try (BatchIterator batches = numbers.ordered().batches(10).iterator()) {
            batches.next();
        }
        assertNoWorkers();
    }

    @Test
    void afterTheLastBatchThereIsNone() {
        BatchIterator batches =
                new Numbers(2, BatchesTest::nothing).ordered().batches(2).iterator();
        batches.next();
        assertFalse(batches.hasNext());
        assertThrows(NoSuchElementException.class, batches::next);
        assertFalse(new Numbers(0, BatchesTest::nothing)
                .ordered()
                .batches(2)
                .iterator()
                .hasNext());
    }

    @Test
    void aBatchHasTheRowsOfAnArrayDataSetAndASubsetRenumbersThem() {
        ArrayDataset points = ArrayDataset.of(new float[] {1, 2, 3, 4, 5, 6}, Shape.of(2), new int[] {0, 1, 1}, 2);
        Batch batch = points.batch(2, 0);
        assertArrayEquals(new float[] {5, 6, 1, 2}, batch.inputs().toFloats());
        assertArrayEquals(new int[] {1, 0}, batch.targets().toInts());
        Dataset some = points.subset(1, 2);
        assertArrayEquals(new float[] {5, 6}, some.batch(1).inputs().toFloats());
        assertArrayEquals(new int[] {1, 1}, some.labels());
        assertNotEquals(points.fingerprint(), some.fingerprint());
        assertThrows(IllegalArgumentException.class, () -> points.subset(3));
        assertThrows(IllegalArgumentException.class, () -> some.batch(2));
    }

    @Test
    void oneChangedNumberChangesTheFingerprint() {
        String before = ArrayDataset.of(new float[] {1, 2}, Shape.of(1), new int[] {0, 1}, 2)
                .fingerprint();
        assertEquals(
                before,
                ArrayDataset.of(new float[] {1, 2}, Shape.of(1), new int[] {0, 1}, 2)
                        .fingerprint());
        assertNotEquals(
                before,
                ArrayDataset.of(new float[] {1, Math.nextUp(2f)}, Shape.of(1), new int[] {0, 1}, 2)
                        .fingerprint());
        assertNotEquals(
                before,
                ArrayDataset.of(new float[] {1, 2}, Shape.of(1), new int[] {1, 1}, 2)
                        .fingerprint());
    }

    @Test
    void wrongArraysAreRefusedWithBothNumbers() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> ArrayDataset.of(new float[5], Shape.of(2), new int[] {0, 1}, 2))
                .getMessage()
                .contains("need 4 elements, found 5"));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> ArrayDataset.of(new float[2], Shape.of(1), new int[] {0, 2}, 2))
                .getMessage()
                .contains("row 1 must be in 0..1, found 2"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for the loading threads to be gone; fails if they stay.
    private static void assertNoWorkers() {
        for (int tries = 0; tries < 100 && worker() != null; tries++) {
            sleep(50);
        }
        assertNull(worker());
    }

    private static Thread worker() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("nudge-data"))
                .findAny()
                .orElse(null);
    }
}
