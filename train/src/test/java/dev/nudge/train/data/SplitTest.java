package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {
    /// 100 rows whose input is their number: 70 of class 0, 20 of class 1, 10 of class 2.
    private static ArrayDataset rows() {
        float[] numbers = new float[100];
        int[] labels = new int[100];
        for (int row = 0; row < 100; row++) {
            numbers[row] = row;
            labels[row] = row % 10 < 7 ? 0 : row % 10 < 9 ? 1 : 2;
        }
        return ArrayDataset.of(numbers, Shape.of(1), labels, 3);
    }

    private static List<Integer> numbers(Dataset part) {
        List<Integer> numbers = new ArrayList<>();
        for (Batch batch : part.ordered().batches(16)) {
            for (float number : batch.inputs().toFloats()) {
                numbers.add((int) number);
            }
        }
        return numbers;
    }

    private static long count(Dataset part, int label) {
        return Arrays.stream(part.labels()).filter(found -> found == label).count();
    }

    @Test
    void thePartsHaveEveryRowOnce() {
        for (Split split : List.of(
                Split.threeWay(rows(), 0.2, 0.1, RandomKey.of(1)), Split.plain(rows(), 0.2, 0.1, RandomKey.of(1)))) {
            List<Integer> all = new ArrayList<>(numbers(split.train()));
            all.addAll(numbers(split.validation()));
            all.addAll(numbers(split.test()));
            assertEquals(
                    List.of(70, 20, 10),
                    List.of(
                            split.train().size(),
                            split.validation().size(),
                            split.test().size()));
            assertEquals(
                    IntStream.range(0, 100).boxed().toList(),
                    all.stream().sorted().toList());
        }
    }

    @Test
    void everyClassIsSharedOutAlike() {
        Split split = Split.threeWay(rows(), 0.2, 0.1, RandomKey.of(1));
        for (int label = 0; label < 3; label++) {
            int whole = List.of(70, 20, 10).get(label);
            assertEquals(whole / 5, count(split.validation(), label));
            assertEquals(whole / 10, count(split.test(), label));
        }
    }

    @Test
    void theKeyDecides() {
        assertEquals(
                numbers(Split.threeWay(rows(), 0.2, 0.1, RandomKey.of(1)).test()),
                numbers(Split.threeWay(rows(), 0.2, 0.1, RandomKey.of(1)).test()));
        assertNotEquals(
                numbers(Split.threeWay(rows(), 0.2, 0.1, RandomKey.of(1)).test()),
                numbers(Split.threeWay(rows(), 0.2, 0.1, RandomKey.of(2)).test()));
    }

    @Test
    void aPartThatNobodyWantsIsEmpty() {
        Split split = Split.threeWay(rows(), 0.1, 0, RandomKey.of(1));
        assertEquals(0, split.test().size());
        assertEquals(90, split.train().size());
    }

    @Test
    void fractionsThatLeaveNothingAreRefused() {
        for (double[] wrong : new double[][] {{0.5, 0.5}, {-0.1, 0.1}, {Double.NaN, 0}, {1.2, 0}}) {
            NudgeException error = assertThrows(
                    NudgeException.class, () -> Split.threeWay(rows(), wrong[0], wrong[1], RandomKey.of(1)));
            assertEquals("E622", error.code());
        }
    }

    @Test
    void oneRowCannotBeSplit() {
        ArrayDataset one = ArrayDataset.of(new float[] {1}, Shape.of(1), new int[] {0}, 1);
        assertEquals(
                "E518",
                assertThrows(NudgeException.class, () -> Split.threeWay(one, 0.2, 0.2, RandomKey.of(1)))
                        .code());
    }
}
