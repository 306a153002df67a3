package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The update rules against the published formulas, written down once more in plain Java.
class TrajectoryTest {
    private static final int STEPS = 50;
    private static final double[] START = {1, -2, 0.5, 3};
    private static final double[] GOAL = {0.25, 1, -1, 2};
    private static final double[] CURVATURE = {1, 3, 0.1, 7};

    /// One step of one number in plain Java; `memory` is kept from step to step.
    interface Published {
        double step(int t, double rate, double p, double g, double[] memory);
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                rule(Sgd.of(), (t, rate, p, g, m) -> p - rate * g),
                rule(Sgd.of().withL2(0.1), (t, rate, p, g, m) -> p - rate * (g + 0.1 * p)),
                rule(Momentum.of(), (t, rate, p, g, m) -> {
                    m[0] = 0.9 * m[0] + g;
                    return p - rate * m[0];
                }),
                rule(Momentum.of().withMomentum(0.5).withL2(0.01), (t, rate, p, g, m) -> {
                    m[0] = 0.5 * m[0] + g + 0.01 * p;
                    return p - rate * m[0];
                }),
                rule(Momentum.ofNesterov(), (t, rate, p, g, m) -> {
                    m[0] = 0.9 * m[0] + g;
                    return p - rate * (g + 0.9 * m[0]);
                }),
                rule(Adam.of(), (t, rate, p, g, m) -> p - adam(t, rate, g, m, 0.9, 0.999, 1e-8)),
                rule(
                        Adam.of().withBetas(0.5, 0.9).withEpsilon(1e-3).withL2(0.2),
                        (t, rate, p, g, m) -> p - adam(t, rate, g + 0.2 * p, m, 0.5, 0.9, 1e-3)),
                rule(
                        AdamW.of().withWeightDecay(0.3),
                        (t, rate, p, g, m) -> p - rate * 0.3 * p - adam(t, rate, g, m, 0.9, 0.999, 1e-8)));
    }

    /// Kingma and Ba, Algorithm 1, line by line.
    private static double adam(
            int t, double rate, double g, double[] memory, double beta1, double beta2, double epsilon) {
        memory[0] = beta1 * memory[0] + (1 - beta1) * g;
        memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
        double mHat = memory[0] / (1 - Math.pow(beta1, t));
        double vHat = memory[1] / (1 - Math.pow(beta2, t));
        return rate * mHat / (Math.sqrt(vHat) + epsilon);
    }

    private static Arguments rule(UpdateRule rule, Published published) {
        return Arguments.of(rule, published);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void fiftyStepsInDoublePrecisionFollowThePublishedRule(UpdateRule rule, Published published) {
        compare(rule, published, DType.F64, 1e-12);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void fiftyStepsInSinglePrecisionFollowThePublishedRule(UpdateRule rule, Published published) {
        compare(rule, published, DType.F32, 1e-5);
    }

    private static void compare(UpdateRule rule, Published published, DType dtype, double tolerance) {
        Schedule schedule = Schedules.exponential(0.05, 0.98);
        Parameter parameter = Parameter.of(value(dtype, START));
        Optimizer optimizer = Optimizer.of(rule, schedule, new Point(parameter));
        double[] expected = START.clone();
        double[][] memory = new double[START.length][2];
        for (int t = 1; t <= STEPS; t++) {
            Tensor distance = parameter.tensor().sub(Tensor.data(value(dtype, GOAL)));
            Tensor loss = distance.square()
                    .mul(Tensor.data(value(dtype, CURVATURE)))
                    .mul(0.5)
                    .sum();
            double expectedLoss = 0;
            double squares = 0;
            double rate = 0.05 * Math.pow(0.98, t - 1);
            for (int i = 0; i < START.length; i++) {
                double g = CURVATURE[i] * (expected[i] - GOAL[i]);
                expectedLoss += 0.5 * g * (expected[i] - GOAL[i]);
                squares += g * g;
                expected[i] = published.step(t, rate, expected[i], g, memory[i]);
            }
            Optimizer.Result result = optimizer.step(loss.backward(List.of(parameter)));
            assertEquals(t, result.step());
            assertEquals(rate, result.learningRate(), 1e-15);
            assertEquals(expectedLoss, result.loss(), tolerance * Math.max(1, expectedLoss));
            assertEquals(Math.sqrt(squares), result.gradientNorm(), tolerance * Math.max(1, Math.sqrt(squares)));
            double[] found = parameter.tensor().toDoubles();
            for (int i = 0; i < START.length; i++) {
                assertEquals(
                        expected[i], found[i], tolerance * Math.max(1, Math.abs(expected[i])), "step " + t + ", " + i);
            }
        }
    }

    private static Value value(DType dtype, double... elements) {
        Value value = Value.zeros(Type.of(dtype, Shape.of(elements.length)));
        for (int i = 0; i < elements.length; i++) {
            value.set(i, elements[i]);
        }
        return value;
    }

    @Test
    void withoutAGradientDecoupledDecayShrinksByExactlyItsFactor() {
        Parameter parameter = Parameter.of(START, 4);
        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(0.1), 0.01, new Point(parameter));
        double[] expected = START.clone();
        for (int t = 1; t <= 5; t++) {
            optimizer.step(parameter.tensor().mul(0).sum().backward(List.of(parameter)));
            for (int i = 0; i < expected.length; i++) {
                expected[i] *= 1 - 0.01 * 0.1;
            }
            double[] found = parameter.tensor().toDoubles();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found[i]);
            }
        }
    }

    @Test
    void theFirstStepOfAdamMovesEveryParameterByTheLearningRate() {
        Parameter parameter = Parameter.of(new double[] {1, 1, 1}, 3);
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, new Point(parameter));

        Tensor slopes = Tensor.of(new double[] {1000, -1, 0.001}, 3);
        optimizer.step(parameter.tensor().mul(slopes).sum().backward(List.of(parameter)));

        double[] found = parameter.tensor().toDoubles();
        assertEquals(0.99, found[0], 1e-6);
        assertEquals(1.01, found[1], 1e-6);
        assertEquals(0.99, found[2], 1e-6);
    }

    @Test
    void aGradientThatVanishesInSinglePrecisionMovesNothingFarAndDividesByNothing() {
        Parameter parameter = Parameter.of(new float[] {1, 1}, 2);
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, new Point(parameter));

        for (int t = 1; t <= 10; t++) {
            optimizer.step(parameter.tensor().mul(1e-25).sum().backward(List.of(parameter)));
        }

        for (float found : parameter.tensor().toFloats()) {
            assertEquals(1, found, 10 * 0.01);
        }
    }
}
