package dev.nudge.train.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {
    private static final Tensor LOGITS = Tensor.of(new float[] {2, 1, 0, 0, 3, 1, 1, 2, 9}, 3, 3); // 0, 1, 2
    private static final Tensor LABELS = Tensor.of(new int[] {0, 2, 2}, 3);

    @Test
    void accuracyIsTheShareOfLargestOutputsThatAreRight() {
        assertEquals(2.0 / 3, Accuracy.ofLogits().add(LOGITS, LABELS).value());
        Tensor shares = Tensor.of(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 1}, 3, 3);
        assertEquals(2.0 / 3, Accuracy.ofLogits().add(LOGITS, shares).value());
    }

    @Test
    void oneOutputIsComparedWithAThreshold() {
        Tensor outputs = Tensor.of(new float[] {0.2f, 0.7f, -1}, 3, 1);
        Tensor targets = Tensor.of(new float[] {0, 1, 0}, 3, 1);
        assertEquals(2.0 / 3, Accuracy.ofLogits().add(outputs, targets).value());
        assertEquals(1, Accuracy.ofProbabilities().add(outputs, targets).value());
    }

    @Test
    void confusionCountsActualInRowsAndPredictedInColumns() {
        ConfusionMatrix matrix = ConfusionMatrix.of(3).add(LOGITS, LABELS);
        assertEquals(List.of(1L, 0L, 0L, 0L, 0L, 0L, 0L, 1L, 1L), matrix.counts());
        assertEquals(1, matrix.count(2, 1));
        assertEquals(2.0 / 3, matrix.value());
    }

    @Test
    void mergingHalvesGivesTheWhole() {
        for (Metric metric : List.of(Accuracy.ofLogits(), ConfusionMatrix.of(3))) {
            Metric whole = metric.add(LOGITS, LABELS).add(LOGITS, LABELS);
            assertEquals(whole, metric.add(LOGITS, LABELS).merge(metric.add(LOGITS, LABELS)));
        }
        assertEquals(new MeanLoss(7, 5, 5), MeanLoss.NONE.add(2, 2).merge(MeanLoss.NONE.add(1, 3)));
        // Three examples of weight 1/2 whose mean is 4, and two of weight 2 whose mean is 1: 10 / 5.5.
        MeanLoss weighted = MeanLoss.NONE.add(4, 1.5, 3).merge(MeanLoss.NONE.add(1, 4, 2));
        assertEquals(10 / 5.5, weighted.value());
        assertEquals(5, weighted.examples());
    }

    @Test
    void differentMetricsDoNotMerge() {
        assertThrows(IllegalArgumentException.class, () -> Accuracy.ofLogits().merge(ConfusionMatrix.of(2)));
        assertThrows(IllegalArgumentException.class, () -> ConfusionMatrix.of(3).merge(ConfusionMatrix.of(2)));
        assertThrows(IllegalArgumentException.class, () -> Accuracy.ofLogits().merge(Accuracy.ofProbabilities()));
    }

    @Test
    void aLossSumIsExactWhereSinglePrecisionWouldStick() {
        MeanLoss loss = MeanLoss.NONE;
        for (int batch = 0; batch < 20_000; batch++) {
            loss = loss.add(1, 1000);
        }
        assertEquals(2e7, loss.sum());
        assertEquals(1, loss.value());
        assertTrue(Double.isNaN(MeanLoss.NONE.value()));
    }

    @Test
    void predictionsAndTargetsThatDoNotFitAreRefused() {
        Tensor two = Tensor.of(new int[] {0, 1}, 2);
        assertThrows(ShapeException.class, () -> Accuracy.ofLogits().add(LOGITS, two));
        assertThrows(IllegalArgumentException.class, () -> ConfusionMatrix.of(2).add(LOGITS, LABELS));
    }
}
