package dev.nudge.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CrossEntropyTest {
    private static final int ROWS = 4;
    private static final int CLASSES = 3;
    private static final double[] LOGITS = {3, 1, 0, -1, 0.5, 2, 0.25, -2, 1, 4, -3, 0.75};
    private static final int[] INDICES = {0, 2, 1, 2};
    private static final double[] DISTRIBUTIONS = {1, 0, 0, 0.2, 0.3, 0.5, 0, 0.9, 0.1, 0.25, 0.5, 0.25};

    static Stream<CrossEntropy> options() {
        double[] weights = {0.5, 2, 1.25};
        CrossEntropy plain = CrossEntropy.of();
        return Stream.of(
                plain,
                plain.withTemperature(2.5),
                plain.withLabelSmoothing(0.1),
                plain.withClassWeights(weights),
                plain.withIgnoreIndex(1),
                plain.withIgnoreIndex(-100),
                plain.withClassWeights(weights).withLabelSmoothing(0.2),
                plain.withClassWeights(weights)
                        .withLabelSmoothing(0.2)
                        .withIgnoreIndex(2)
                        .withTemperature(0.5));
    }

    /// The definition, written down without the tensor library.
    private static double[] rows(CrossEntropy loss, double[][] target, boolean[] kept) {
        double[] rows = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double total = 0;
            for (int k = 0; k < CLASSES; k++) {
                total += Math.exp(LOGITS[row * CLASSES + k] / loss.temperature());
            }
            for (int k = 0; k < CLASSES; k++) {
                double q = (1 - loss.labelSmoothing()) * target[row][k] + loss.labelSmoothing() / CLASSES;
                double p = Math.exp(LOGITS[row * CLASSES + k] / loss.temperature()) / total;
                rows[row] -= kept[row] ? weight(loss, k) * q * Math.log(p) : 0;
            }
        }
        return rows;
    }

    private static double weight(CrossEntropy loss, int k) {
        return loss.classWeights() == null ? 1 : loss.classWeights().get(k);
    }

    @ParameterizedTest
    @MethodSource("options")
    void classIndicesFollowTheDefinition(CrossEntropy loss) {
        double[][] target = new double[ROWS][CLASSES];
        boolean[] kept = new boolean[ROWS];
        double totalWeight = 0;
        for (int row = 0; row < ROWS; row++) {
            target[row][INDICES[row]] = 1;
            kept[row] = loss.ignoreIndex() == null || loss.ignoreIndex() != INDICES[row];
            totalWeight += kept[row] ? weight(loss, INDICES[row]) : 0;
        }
        // smoothing also weighs the other classes, as in the definition
        double[] expected = rows(loss, target, kept);
        double sum = expected[0] + expected[1] + expected[2] + expected[3];
        Tensor logits = Tensor.of(LOGITS, ROWS, CLASSES);
        Tensor indices = Tensor.of(INDICES, ROWS);

        assertArrayEquals(
                expected, loss.withReduction(Reduction.NONE).of(logits, indices).toDoubles(), 1e-13);
        assertEquals(sum, loss.withReduction(Reduction.SUM).of(logits, indices).item(), 1e-13);
        assertEquals(sum / totalWeight, loss.of(logits, indices).item(), 1e-13);
    }

    @ParameterizedTest
    @MethodSource("options")
    void distributionsFollowTheDefinition(CrossEntropy options) {
        CrossEntropy loss = new CrossEntropy(
                options.labelSmoothing(), options.classWeights(), null, options.temperature(), Reduction.MEAN);
        double[][] target = new double[ROWS][CLASSES];
        for (int i = 0; i < DISTRIBUTIONS.length; i++) {
            target[i / CLASSES][i % CLASSES] = DISTRIBUTIONS[i];
        }
        double[] expected = rows(loss, target, new boolean[] {true, true, true, true});
        Tensor logits = Tensor.of(LOGITS, ROWS, CLASSES);
        Tensor shares = Tensor.of(DISTRIBUTIONS, ROWS, CLASSES);

        assertArrayEquals(
                expected, loss.withReduction(Reduction.NONE).of(logits, shares).toDoubles(), 1e-13);
        assertEquals(
                (expected[0] + expected[1] + expected[2] + expected[3]) / ROWS,
                loss.of(logits, shares).item(),
                1e-13);
    }

    @ParameterizedTest
    @MethodSource("options")
    void gradientsAgreeWithDifferences(CrossEntropy loss) {
        Value logits = new Value(Type.of(DType.F64, Shape.of(ROWS, CLASSES)), LOGITS);
        Tensor indices = Tensor.of(INDICES, ROWS);

        var report = GradientCheck.run(in -> loss.of(in.getFirst(), indices), List.of(logits));

        assertTrue(report.worst() <= 1e-6, loss + " " + report);
    }

    @Test
    void aBatchWeighsWhatItsMeanDividesBy() {
        Tensor labels = Tensor.of(new int[] {0, 2, 1, 2}, 4);
        assertEquals(4, CrossEntropy.of().weight(labels));
        assertEquals(1 + 2 * 5, CrossEntropy.of().withClassWeights(1, 0, 5).weight(labels));
        assertEquals(2, CrossEntropy.of().withIgnoreIndex(2).weight(labels));
        assertEquals(
                4,
                CrossEntropy.of()
                        .withIgnoreIndex(2)
                        .withReduction(Reduction.SUM)
                        .weight(labels));
        Tensor missing = Tensor.of(new float[] {1, Float.NaN, 3}, 3);
        assertEquals(2, Masked.of(new MeanSquaredError(Reduction.NONE)).weight(missing));
        assertEquals(
                1,
                Masked.of(new MeanSquaredError(Reduction.NONE)).withIgnore(0).weight(Tensor.of(new float[] {0, 4}, 2)));
    }

    @Test
    void gradientsForDistributionsAgreeWithDifferences() {
        Value logits = new Value(Type.of(DType.F64, Shape.of(ROWS, CLASSES)), LOGITS);
        Tensor shares = Tensor.of(DISTRIBUTIONS, ROWS, CLASSES);

        var report = GradientCheck.run(
                in -> CrossEntropy.of().withLabelSmoothing(0.1).of(in.getFirst(), shares), List.of(logits));

        assertTrue(report.worst() <= 1e-6, report.toString());
    }

    @Test
    void aSharedOffsetDoesNotChangeTheLoss() {
        Tensor indices = Tensor.of(INDICES, ROWS);
        Tensor logits = Tensor.of(LOGITS, ROWS, CLASSES);

        double loss = Losses.crossEntropy(logits, indices).item();

        assertEquals(loss, Losses.crossEntropy(logits.add(1000), indices).item(), 1e-12);
    }

    @Test
    void guessingUniformlyCostsTheLogarithmOfTheNumberOfClasses() {
        for (int classes : new int[] {2, 3, 10, 1000, 50_257}) {
            Tensor logits = Tensor.of(new double[classes], 1, classes);
            assertEquals(
                    Math.log(classes),
                    Losses.crossEntropy(logits, Tensor.of(new int[] {1}, 1)).item(),
                    1e-12);
        }
    }

    @Test
    void theWorkedExamplesGiveTheirPublishedNumbers() {
        double[] logProbabilities = {Math.log(0.73), Math.log(0.12), Math.log(0.15)}; // 73 % dog
        Tensor logits = Tensor.of(logProbabilities, 1, 3);

        assertEquals(
                0.3147, Losses.crossEntropy(logits, Tensor.of(new int[] {0}, 1)).item(), 5e-5);
        assertEquals(
                2.1203, Losses.crossEntropy(logits, Tensor.of(new int[] {1}, 1)).item(), 5e-5);
    }

    @Test
    void withLabelSmoothingAPerfectPredictionCostsTheEntropyOfTheTarget() {
        double right = 0.9 + 0.1 / 10;
        double wrong = 0.1 / 10;
        double[] logits = new double[10];
        Arrays.fill(logits, Math.log(wrong));
        logits[4] = Math.log(right);

        double loss = CrossEntropy.of()
                .withLabelSmoothing(0.1)
                .of(Tensor.of(logits, 1, 10), Tensor.of(new int[] {4}, 1))
                .item();

        assertEquals(-right * Math.log(right) - 9 * wrong * Math.log(wrong), loss, 1e-14);
        assertEquals(0.5003, loss, 5e-5);
    }

    @Test
    void indicesAndTheirOneHotDistributionsCostTheSame() {
        Tensor logits = Tensor.of(LOGITS, ROWS, CLASSES);
        Tensor indices = Tensor.of(INDICES, ROWS);
        CrossEntropy loss = CrossEntropy.of().withLabelSmoothing(0.3);

        assertEquals(
                loss.of(logits, indices).item(),
                loss.of(logits, indices.oneHot(CLASSES).cast(DType.F64)).item(),
                1e-14);
    }

    @Test
    void longIndicesAndMoreAxesAreAccepted() {
        Tensor logits = Tensor.of(LOGITS, 2, 2, CLASSES);
        Tensor indices = Tensor.data(new Value(Type.of(DType.I64, Shape.of(2, 2)), new long[] {0, 2, 1, 2}));

        assertEquals(
                Losses.crossEntropy(Tensor.of(LOGITS, ROWS, CLASSES), Tensor.of(INDICES, ROWS))
                        .item(),
                Losses.crossEntropy(logits, indices).item(),
                1e-14);
    }

    @Test
    void extremeLogitsGiveFiniteLossAndGradient() {
        Tensor logits = Tensor.of(new float[] {1000, -1000, 0, 3e38f, -3e38f, 0, -1e30f, -1e30f, -1e30f}, 3, 3);

        Tensor loss = CrossEntropy.of().withReduction(Reduction.NONE).of(logits, Tensor.of(new int[] {0, 0, 2}, 3));
        float[] gradient = Gradients.of(loss.sum(), List.of(logits)).getFirst().toFloats();

        assertArrayEquals(new float[] {0, 0, (float) Math.log(3)}, loss.toFloats(), 1e-6f);
        for (float value : gradient) {
            assertTrue(Float.isFinite(value), "found " + value);
        }
    }

    @Test
    void anIgnoredRowHasNoGradientEvenIfItsTargetIsNoClass() {
        Tensor logits = Tensor.of(LOGITS, ROWS, CLASSES);
        Tensor loss = CrossEntropy.of().withIgnoreIndex(-1).of(logits, Tensor.of(new int[] {0, -1, 1, -1}, ROWS));

        double[] gradient = Gradients.of(loss, List.of(logits)).getFirst().toDoubles();

        for (int k = 0; k < CLASSES; k++) {
            assertEquals(0, Math.abs(gradient[CLASSES + k]));
            assertEquals(0, Math.abs(gradient[3 * CLASSES + k]));
            assertTrue(gradient[k] != 0);
        }
    }

    @Test
    void aBatchInWhichNoRowCountsIsRefused() {
        Tensor logits = Tensor.of(LOGITS, ROWS, CLASSES);

        var ignored = assertThrows(
                IllegalArgumentException.class,
                () -> CrossEntropy.of().withIgnoreIndex(1).of(logits, Tensor.of(new int[] {1, 1, 1, 1}, ROWS)));
        var weightless = assertThrows(
                IllegalArgumentException.class,
                () -> CrossEntropy.of().withClassWeights(1, 0, 1).of(logits, Tensor.of(new int[] {1, 1, 1, 1}, ROWS)));

        assertTrue(ignored.getMessage().contains("E704"), ignored.getMessage());
        assertTrue(weightless.getMessage().contains("E704"), weightless.getMessage());
    }

    @Test
    void aTargetThatIsNoClassIsNamedWithItsRow() {
        Tensor logits = Tensor.of(LOGITS, ROWS, CLASSES);

        var error = assertThrows(
                IllegalArgumentException.class,
                () -> Losses.crossEntropy(logits, Tensor.of(new int[] {0, 1, 3, 0}, ROWS)));

        assertTrue(error.getMessage().contains("class 3 at row 2 is outside 0..2"), error.getMessage());
    }

    @Test
    void whatIsNoDistributionIsNamedWithItsRow() {
        Tensor logits = Tensor.of(new float[6], 2, 3);

        var sum = assertThrows(
                IllegalArgumentException.class,
                () -> Losses.crossEntropy(logits, Tensor.of(new float[] {1, 0, 0, 0.5f, 0.2f, 0}, 2, 3)));
        var negative = assertThrows(
                IllegalArgumentException.class,
                () -> Losses.crossEntropy(logits, Tensor.of(new float[] {1, 0, 0, 1.5f, -0.5f, 0}, 2, 3)));

        assertTrue(sum.getMessage().contains("row 1"), sum.getMessage());
        assertTrue(negative.getMessage().contains("-0.5 at row 1, element 1"), negative.getMessage());
    }

    @Test
    void shapesThatDoNotFitAreRefusedWithBothNamed() {
        Tensor logits = Tensor.of(new float[6], 2, 3);

        var error = assertThrows(ShapeException.class, () -> Losses.crossEntropy(logits, Tensor.of(new int[2], 2, 1)));

        assertTrue(error.getMessage().contains("[2, 3]") && error.getMessage().contains("[2, 1]"), error.getMessage());
        assertThrows(ShapeException.class, () -> Losses.crossEntropy(logits, Tensor.of(new float[2], 2)));
        assertThrows(
                ShapeException.class,
                () -> CrossEntropy.of().withClassWeights(1, 2).of(logits, Tensor.of(new int[2], 2)));
        assertThrows(
                IllegalArgumentException.class,
                () -> CrossEntropy.of().withIgnoreIndex(0).of(logits, Tensor.of(new float[] {1, 0, 0, 1, 0, 0}, 2, 3)));
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        CrossEntropy plain = CrossEntropy.of();

        assertThrows(IllegalArgumentException.class, () -> plain.withLabelSmoothing(1));
        assertThrows(IllegalArgumentException.class, () -> plain.withLabelSmoothing(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> plain.withTemperature(0));
        assertThrows(IllegalArgumentException.class, () -> plain.withClassWeights(1, -1));
        assertThrows(IllegalArgumentException.class, () -> plain.withClassWeights(0, 0));
    }
}
