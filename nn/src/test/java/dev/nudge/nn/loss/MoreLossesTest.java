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
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Losses of rows, pairs, triples and sequences.
class MoreLossesTest {
    private static final double[] LOGITS = {0.5, -1.25, 3, 0.75, 2, -0.5};
    private static final double[] DISTRIBUTIONS = {0.2, 0.5, 0.3, 0, 1, 0};
    private static final int[] CLASSES = {2, 0};

    private static Tensor logits() {
        return Tensor.of(LOGITS, 2, 3);
    }

    private static double[] softmax(double[] logits, int row, double temperature) {
        double[] p = new double[3];
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            p[i] = Math.exp(logits[3 * row + i] / temperature);
            sum += p[i];
        }
        for (int i = 0; i < 3; i++) {
            p[i] /= sum;
        }
        return p;
    }

    private static void checkGradient(UnaryOperator<Tensor> loss, double[] at, int... shape) {
        var report = GradientCheck.run(
                in -> loss.apply(in.getFirst()), List.of(new Value(Type.of(DType.F64, Shape.of(shape)), at)));
        assertTrue(report.worst() <= 1e-6, report.toString());
    }

    private static float[] finite(Tensor x) {
        float[] values = x.toFloats();
        for (float value : values) {
            assertTrue(Float.isFinite(value), "found " + value);
        }
        return values;
    }

    @Test
    void kullbackLeiblerIsTheExpectedGapOfLogarithmsUnderTheTarget() {
        double[] expected = new double[2];
        for (int row = 0; row < 2; row++) {
            double[] p = softmax(LOGITS, row, 1);
            for (int i = 0; i < 3; i++) {
                double q = DISTRIBUTIONS[3 * row + i];
                expected[row] += q == 0 ? 0 : q * Math.log(q / p[i]);
            }
        }
        Tensor target = Tensor.of(DISTRIBUTIONS, 2, 3);

        assertArrayEquals(
                expected,
                new KullbackLeibler(Reduction.NONE).of(logits(), target).toDoubles(),
                1e-14);
        assertEquals(
                (expected[0] + expected[1]) / 2,
                Losses.kullbackLeibler().of(logits(), target).item(),
                1e-14);
        checkGradient(x -> Losses.kullbackLeibler().of(x, target), LOGITS, 2, 3);
    }

    @Test
    void kullbackLeiblerIsZeroAtTheTargetFromLogitsAndFromLogProbabilities() {
        Tensor p = logits().softmax();

        assertEquals(0, Losses.kullbackLeibler().of(logits(), p).item(), 1e-15);
        assertEquals(0, Losses.kullbackLeibler().of(p.log(), p).item(), 1e-15);
    }

    @Test
    void multiClassHingeAsksEveryWrongClassToStayAMarginBelow() {
        // row 0, truth 3: 0.5 and -1.25 are more than 1 below. Row 1, truth 0.75: 2 - 0.75 + 1 and nothing for -0.5
        Tensor classes = Tensor.of(CLASSES, 2);
        double[] expected = {0, (2 - 0.75 + 1) / 3};

        assertArrayEquals(
                expected,
                new MultiClassHinge(1, Reduction.NONE).of(logits(), classes).toDoubles(),
                1e-14);
        checkGradient(x -> new MultiClassHinge(2.7, Reduction.MEAN).of(x, classes), LOGITS, 2, 3);
    }

    @Test
    void aSharedOffsetDoesNotChangeLossesOfClasses() {
        Tensor classes = Tensor.of(CLASSES, 2);
        Tensor moved = logits().add(100);

        for (Loss loss : List.of(Losses.multiClassHinge(), Losses.focal())) {
            assertEquals(
                    loss.of(logits(), classes).item(), loss.of(moved, classes).item(), 1e-12);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1, 2, 5})
    void focalPlaysDownWhatIsRight(double gamma) {
        Tensor classes = Tensor.of(CLASSES, 2);
        Focal focal = new Focal(gamma, List.of(0.5, 1.0, 2.0), Reduction.NONE);
        double first = softmax(LOGITS, 0, 1)[2];
        double second = softmax(LOGITS, 1, 1)[0];
        double[] expected = {
            -2 * Math.pow(1 - first, gamma) * Math.log(first), -0.5 * Math.pow(1 - second, gamma) * Math.log(second)
        };

        assertArrayEquals(expected, focal.of(logits(), classes).toDoubles(), 1e-13);
        checkGradient(x -> focal.of(x, classes).sum(), LOGITS, 2, 3);
    }

    @Test
    void focalOfTwoClassesIsBinaryFocalOfTheDifference() {
        Tensor pair = Tensor.of(new double[] {0.3, 1.4, -2, 0.5}, 2, 2);
        Tensor difference = Tensor.of(new double[] {1.1, 2.5}, 2);

        double[] classes = new Focal(2, List.of(0.75, 0.25), Reduction.NONE)
                .of(pair, Tensor.of(new int[] {1, 0}, 2))
                .toDoubles();
        double[] binary = new BinaryFocal(2, 0.25, Reduction.NONE)
                .of(difference, Tensor.of(new double[] {1, 0}, 2))
                .toDoubles();

        assertArrayEquals(classes, binary, 1e-14);
    }

    @Test
    void extremeLogitsGiveFiniteLossesAndGradients() {
        float[] huge = {1000, 0, -1000, 88.8f, 89, 90, 3e38f, -3e38f, 0, -1e30f, -1e30f, -1e30f};
        Tensor x = Tensor.of(huge, 4, 3);
        Tensor classes = Tensor.of(new int[] {2, 0, 0, 1}, 4);
        Tensor shares = Tensor.of(new float[] {0, .5f, .5f, 1, 0, 0, 1, 0, 0, .2f, .3f, .5f}, 4, 3);
        List<Tensor> losses = List.of(
                Losses.focal().of(x, classes),
                Losses.focal().withGamma(0.5).of(x, classes),
                new BinaryFocal(2, 0.25, Reduction.NONE)
                        .of(x, x.greater(0).cast(DType.F32))
                        .sum(),
                Losses.kullbackLeibler().of(x, shares),
                Losses.multiClassHinge().of(x, classes),
                new LogCosh(Reduction.NONE).of(x, x.constantLike(0)).max(1).max(0),
                Losses.distillation(2).of(x, x.mul(0.5)));
        for (Tensor loss : losses) {
            finite(loss);
            finite(Gradients.of(loss, List.of(x)).getFirst());
        }
    }

    @Test
    void hugeLengthsNeitherOverflowNorDivideByZero() {
        Tensor a = Tensor.of(new float[] {3e30f, 4e30f, 0, 0, 1e-30f, 0}, 3, 2);
        Tensor b = Tensor.of(new float[] {0, 0, 0, 0, 0, 1e-30f}, 3, 2);

        Tensor loss = new Triplet(1, 2, Reduction.NONE).of(a, b, b.constantLike(0));
        Tensor cosine = new CosineEmbedding(0, Reduction.NONE).of(a, a, Tensor.of(new float[] {1, 1, 1}, 3));

        finite(loss);
        assertArrayEquals(new float[] {0, 1, 0}, finite(cosine), 1e-6f);
        finite(Gradients.of(loss.sum().add(cosine.sum()), List.of(a)).getFirst());
    }

    @Test
    void cosineEmbeddingPullsAlikePairsTogetherAndPushesOthersApart() {
        double[] pairs = {3, 4, 4, 3, 1, 0, 1, 1};
        Tensor target = Tensor.of(new double[] {1, -1}, 2);
        double[] expected = {1 - 24 / 25.0, Math.sqrt(0.5) - 0.2};
        CosineEmbedding loss = new CosineEmbedding(0.2, Reduction.NONE);

        assertArrayEquals(expected, loss.of(Tensor.of(pairs, 2, 2, 2), target).toDoubles(), 1e-14);
        checkGradient(x -> loss.of(x, target).sum(), pairs, 2, 2, 2);
    }

    @Test
    void lengthsDoNotChangeACosine() {
        Tensor a = Tensor.of(new double[] {1, 2, 3, -1}, 2, 2);
        Tensor b = Tensor.of(new double[] {2, -1, 1, 1}, 2, 2);
        Tensor target = Tensor.of(new double[] {1, -1}, 2);

        assertEquals(
                Losses.cosineEmbedding().of(a, b, target).item(),
                Losses.cosineEmbedding().of(a.mul(1000), b.mul(0.01), target).item(),
                1e-14);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 2, 3, 1.5})
    void tripletComparesTwoDistances(double power) {
        double[] triples = {0, 0, 1, 2, -2, 0.5, 1, 1, 4, 1, 1.5, 1.25};
        double[] expected = new double[2];
        for (int row = 0; row < 2; row++) {
            double near = 0;
            double far = 0;
            for (int i = 0; i < 2; i++) {
                near += Math.pow(Math.abs(triples[6 * row + i] - triples[6 * row + 2 + i]), power);
                far += Math.pow(Math.abs(triples[6 * row + i] - triples[6 * row + 4 + i]), power);
            }
            expected[row] = Math.max(0, Math.pow(near, 1 / power) - Math.pow(far, 1 / power) + 0.7);
        }
        Triplet loss = new Triplet(0.7, power, Reduction.NONE);

        assertArrayEquals(expected, loss.of(Tensor.of(triples, 2, 3, 2)).toDoubles(), 1e-14);
        checkGradient(x -> loss.of(x).sum(), triples, 2, 3, 2);
    }

    @Test
    void equalEmbeddingsCostTheMarginAndHaveNoSlope() {
        Tensor same = Tensor.of(new float[] {1, 2}, 1, 2);

        Tensor loss = Losses.triplet().of(same, same, same);

        assertEquals(1, loss.item());
        assertArrayEquals(
                new float[2], Gradients.of(loss, List.of(same)).getFirst().toFloats());
    }

    @Test
    void maskedPositionsChangeNothingWhateverStandsThere() {
        Masked loss = Masked.of(new MeanSquaredError(Reduction.NONE));
        Tensor x = Tensor.of(new double[] {1, 2, Double.NaN, 4}, 2, 2);
        Tensor t = Tensor.of(new double[] {0, 2, Double.POSITIVE_INFINITY, 8}, 2, 2);
        Tensor mask = Tensor.of(new int[] {1, 1, 0, 1}, 2, 2);

        Tensor value = loss.of(x, t, mask);

        assertEquals(17 / 3.0, value.item(), 1e-14);
        assertArrayEquals(
                new double[] {2 / 3.0, 0, 0, -8 / 3.0},
                Gradients.of(value, List.of(x)).getFirst().toDoubles(),
                1e-14);
    }

    @Test
    void maskedCrossEntropyIsCrossEntropyWithIgnoreIndex() {
        Tensor x = Tensor.of(new double[] {1, 2, 0, 3, -1, 0.5, 2, 2, 1, 0, 0, 1}, 2, 2, 3);
        Tensor t = Tensor.of(new int[] {0, -100, 2, 1}, 2, 2);
        Masked masked =
                Masked.of(CrossEntropy.of().withReduction(Reduction.NONE)).withIgnore(-100);

        assertEquals(
                CrossEntropy.of().withIgnoreIndex(-100).of(x, t).item(),
                masked.of(x, t).item(),
                1e-14);
        checkGradient(in -> masked.of(in, t), x.toDoubles(), 2, 2, 3);
    }

    @Test
    void aMaskThatLetsNothingCountAndAReducedInnerLossAreRefused() {
        Tensor x = Tensor.of(new float[2], 2);
        var nothing = assertThrows(
                IllegalArgumentException.class,
                () -> Masked.of(new LogCosh(Reduction.NONE)).of(x, x, Tensor.of(new int[2], 2)));
        assertTrue(nothing.getMessage().contains("none of the 2 positions counts"), nothing.getMessage());

        var reduced = assertThrows(
                ShapeException.class, () -> Masked.of(Losses.logCosh()).of(x, x));
        assertTrue(reduced.getMessage().contains("reduction NONE"), reduced.getMessage());
    }

    @Test
    void distillationIsTheDivergenceOfSoftenedDistributionsTimesTheSquaredTemperature() {
        double[] teacher = {1, 0, -1, 2, 0.5, 1};
        double[] expected = new double[2];
        for (int row = 0; row < 2; row++) {
            double[] p = softmax(LOGITS, row, 4);
            double[] q = softmax(teacher, row, 4);
            for (int i = 0; i < 3; i++) {
                expected[row] += 16 * q[i] * Math.log(q[i] / p[i]);
            }
        }
        Distillation loss = new Distillation(4, 0.25, Reduction.NONE);
        Tensor t = Tensor.of(teacher, 2, 3);

        assertArrayEquals(expected, loss.of(logits(), t).toDoubles(), 1e-13);
        double hard = -Math.log(softmax(LOGITS, 0, 1)[2]);
        assertEquals(
                0.25 * expected[0] + 0.75 * hard,
                loss.of(logits(), t, Tensor.of(CLASSES, 2)).toDoubles()[0],
                1e-13);
        checkGradient(x -> loss.of(x, t).sum(), LOGITS, 2, 3);
    }

    @Test
    void theSquaredTemperatureKeepsTheGradientOfDistillationAtLargeTemperatures() {
        // Hinton, Vinyals & Dean 2015, equation 4: (centred student - centred teacher) / classes
        Tensor student = Tensor.of(new double[] {1, 2, 3}, 1, 3);
        Tensor teacher = Tensor.of(new double[] {2, 0, -2}, 1, 3);

        double[] gradient = Gradients.of(Losses.distillation(1000).of(student, teacher), List.of(student))
                .getFirst()
                .toDoubles();

        assertArrayEquals(new double[] {(-1 - 2) / 3.0, 0, (1 + 2) / 3.0}, gradient, 2e-3);
    }

    @Test
    void quantileTendsToTheQuantile() {
        double[] targets = new double[100];
        for (int i = 0; i < 100; i++) {
            targets[i] = i;
        }
        Tensor t = Tensor.of(targets, 100);
        double best = Double.MAX_VALUE;
        double at = -1;
        for (double guess = 0; guess < 100; guess += 0.5) {
            double loss = Losses.quantile(0.9).of(t.constantLike(guess), t).item();
            if (loss < best) {
                best = loss;
                at = guess;
            }
        }
        assertEquals(89.5, at, 0.5); // ninety of the hundred targets lie below
    }

    @Test
    void logCoshIsHuberlikeAtBothEnds() {
        LogCosh loss = new LogCosh(Reduction.NONE);
        Tensor zero = Tensor.of(new double[2], 2);

        double[] values = loss.of(Tensor.of(new double[] {1e-3, 1e4}, 2), zero).toDoubles();

        assertEquals(1e-6 / 2 - 1e-12 / 12, values[0], 1e-15);
        assertEquals(1e4 - Math.log(2), values[1], 1e-11);
    }

    @Test
    void poissonIsLeastAtTheTarget() {
        Tensor t = Tensor.of(new double[] {2, 0}, 2);
        Poisson loss = new Poisson(false, Reduction.NONE);

        assertArrayEquals(new double[] {2 - 2 * Math.log(2), 0}, loss.of(t, t).toDoubles(), 1e-14);
        double[] wrong = loss.of(Tensor.of(new double[] {0, -1}, 2), t).toDoubles();
        assertEquals(Double.POSITIVE_INFINITY, wrong[0]);
        assertTrue(Double.isNaN(wrong[1]));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor x = Tensor.of(new float[6], 2, 3);
        List<Loss> ofClasses = List.of(Losses.focal(), Losses.multiClassHinge());
        for (Loss loss : ofClasses) {
            assertThrows(ShapeException.class, () -> loss.of(x, Tensor.of(new int[2], 2, 1)));
            assertThrows(ShapeException.class, () -> loss.of(x, Tensor.of(new float[2], 2)));
            assertThrows(IllegalArgumentException.class, () -> loss.of(x, Tensor.of(new int[] {0, 3}, 2)));
        }
        assertThrows(IllegalArgumentException.class, () -> Losses.hinge().of(x, x));
        assertThrows(
                IllegalArgumentException.class,
                () -> Losses.poisson().of(x, Tensor.of(new float[] {-1, 0, 0, 0, 0, 0}, 2, 3)));
        assertThrows(
                IllegalArgumentException.class, () -> Losses.kullbackLeibler().of(x, x));
        assertThrows(ShapeException.class, () -> Losses.triplet().of(x));
        assertThrows(ShapeException.class, () -> Losses.cosineEmbedding().of(x, x, Tensor.of(new float[2], 2, 1)));
        assertThrows(IllegalArgumentException.class, () -> new Triplet(1, 0.5, Reduction.MEAN));
        assertThrows(IllegalArgumentException.class, () -> new Focal(-1, null, Reduction.MEAN));
        assertThrows(IllegalArgumentException.class, () -> new BinaryFocal(2, 1.5, Reduction.MEAN));
        assertThrows(IllegalArgumentException.class, () -> Losses.quantile(1));
        assertThrows(IllegalArgumentException.class, () -> Losses.distillation(0));
    }
}
