package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.io.NudgeException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Folds, splits by time and group, class weights and weighted draws.
class SamplingTest {
    /// Rows whose input is their number; class 1 is every tenth.
    private static ArrayDataset rows(int count) {
        float[] numbers = new float[count];
        int[] labels = new int[count];
        for (int row = 0; row < count; row++) {
            numbers[row] = row;
            labels[row] = row % 10 == 0 ? 1 : 0;
        }
        return ArrayDataset.of(numbers, Shape.of(1), labels, 2);
    }

    private static int[] numbers(Dataset part) {
        float[] numbers =
                part.batch(IntStream.range(0, part.size()).toArray()).inputs().toFloats();
        return IntStream.range(0, numbers.length).map(i -> (int) numbers[i]).toArray();
    }

    @Test
    void everyRowIsValidatedOnOnceAndNeverWhereItIsTrainedOn() {
        Set<Integer> validated = new HashSet<>();
        for (Fold fold : Fold.of(rows(103), 5, RandomKey.of(7))) {
            Set<Integer> own = new HashSet<>();
            Arrays.stream(numbers(fold.validation())).forEach(own::add);
            assertEquals(103, own.size() + fold.train().size());
            assertTrue(Arrays.stream(numbers(fold.train())).noneMatch(own::contains));
            assertTrue(own.stream().noneMatch(validated::contains));
            validated.addAll(own);
            assertTrue(fold.validation().size() == 20 || fold.validation().size() == 21);
            long rare = Arrays.stream(fold.validation().labels()).sum();
            assertTrue(rare == 2 || rare == 3, "11 rows of class 1 in 5 folds, found " + rare);
        }
        assertEquals(103, validated.size());
    }

    @Test
    void anotherKeyGivesOtherFolds() {
        assertNotEquals(
                List.of(Fold.of(rows(50), 2, RandomKey.of(1))
                        .getFirst()
                        .validation()
                        .fingerprint()),
                List.of(Fold.of(rows(50), 2, RandomKey.of(2))
                        .getFirst()
                        .validation()
                        .fingerprint()));
    }

    @Test
    void fewerRowsThanFoldsAreRefused() {
        assertEquals(
                "E518",
                assertThrows(NudgeException.class, () -> Fold.of(rows(3), 4, RandomKey.of(1)))
                        .code());
        assertThrows(IllegalArgumentException.class, () -> Fold.of(rows(3), 1, RandomKey.of(1)));
    }

    @Test
    void rowsInOrderOfTimeAreTestedOnTheLast() {
        Split split = Split.inOrder(rows(10), 0.2, 0.3);
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, numbers(split.train()));
        assertArrayEquals(new int[] {5, 6}, numbers(split.validation()));
        assertArrayEquals(new int[] {7, 8, 9}, numbers(split.test()));
        assertThrows(NudgeException.class, () -> Split.inOrder(rows(10), 0.5, 0.5));
        assertThrows(NudgeException.class, () -> Split.inOrder(rows(2), 0.2, 0.2));
    }

    @Test
    void noGroupIsDivided() {
        int[] groups = IntStream.range(0, 100).map(row -> row / 5).toArray(); // 20 groups of 5
        Split split = Split.byGroup(rows(100), groups, 0.2, 0.2, RandomKey.of(3));
        assertEquals(20, split.test().size());
        assertEquals(20, split.validation().size());
        assertEquals(60, split.train().size());
        Set<Integer> seen = new HashSet<>();
        for (Dataset part : List.of(split.train(), split.validation(), split.test())) {
            Set<Integer> here = new HashSet<>();
            Arrays.stream(numbers(part)).forEach(number -> here.add(groups[number]));
            assertTrue(here.stream().noneMatch(seen::contains));
            seen.addAll(here);
        }
    }

    @Test
    void balancedWeightsGiveEveryClassTheSameShare() {
        // 90 rows of class 0 and 10 of class 1: 100 / (2 * 90) and 100 / (2 * 10)
        assertEquals(List.of(100 / 180.0, 5.0), ClassWeights.balanced(rows(100)));
    }

    @Test
    void aRowIsDrawnAsOftenAsItsWeightSays() {
        int count = 20_000;
        double[] weights = new double[count];
        Arrays.setAll(weights, row -> row % 4); // 0, 1, 2, 3
        WeightedDataset weighted = WeightedDataset.of(rows(count), weights);
        int[] drawn = new int[4];
        for (int row : weighted.shuffle(RandomKey.of(1)).order()) {
            drawn[row % 4]++;
        }
        assertEquals(0, drawn[0]);
        for (int remainder = 1; remainder < 4; remainder++) {
            double expected = count * remainder / 6.0;
            // Five standard deviations of a binomial number.
            double tolerance = 5 * Math.sqrt(expected * (1 - remainder / 6.0));
            assertEquals(expected, drawn[remainder], tolerance);
        }
        assertArrayEquals(
                weighted.shuffle(RandomKey.of(9)).order(),
                weighted.shuffle(RandomKey.of(9)).order());
        assertFalse(Arrays.equals(
                weighted.shuffle(RandomKey.of(9)).order(),
                weighted.shuffle(RandomKey.of(8)).order()));
    }

    @Test
    void balancedDrawsGiveBothClassesHalf() {
        ArrayDataset rows = rows(10_000);
        int rare = 0;
        for (int row : WeightedDataset.balanced(rows).shuffle(RandomKey.of(4)).order()) {
            rare += row % 10 == 0 ? 1 : 0;
        }
        assertEquals(5000, rare, 5 * Math.sqrt(10_000 * 0.25));
    }

    @Test
    void weightsThatMeanNothingAreRefused() {
        ArrayDataset rows = rows(3);
        assertThrows(IllegalArgumentException.class, () -> WeightedDataset.of(rows, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> WeightedDataset.of(rows, 1, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> WeightedDataset.of(rows, 1, Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> WeightedDataset.of(rows, 0, 0, 0));
        assertNotEquals(
                WeightedDataset.of(rows, 1, 1, 2).fingerprint(),
                WeightedDataset.of(rows, 1, 2, 1).fingerprint());
    }
}
