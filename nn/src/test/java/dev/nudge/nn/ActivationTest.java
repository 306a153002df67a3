package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;
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
                formula(new Tanh(), Math::tanh),
                formula(new Mish(), x -> x * Math.tanh(Math.log1p(Math.exp(x)))),
                formula(new Relu6(), x -> Math.min(Math.max(x, 0), 6)),
                formula(new HardTanh(), x -> Math.min(Math.max(x, -1), 1)),
                formula(new HardSigmoid(), x -> x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5),
                formula(new HardSwish(), x -> x <= -3 ? 0 : x >= 3 ? x : x * x / 6 + x / 2),
                formula(
                        new TanhGelu(),
                        x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))));
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
                formulas().map(arguments -> (Activation) arguments.get()[0]),
                Stream.of(new Gelu(), new Softmax(), new LogSoftmax()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachGradientAgreesWithDifferences(Activation activation) {
        Tensor weights = Tensor.of(new double[] {1, -2, 3, 0.5, -0.25, 4, 1.5, -1}, 2, 4);
        double[] points = {-3.5, -1.5, -0.3, -0.1, 0.1, 0.5, 1.2, 2.75}; // away from the kinks

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
    void theApproximationOfGeluIsCloseToIt() {
        double[] points = new double[1201];
        Arrays.setAll(points, i -> (i - 600) / 100.0);
        Tensor x = Tensor.of(points, points.length);

        double[] exact = new Gelu().forward(x).toDoubles();
        double[] approximate = new TanhGelu().forward(x).toDoubles();

        for (int i = 0; i < points.length; i++) {
            assertEquals(exact[i], approximate[i], 5e-4, "at " + points[i]);
        }
        assertEquals(
                0.841192, new TanhGelu().forward(Tensor.of(new double[] {1}, 1)).item(), 5e-7); // known value
    }

    @Test
    void theLogarithmOfTheSoftmaxIsWhatItSays() {
        double[] y = new LogSoftmax()
                .forward(Tensor.of(new double[] {3, 1, 0}, 1, 3))
                .toDoubles();
        double logSum = Math.log(Math.exp(3) + Math.exp(1) + 1);

        assertArrayEquals(new double[] {3 - logSum, 1 - logSum, -logSum}, y, 1e-14);
    }

    @Test
    void pReluTrainsItsSlopes() {
        PRelu one = PRelu.of();
        PRelu perFeature = new PRelu(Parameter.of(new double[] {0.1, 0.5, 2}, 3));
        Tensor x = Tensor.of(new double[] {-1, -2, 3, 4, -5, -6}, 2, 3);

        Tensor y = perFeature.forward(x);
        double[] gradient = y.sum()
                .backward(List.of(perFeature.slope()))
                .of(perFeature.slope())
                .toDoubles();

        assertArrayEquals(new double[] {-0.1, -1, 3, 4, -2.5, -12}, y.toDoubles(), 1e-15);
        assertArrayEquals(new double[] {-1, -2 - 5, -6}, gradient, 1e-15);
        assertArrayEquals(
                new float[] {-0.5f, 2},
                one.forward(Tensor.of(new float[] {-2, 2}, 2)).toFloats());
        assertThrows(ShapeException.class, () -> PRelu.of(4).forward(x));
        assertThrows(IllegalArgumentException.class, () -> PRelu.of(0));
    }

    @Test
    void aGateLetsTheFirstHalfThroughByTheSecond() {
        Tensor x = Tensor.of(new double[] {3, 5, 2, -1}, 1, 4);
        double sigmoid2 = 1 / (1 + Math.exp(-2));
        double sigmoidMinus1 = 1 / (1 + Math.exp(1));

        assertArrayEquals(
                new double[] {3 * sigmoid2, 5 * sigmoidMinus1},
                Glu.of().forward(x).toDoubles(),
                1e-14);
        assertArrayEquals(
                new double[] {3 * 2 * sigmoid2, 5 * -sigmoidMinus1},
                Glu.swiGlu().forward(x).toDoubles(),
                1e-14);
        assertArrayEquals( // tables of the normal distribution: Φ(2), Φ(-1)
                new double[] {3 * 2 * 0.9772498680518208, 5 * -0.15865525393145707},
                Glu.geGlu().forward(x).toDoubles(),
                1e-11);
        var odd = assertThrows(ShapeException.class, () -> Glu.of().forward(Tensor.of(new float[3], 1, 3)));
        assertTrue(odd.getMessage().contains("[1, 3]"), odd.getMessage());
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
    void eachActivationNamesTheInitializerThatKeepsTheSizeOfSignals() {
        Stream.of(new Relu(), LeakyRelu.of(), new Relu6(), Elu.of(), new Gelu(), new TanhGelu(), new Silu(), new Mish())
                .forEach(kin -> assertEquals(Initializers.heUniform(), kin.initializer(), kin.toString()));
        Stream.of(new Sigmoid(), new HardSigmoid(), new Tanh(), new HardTanh(), new Softmax(), new LogSoftmax())
                .forEach(bounded -> assertEquals(Initializers.glorotUniform(), bounded.initializer()));
        assertEquals(Initializers.lecunNormal(), new Selu().initializer());
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LeakyRelu(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Elu(0));
        assertThrows(IllegalArgumentException.class, () -> new Elu(Double.POSITIVE_INFINITY));
    }
}
