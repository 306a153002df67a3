package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationTest {
    private static final double[] POINTS = {-3, -1.5, -0.3, -0.01, 0.02, 0.5, 1, 2.75};

    static Stream<Arguments> formulas() {
        return Stream.of(
                formula(new Relu(), x -> x > 0 ? x : 0),
                formula(LeakyRelu.of(), x -> x > 0 ? x : 0.01 * x),
                formula(new LeakyRelu(0.2), x -> x > 0 ? x : 0.2 * x),
                formula(Elu.of(), x -> x > 0 ? x : Math.expm1(x)),
                formula(new Elu(0.5), x -> x > 0 ? x : 0.5 * Math.expm1(x)),
                formula(new Selu(), x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
                formula(new Silu(), x -> x / (1 + Math.exp(-x))),
                formula(new Softplus(), x -> Math.log1p(Math.exp(x))),
                formula(new Sigmoid(), x -> 1 / (1 + Math.exp(-x))),
                formula(new Tanh(), Math::tanh));
    }

    private static Arguments formula(Activation activation, DoubleUnaryOperator formula) {
        return Arguments.of(activation, formula);
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void eachActivationFollowsItsFormula(Activation activation, DoubleUnaryOperator formula) {
        double[] y = activation.forward(Tensor.of(POINTS, 2, 4)).toDoubles();

        for (int i = 0; i < POINTS.length; i++) {
            assertEquals(formula.applyAsDouble(POINTS[i]), y[i], 1e-14, "at " + POINTS[i]);
        }
    }

    static Stream<Activation> all() {
        return Stream.concat(
                formulas().map(arguments -> (Activation) arguments.get()[0]), Stream.of(new Gelu(), new Softmax()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachGradientAgreesWithDifferences(Activation activation) {
        Tensor weights = Tensor.of(new double[] {1, -2, 3, 0.5, -0.25, 4, 1.5, -1}, 2, 4);
        double[] points = {-3, -1.5, -0.3, -0.1, 0.1, 0.5, 1, 2.75}; // away from the kink at 0

        var report = GradientCheck.run(
                in -> activation.forward(in.getFirst()).mul(weights).sum(),
                List.of(new Value(Type.of(DType.F64, Shape.of(2, 4)), points)));

        assertTrue(report.worst() <= 1e-6, activation + " " + report);
    }

    @ParameterizedTest
    @MethodSource("all")
    void largeInputsGiveFiniteOutputsAndGradients(Activation activation) {
        Tensor x = Tensor.of(new float[] {-1000, -100, 100, 1000}, 1, 4);

        float[] y = activation.forward(x).toFloats();
        float[] dx = dev.nudge.tensor.Gradients.of(activation.forward(x).sum(), List.of(x))
                .getFirst()
                .toFloats();

        for (int i = 0; i < 4; i++) {
            assertTrue(Float.isFinite(y[i]) && Float.isFinite(dx[i]), activation + ": " + y[i] + ", " + dx[i]);
        }
    }

    @Test
    void geluTakesTheShareOfTheNormalDistributionBelow() {
        double[] y =
                new Gelu().forward(Tensor.of(new double[] {-1, 0, 1, 2}, 4)).toDoubles();

        assertEquals(-0.15865525393145707, y[0], 1e-12); // tables of the normal distribution: Φ(-1)
        assertEquals(0, y[1]);
        assertEquals(0.8413447460685429, y[2], 1e-12);
        assertEquals(2 * 0.9772498680518208, y[3], 1e-12);
    }

    @Test
    void softmaxAddsUpToOneAndIgnoresASharedOffset() {
        double[] y = new Softmax()
                .forward(Tensor.of(new double[] {3, 1, 0, 103, 101, 100}, 2, 3))
                .toDoubles();
        double sum = Math.exp(3) + Math.exp(1) + 1;

        assertEquals(Math.exp(3) / sum, y[0], 1e-15);
        assertEquals(Math.exp(1) / sum, y[1], 1e-15);
        assertEquals(1 / sum, y[2], 1e-15);
        for (int i = 0; i < 3; i++) {
            assertEquals(y[i], y[3 + i], 1e-15);
        }
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LeakyRelu(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Elu(0));
        assertThrows(IllegalArgumentException.class, () -> new Elu(Double.POSITIVE_INFINITY));
    }
}
