package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.loss.CrossEntropy;
import dev.nudge.nn.loss.Focal;
import dev.nudge.nn.loss.Hinge;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.loss.Reduction;
import dev.nudge.nn.loss.SquaredHinge;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossBoundsTest {
    private static final double EXACT = 1e-12;

    /// Rows of nothing with these classes.
    private static Dataset classes(int classes, int... labels) {
        return ArrayDataset.of(new float[labels.length], Shape.of(1), labels, classes);
    }

    /// Rows of nothing with these numbers, `width` of them each.
    private static Dataset numbers(int width, double... targets) {
        int rows = targets.length / width;
        return ArrayDataset.of(
                Tensor.of(new float[rows], rows, 1).value(),
                Tensor.of(targets, rows, width).value());
    }

    private static void assertBounds(double floor, double knowNothing, Loss loss, Dataset data) {
        LossBounds bounds = LossBounds.of(loss, data);
        assertEquals(floor, bounds.floor().orElseThrow(), EXACT);
        assertEquals(knowNothing, bounds.knowNothing().orElseThrow(), EXACT);
    }

    /// The mean loss of these outputs for every row.
    private static double ofConstant(Loss loss, Dataset data, double... outputs) {
        Tensor targets = data.batch(IntStream.range(0, data.size()).toArray()).targets();
        double[] all = new double[data.size() * outputs.length];
        Arrays.setAll(all, i -> outputs[i % outputs.length]);
        return loss.of(Tensor.of(all, data.size(), outputs.length), targets).item();
    }

    private static void assertNoneIsBetter(Loss loss, Dataset data, int outputs) {
        double least = LossBounds.of(loss, data).knowNothing().orElseThrow();
        RandomKey key = RandomKey.of(3);
        for (int i = 0; i < 500; i++) {
            double[] constant = new double[outputs];
            for (int k = 0; k < outputs; k++) {
                constant[k] = 12 * key.uniform((long) i * outputs + k) - 6;
            }
            double found = ofConstant(loss, data, constant);
            assertTrue(found >= least - 1e-9, () -> Arrays.toString(constant) + " gives " + found + " < " + least);
        }
    }

    // ---- classes --------------------------------------------------------------------------------------------------

    @Test
    void crossEntropyOfEqualClassesIsTheLogarithmOfTheirNumber() {
        assertBounds(0, Math.log(4), Losses.crossEntropy(), classes(4, 0, 1, 2, 3, 3, 2, 1, 0));
    }

    @Test
    void crossEntropyIsTheEntropyOfTheShares() {
        assertBounds(
                0,
                0.75 * Math.log(4 / 3.0) + 0.25 * Math.log(4),
                Losses.crossEntropy().withTemperature(3),
                classes(3, 0, 0, 1, 0));
    }

    @Test
    void labelSmoothingLeavesTheEntropyOfTheSmoothedTarget() {
        // 0.1 over 5 classes: 0.92 at the class, 0.02 at each of the four others.
        double floor = -0.92 * Math.log(0.92) - 4 * 0.02 * Math.log(0.02);
        Loss loss = Losses.crossEntropy().withLabelSmoothing(0.1);
        assertBounds(floor, Math.log(5), loss, classes(5, 0, 1, 2, 3, 4));
        // All of one class: the constant is as good as anything.
        assertBounds(floor, floor, loss, classes(5, 2, 2, 2));
        assertEquals(
                floor,
                ofConstant(loss, classes(5, 2, 2, 2), 0, 0, Math.log(46), 0, 0),
                EXACT,
                "46 times as likely as each other: 0.92");
    }

    @Test
    void weightsAndIgnoredClassesCountAsTheLossCountsThem() {
        // Weights 3, 1: the shares 1/2, 1/2 become 3/4, 1/4.
        Loss weighted = Losses.crossEntropy().withClassWeights(3, 1);
        assertBounds(0, 0.75 * Math.log(4 / 3.0) + 0.25 * Math.log(4), weighted, classes(2, 0, 1, 1, 0));
        assertBounds(0, Math.log(2), Losses.crossEntropy().withIgnoreIndex(0), classes(3, 0, 1, 2, 0, 0));
        for (CrossEntropy loss : new CrossEntropy[] {
            Losses.crossEntropy().withClassWeights(3, 1, 2).withLabelSmoothing(0.2),
            Losses.crossEntropy().withLabelSmoothing(0.3).withIgnoreIndex(1)
        }) {
            assertNoneIsBetter(loss, classes(3, 0, 0, 1, 2, 0, 0), 3);
            // A predictor that knows the class cannot get below the floor either; its best is found by class.
            double floor = LossBounds.of(loss, classes(3, 0)).floor().orElseThrow();
            assertEquals(LossBounds.of(loss, classes(3, 0)).knowNothing().orElseThrow(), floor, EXACT);
            assertNoneIsBetter(loss, classes(3, 0), 3);
        }
    }

    @Test
    void softTargetsLeaveTheirOwnEntropy() {
        Dataset data = numbers(2, 0.9, 0.1, 0.5, 0.5);
        double ofFirst = -0.9 * Math.log(0.9) - 0.1 * Math.log(0.1);
        double ofMean = -0.7 * Math.log(0.7) - 0.3 * Math.log(0.3);
        double floor = (ofFirst + Math.log(2)) / 2;
        assertBounds(floor, ofMean, Losses.crossEntropy(), data);
        assertBounds(0, ofMean - floor, Losses.kullbackLeibler(), data);
        assertBounds(floor, ofMean, Losses.binaryCrossEntropy(), data);
    }

    @Test
    void aYesOrNoQuestionCostsTheEntropyOfItsBaseRate() {
        assertBounds(
                0, -0.2 * Math.log(0.2) - 0.8 * Math.log(0.8), Losses.binaryCrossEntropy(), numbers(1, 1, 0, 0, 0, 0));
    }

    @Test
    void focalOfEqualClassesIsThatOfTheUniformDistribution() {
        // p = 1/4: -(3/4)^2 ln(1/4).
        assertBounds(0, 0.5625 * Math.log(4), Losses.focal(), classes(4, 0, 1, 2, 3));
        assertBounds(0, Math.log(4), Losses.focal().withGamma(0), classes(4, 0, 1, 2, 3));
    }

    @Test
    void noConstantIsBetterAtFocalAndOneIsAsGood() {
        for (double gamma : new double[] {1, 2, 5}) {
            Focal loss = Losses.focal().withGamma(gamma).withAlpha(1, 0.5);
            Dataset data = classes(2, 0, 0, 0, 0, 1);
            double best = Double.POSITIVE_INFINITY;
            for (int i = -4000; i <= 4000; i++) {
                best = Math.min(best, ofConstant(loss, data, i * 1e-3, 0));
            }
            double least = LossBounds.of(loss, data).knowNothing().orElseThrow();
            assertTrue(best >= least - EXACT && best < least + 1e-6, best + " and " + least);
            assertNoneIsBetter(loss.withAlpha(1, 2, 3), classes(3, 0, 0, 1, 2, 0), 3);
        }
        assertTrue(LossBounds.of(Losses.focal().withGamma(0.5), classes(2, 0, 1))
                .knowNothing()
                .isEmpty());
    }

    @Test
    void hingeOfClassesIsTheLeastOverAllWholeScores() {
        assertBounds(0, 9 / 10.0, Losses.multiClassHinge(), classes(10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        for (int[] labels : new int[][] {
            {0, 0, 0, 1, 2}, {0, 0, 0, 0, 0, 0, 0, 1, 1, 2}, {3, 3, 3, 3, 2, 2, 2, 1, 1, 0}, {0, 0, 1, 1, 2, 3}
        }) {
            Dataset data = classes(4, labels);
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < 256; i++) {
                best = Math.min(
                        best, ofConstant(Losses.multiClassHinge(), data, i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6));
            }
            assertBounds(0, best, Losses.multiClassHinge(), data);
            assertNoneIsBetter(Losses.multiClassHinge(), data, 4);
        }
    }

    @Test
    void hingesOfSignsAreThoseOfTheRarerSign() {
        // Predicting the more frequent sign with certainty: a loss of 2 for a quarter.
        assertBounds(0, 0.5, new Hinge(Reduction.MEAN), numbers(1, 1, 1, -1, 1));
        // y = 3/4 - 1/4: (3 (1/2)^2 + (3/2)^2) / 4.
        assertBounds(0, 0.75, new SquaredHinge(Reduction.MEAN), numbers(1, 1, 1, -1, 1));
    }

    // ---- numbers --------------------------------------------------------------------------------------------------

    @Test
    void squaredErrorIsTheVarianceOfEachOutput() {
        assertBounds(0, (2.0 / 3 + 200.0 / 3) / 2, Losses.meanSquaredError(), numbers(2, 1, 10, 2, 20, 3, 30));
        // Classes as targets of 1 and 0: three times (0.25^2 + 0.25^2) / 2 and once (0.75^2 + 0.75^2) / 2.
        assertBounds(0, (3 * 0.0625 + 0.5625) / 4, Losses.meanSquaredError(), classes(2, 0, 0, 0, 1));
    }

    @Test
    void absoluteErrorIsTheDistanceFromTheMedian() {
        assertBounds(0, (1 + 0 + 98) / 3.0, Losses.meanAbsoluteError(), numbers(1, 1, 2, 100));
        assertBounds(0, (1.5 * 2 + 0.5 * 2) / 4, Losses.meanAbsoluteError(), numbers(1, 1, 2, 3, 4));
        // 0.9 of ten: between the ninth and the tenth. 0.1 (1 + .. + 9 - 9 of each) with 9: 0.1 * 36 + 0.9 * 1.
        assertBounds(0, (0.1 * 36 + 0.9) / 10, Losses.quantile(0.9), numbers(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    }

    @Test
    void huberLiesBetweenTheTwo() {
        // All within delta: half the variance. One far away: 1 and 2 pull with 2 (c - 1.5), 100 with 1: c = 2.
        assertBounds(0, 0.125, Losses.huber(), numbers(1, 1, 2));
        assertBounds(0, (0.5 + 0 + 97.5) / 3, Losses.huber(), numbers(1, 1, 2, 100));
        assertNoneIsBetter(Losses.huber(), numbers(1, -3, 0, 0.2, 0.5, 4, 9), 1);
    }

    @Test
    void aPoissonLossHasAFloorThatIsNotZero() {
        double floor = (1 + 4 - 4 * Math.log(4)) / 2;
        assertBounds(floor, 2.5 - 2.5 * Math.log(2.5), Losses.poisson(), numbers(1, 1, 4));
        assertNoneIsBetter(Losses.poisson(), numbers(1, 1, 4), 1);
    }

    @Test
    void ofOtherLossesNothingIsKnown() {
        Dataset data = numbers(1, 1, 2);
        assertEquals(LossBounds.UNKNOWN, LossBounds.of((prediction, _) -> prediction.sum(), data));
        assertEquals(LossBounds.UNKNOWN, LossBounds.of(new Hinge(Reduction.SUM), data));
        assertTrue(LossBounds.of(Losses.meanSquaredError(), numbers(1, 1, Double.NaN))
                .knowNothing()
                .isEmpty());
        assertTrue(LossBounds.of(Losses.crossEntropy().withClassWeights(1, 2), classes(3, 0, 1, 2))
                .knowNothing()
                .isEmpty());
    }
}
