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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LossTest {
    private static final double[] PREDICTION = {0.5, -1.25, 3, 0.75, 2, -0.5};
    private static final double[] TARGET = {1, -1, 0.5, 0.25, 0, 1.5};
    private static final double[] PROBABILITIES = {0.1, 0.92, 0.5, 0.75, 0.3, 0.6};
    private static final double[] SHARES = {0, 1, 1, 0.25, 0.5, 0};

    private static final double[] SIGNS = {1, -1, -1, 1, 1, 1};
    private static final double[] COUNTS = {0, 3, 1, 2, 5, 0.5};

    interface Formula {
        double at(double prediction, double target);
    }

    interface Family {
        Loss with(Reduction reduction);
    }

    static Stream<Arguments> formulas() {
        return Stream.of(
                formula("squared", MeanSquaredError::new, (p, t) -> (p - t) * (p - t), PREDICTION, TARGET),
                formula("absolute", MeanAbsoluteError::new, (p, t) -> Math.abs(p - t), PREDICTION, TARGET),
                formula("huber 1", r -> new Huber(1, r), (p, t) -> huber(p - t, 1), PREDICTION, TARGET),
                formula("huber 0.6", r -> new Huber(0.6, r), (p, t) -> huber(p - t, 0.6), PREDICTION, TARGET),
                formula(
                        "binary from logits",
                        BinaryCrossEntropy::new,
                        (z, t) -> binary(1 / (1 + Math.exp(-z)), t),
                        PREDICTION,
                        SHARES),
                formula(
                        "binary of probabilities",
                        r -> new BinaryCrossEntropyOfProbabilities(1e-7, r),
                        LossTest::binary,
                        PROBABILITIES,
                        SHARES),
                formula("hinge", Hinge::new, (y, t) -> Math.max(0, 1 - t * y), PREDICTION, SIGNS),
                formula(
                        "squared hinge",
                        SquaredHinge::new,
                        (y, t) -> square(Math.max(0, 1 - t * y)),
                        PREDICTION,
                        SIGNS),
                formula("quantile", r -> new Quantile(0.9, r), LossTest::ninetieth, PREDICTION, TARGET),
                formula("log-cosh", LogCosh::new, (p, t) -> Math.log(Math.cosh(p - t)), PREDICTION, TARGET),
                formula(
                        "poisson of logs",
                        r -> new Poisson(true, r),
                        (x, t) -> Math.exp(x) - t * x,
                        PREDICTION,
                        COUNTS),
                formula("poisson", r -> new Poisson(false, r), LossTest::poisson, PROBABILITIES, COUNTS),
                formula("focal", r -> new BinaryFocal(2, 0.25, r), (z, t) -> focal(z, t, 2, 0.25), PREDICTION, SHARES),
                formula("focal 0.5", r -> new BinaryFocal(0.5, null, r), LossTest::plainFocal, PREDICTION, SHARES),
                formula("focal 0", r -> new BinaryFocal(0, null, r), LossTest::crossEntropy, PREDICTION, SHARES));
    }

    private static double square(double x) {
        return x * x;
    }

    private static double ninetieth(double p, double t) {
        return t > p ? 0.9 * (t - p) : 0.1 * (p - t);
    }

    private static double poisson(double rate, double t) {
        return t == 0 ? rate : rate - t * Math.log(rate);
    }

    private static double crossEntropy(double z, double t) {
        return binary(1 / (1 + Math.exp(-z)), t);
    }

    private static double plainFocal(double z, double t) {
        return 2 * focal(z, t, 0.5, 0.5);
    }

    private static double focal(double z, double t, double gamma, double alpha) {
        double p = 1 / (1 + Math.exp(-z));
        return -t * alpha * Math.pow(1 - p, gamma) * Math.log(p)
                - (1 - t) * (1 - alpha) * Math.pow(p, gamma) * Math.log(1 - p);
    }

    private static Arguments formula(
            String name, Family family, Formula formula, double[] prediction, double[] target) {
        return Arguments.of(name, family, formula, prediction, target);
    }

    private static double huber(double e, double delta) {
        return Math.abs(e) <= delta ? e * e / 2 : delta * (Math.abs(e) - delta / 2);
    }

    private static double binary(double p, double t) {
        return -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("formulas")
    void eachLossFollowsItsFormulaUnderEachReduction(
            String name, Family family, Formula formula, double[] prediction, double[] target) {
        double[] expected = new double[6];
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            expected[i] = formula.at(prediction[i], target[i]);
            sum += expected[i];
        }
        Tensor p = Tensor.of(prediction, 2, 3);
        Tensor t = Tensor.of(target, 2, 3);

        assertArrayEquals(expected, family.with(Reduction.NONE).of(p, t).toDoubles(), 1e-14);
        assertEquals(sum, family.with(Reduction.SUM).of(p, t).item(), 1e-14);
        assertEquals(sum / 6, family.with(Reduction.MEAN).of(p, t).item(), 1e-14);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("formulas")
    void eachGradientAgreesWithDifferences(
            String name, Family family, Formula formula, double[] prediction, double[] target) {
        Type type = Type.of(DType.F64, Shape.of(2, 3));
        Tensor t = Tensor.of(target, 2, 3);

        var report = GradientCheck.run(
                in -> family.with(Reduction.MEAN).of(in.getFirst(), t), List.of(new Value(type, prediction)));

        assertTrue(report.worst() <= 1e-6, name + " " + report);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("formulas")
    void aColumnAgainstARowIsRefusedWithBothShapes(
            String name, Family family, Formula formula, double[] prediction, double[] target) {
        Tensor column = Tensor.of(prediction, 6, 1);
        Tensor row = Tensor.of(target, 6);

        var error = assertThrows(
                ShapeException.class, () -> family.with(Reduction.MEAN).of(column, row));

        assertTrue(error.getMessage().contains("[6, 1] and target [6]"), error.getMessage());
        assertTrue(error.getMessage().contains("target.reshape(6, 1)"), error.getMessage());
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void binaryCrossEntropyIsFiniteForHugeLogits(Reduction reduction) {
        Tensor logits = Tensor.of(new float[] {1000, -1000, 3e38f, -3e38f, 40, -40, 100, -100}, 8);
        Tensor target = Tensor.of(new float[] {1, 0, 1, 0, 0, 1, 0, 1}, 8);

        Tensor loss = new BinaryCrossEntropy(reduction).of(logits, target);
        float[] gradient = Gradients.of(reduction == Reduction.NONE ? loss.sum() : loss, List.of(logits))
                .getFirst()
                .toFloats();

        for (float value : loss.toFloats()) {
            assertTrue(Float.isFinite(value), "found " + value);
        }
        for (float value : gradient) {
            assertTrue(Float.isFinite(value), "found " + value);
        }
        if (reduction == Reduction.NONE) {
            assertArrayEquals(new float[] {0, 0, 0, 0, 40, 40, 100, 100}, loss.toFloats());
        }
    }

    @Test
    void theWorkedExamplesGiveTheirPublishedNumbers() {
        Tensor p = Tensor.of(new double[] {0.92}, 1);
        Loss loss = Losses.binaryCrossEntropyOfProbabilities();

        assertEquals(2.5257, loss.of(p, Tensor.of(new double[] {0}, 1)).item(), 5e-5);
        assertEquals(0.0834, loss.of(p, Tensor.of(new double[] {1}, 1)).item(), 5e-5);
        assertEquals(
                0.0064,
                Losses.meanSquaredError().of(p, Tensor.of(new double[] {1}, 1)).item(),
                1e-12);
    }

    @Test
    void aConfidentMistakeOfAProbabilityCostsMuchButNotInfinitelyMuch() {
        Tensor p = Tensor.of(new float[] {0, 1}, 2);
        Tensor loss =
                new BinaryCrossEntropyOfProbabilities(1e-7, Reduction.NONE).of(p, Tensor.of(new float[] {1, 0}, 2));

        float[] values = loss.toFloats();

        assertEquals(-Math.log(1e-7), values[0], 0.01);
        assertEquals(-Math.log(1e-7), values[1], 0.2); // 1 - 1e-7 is rounded in single precision
    }

    @Test
    void whatIsNoProbabilityGivesNaN() {
        Tensor p = Tensor.of(new float[] {1.5f, -0.5f, Float.NaN}, 3);

        float[] values = new BinaryCrossEntropyOfProbabilities(1e-7, Reduction.NONE)
                .of(p, Tensor.of(new float[] {1, 0, 0}, 3))
                .toFloats();

        for (float value : values) {
            assertTrue(Float.isNaN(value), "found " + value);
        }
    }

    @Test
    void targetsOutsideTheUnitIntervalAreRefusedAtOnce() {
        Tensor logits = Tensor.of(new float[4], 2, 2);
        Tensor target = Tensor.of(new float[] {0, 1, 0, 1.5f}, 2, 2);

        var error = assertThrows(
                IllegalArgumentException.class,
                () -> Losses.binaryCrossEntropy().of(logits, target));

        assertTrue(error.getMessage().contains("1.5 at row 1, element 1"), error.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> Losses.binaryCrossEntropyOfProbabilities().of(logits, target));
    }

    @Test
    void anotherElementTypeIsRefusedWithTheCast() {
        var error = assertThrows(
                ShapeException.class,
                () -> Losses.meanSquaredError(Tensor.of(new float[2], 2), Tensor.of(new int[2], 2)));

        assertTrue(error.getMessage().contains("target.cast(DType.F32)"), error.getMessage());
        assertThrows(
                ShapeException.class,
                () -> Losses.meanSquaredError(Tensor.of(new int[2], 2), Tensor.of(new int[2], 2)));
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Losses.huber(0));
        assertThrows(IllegalArgumentException.class, () -> Losses.huber(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new BinaryCrossEntropyOfProbabilities(0.5, Reduction.MEAN));
    }
}
