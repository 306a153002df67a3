package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Linear;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.Budget;
import dev.nudge.train.Evaluator;
import dev.nudge.train.Scores;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.Mixing.CutMix;
import dev.nudge.train.data.Mixing.Mixup;
import dev.nudge.train.metric.Accuracy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixedDatasetTest {
    private static final RandomKey KEY = RandomKey.of(3);
    private static final int SIDE = 8;

    /// Images of one brightness each, which is their row: row `r` has class `r mod classes`.
    private static ArrayDataset plain(int count, int classes) {
        float[] values = new float[count * SIDE * SIDE];
        int[] labels = new int[count];
        for (int row = 0; row < count; row++) {
            Arrays.fill(values, row * SIDE * SIDE, (row + 1) * SIDE * SIDE, row);
            labels[row] = row % classes;
        }
        return ArrayDataset.of(values, Shape.of(SIDE, SIDE, 1), labels, classes);
    }

    private static Map<Integer, float[]> targets(Dataset data, RandomKey key, int size, int workers) {
        Map<Integer, float[]> seen = new HashMap<>();
        for (Batch batch : data.shuffle(key).batches(size).withWorkers(workers)) {
            float[] inputs = batch.inputs().toFloats();
            float[] targets = batch.targets().toFloats();
            int classes = targets.length / batch.size();
            int length = inputs.length / batch.size();
            for (int i = 0; i < batch.size(); i++) {
                float[] both =
                        Arrays.copyOf(Arrays.copyOfRange(targets, i * classes, (i + 1) * classes), classes + length);
                System.arraycopy(inputs, i * length, both, classes, length);
                seen.put(batch.rows()[i], both);
            }
        }
        return seen;
    }

    @Test
    void mixupAddsInputsAndTargetsInTheSameShares() {
        // With as many classes as rows, the target tells which rows were mixed and in which shares.
        int count = 20;
        Dataset mixed = MixedDataset.of(plain(count, count), new Mixup(1));
        int pairs = 0;
        for (Map.Entry<Integer, float[]> entry : targets(mixed, KEY, 7, 1).entrySet()) {
            float[] both = entry.getValue();
            double brightness = 0;
            double total = 0;
            for (int row = 0; row < count; row++) {
                brightness += both[row] * row;
                total += both[row];
                pairs += row != entry.getKey() && both[row] > 0 ? 1 : 0;
            }
            assertEquals(1, total, 1e-6);
            for (int pixel = count; pixel < both.length; pixel++) {
                assertEquals(brightness, both[pixel], 1e-4);
            }
        }
        assertTrue(pairs > 10, pairs + " examples have a partner");
    }

    @Test
    void cutmixTakesAsManyPixelsAsTheTargetSays() {
        int count = 20;
        Dataset mixed = MixedDataset.of(plain(count, count), new CutMix(1));
        targets(mixed, KEY, 7, 1).forEach((row, both) -> {
            int own = 0;
            for (int pixel = count; pixel < both.length; pixel++) {
                own += both[pixel] == row ? 1 : 0;
            }
            assertEquals(own / (double) (SIDE * SIDE), both[row], 1e-6);
        });
    }

    @Test
    void theShareHasTheMomentsOfABeta() {
        // Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)).
        for (double alpha : new double[] {0.05, 0.2, 1, 4}) {
            double sum = 0;
            double squares = 0;
            int draws = 20_000;
            for (int i = 0; i < draws; i++) {
                double share = new Mixup(alpha).mix(new float[1], new float[1], 1, 1, 1, KEY.at(i));
                assertTrue(share >= 0 && share <= 1, "share " + share);
                sum += share;
                squares += (share - 0.5) * (share - 0.5);
            }
            assertEquals(0.5, sum / draws, 0.02, "alpha " + alpha);
            assertEquals(1 / (4 * (2 * alpha + 1)), squares / draws, 0.006, "alpha " + alpha);
        }
    }

    @Test
    void anExampleIsMixedAlikeForAnyBatchAndWorkers() {
        Dataset augmented = AugmentedDataset.of(plain(23, 5), Augmentation.Subject.OBJECTS, new Augmentation.Shift(2));
        for (Mixing mixing : new Mixing[] {new Mixup(0.4), new CutMix(1)}) {
            Dataset mixed = MixedDataset.of(augmented, mixing);
            Map<Integer, float[]> expected = targets(mixed, KEY, 23, 1);
            assertEquals(23, expected.size());
            for (int workers = 1; workers <= 3; workers++) {
                targets(mixed, KEY, 4, workers).forEach((row, found) -> assertArrayEquals(expected.get(row), found));
            }
            Map<Integer, float[]> other = targets(mixed, RandomKey.of(8), 23, 1);
            assertTrue(expected.keySet().stream().anyMatch(row -> !Arrays.equals(expected.get(row), other.get(row))));
        }
    }

    @Test
    void inOrderNothingIsMixed() {
        ArrayDataset plain = plain(3, 2);
        Batch batch = MixedDataset.of(plain, new Mixup(1)).batch(0, 1, 2);
        assertArrayEquals(
                plain.batch(0, 1, 2).inputs().toFloats(), batch.inputs().toFloats());
        assertArrayEquals(new float[] {1, 0, 0, 1, 1, 0}, batch.targets().toFloats());
        assertFalse(MixedDataset.of(plain, new Mixup(1)).fingerprint().isEmpty());
        assertNotEquals(
                MixedDataset.of(plain, new Mixup(1)).fingerprint(),
                MixedDataset.of(plain, new CutMix(1)).fingerprint());
    }

    @Test
    void aNetworkLearnsFromMixedTargetsAndIsJudgedByClasses() {
        ArrayDataset rows =
                ArrayDataset.of(new float[] {1, 0, 0, 1, 1, 0, 0, 1}, Shape.of(2), new int[] {0, 1, 0, 1}, 2);
        Linear model = Linear.of(2, 2, KEY);
        Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.05, model), 1)
                .withBatch(2)
                .withBudget(Budget.epochs(30))
                .withMetrics(Accuracy.ofLogits())
                .fit(MixedSnippets.mixed(rows), rows);
        Scores scores = Evaluator.evaluate(model, Losses.crossEntropy(), rows, Accuracy.ofLogits());
        assertEquals(1, scores.metric(Accuracy.class).value());
    }

    @Test
    void whatCannotBeMixedIsRefused() {
        ArrayDataset numbers = ArrayDataset.of(new float[4], Shape.of(2), new float[2], Shape.of(1));
        ArrayDataset table = ArrayDataset.of(new float[4], Shape.of(2), new int[2], 2);
        assertThrows(IllegalArgumentException.class, () -> MixedDataset.of(numbers, new Mixup(1)));
        assertThrows(IllegalArgumentException.class, () -> MixedDataset.of(table, new CutMix(1)));
        assertThrows(IllegalArgumentException.class, () -> new Mixup(0));
        assertThrows(IllegalArgumentException.class, () -> new CutMix(Double.NaN));
    }
}
