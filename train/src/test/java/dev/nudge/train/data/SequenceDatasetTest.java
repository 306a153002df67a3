package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Embedding;
import dev.nudge.nn.EmbeddingBag;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.RandomKey;
import dev.nudge.train.Budget;
import dev.nudge.train.Evaluator;
import dev.nudge.train.Trainer;
import dev.nudge.train.metric.Accuracy;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceDatasetTest {
    private static final RandomKey KEY = RandomKey.of(3);
    private static final int ROWS = 2000;

    /// Lengths from 1 to 60; the class says whether token 1 is among them, which takes the whole sequence to see.
    private static SequenceDataset many() {
        int[][] sequences = new int[ROWS][];
        int[] labels = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            RandomKey key = KEY.at(row);
            int[] tokens = new int[1 + key.below(0, 60)];
            Arrays.setAll(tokens, i -> 2 + key.at(1).below(i, 8));
            labels[row] = key.below(1, 2);
            if (labels[row] == 1) {
                tokens[key.below(2, tokens.length)] = 1;
            }
            sequences[row] = tokens;
        }
        return SequenceDataset.of(sequences, labels, 2, 0);
    }

    @Test
    void aShuffledPassHasEveryRowOnceAndIsAFunctionOfItsKey() {
        SequenceDataset dataset = many();
        int[] order = dataset.shuffle(KEY.at(1)).order();
        assertArrayEquals(
                IntStream.range(0, ROWS).toArray(),
                Arrays.stream(order).sorted().toArray());
        assertArrayEquals(order, dataset.shuffle(KEY.at(1)).order());
        assertFalse(Arrays.equals(order, dataset.shuffle(KEY.at(2)).order()));
    }

    @Test
    void batchesHoldLittlePaddingAndFewLengths() {
        int padding = 0;
        int tokens = 0;
        Set<Integer> lengths = new HashSet<>();
        int first = 0;
        for (Batch batch : many().shuffle(KEY.at(1)).batches(32)) {
            int[] ids = batch.inputs().toInts();
            padding += (int) Arrays.stream(ids).filter(id -> id == 0).count();
            tokens += ids.length;
            int time = batch.inputs().shape().extent(1);
            first = lengths.isEmpty() ? time : first;
            lengths.add(time);
        }
        // Without an order by length, half of the places would be padding: lengths are uniform up to 60.
        assertTrue(padding < 0.25 * tokens, padding + " of " + tokens);
        assertEquals(Set.of(10, 20, 30, 40, 50, 60), lengths);
        assertNotEquals(10, first, "with this key the first batch is not of the shortest");
    }

    @Test
    void aNetworkLearnsFromBatchesOfDifferentLength() {
        Layer model = Sequential.of(
                new EmbeddingBag(Embedding.of(10, 4, KEY.at(5)).withPadding(0), EmbeddingBag.Pooling.SUM),
                Linear.of(4, 2, KEY.at(6)));
        SequenceDataset dataset = many();
        Dataset train = dataset.subset(IntStream.range(0, 1600).toArray());
        Dataset test = dataset.subset(IntStream.range(1600, ROWS).toArray());
        Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.02, model), 4)
                .withBatch(32)
                .withBudget(Budget.epochs(12))
                .fit(train);
        double accuracy = Evaluator.evaluate(model, Losses.crossEntropy(), test, Accuracy.ofLogits())
                .metric(Accuracy.class)
                .value();
        assertTrue(accuracy > 0.95, "accuracy " + accuracy);
    }

    @Test
    void whatDoesNotFitIsRefusedByRow() {
        int[][] sequences = {{1}, {}};
        assertTrue(assertThrows(IllegalArgumentException.class, () -> SequenceDataset.of(sequences, new int[2], 2, 0))
                .getMessage()
                .contains("row 1"));
        int[][] padded = {{1, 0}};
        assertThrows(IllegalArgumentException.class, () -> SequenceDataset.of(padded, new int[1], 2, 0));
        assertThrows(IllegalArgumentException.class, () -> SequenceDataset.of(padded, new int[2], 2, 9));
        assertThrows(IllegalArgumentException.class, () -> SequenceDataset.of(padded, new int[] {2}, 2, 9));
    }
}
