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
                        (t, rate, p, g, m) -> p - rate * 0.3 * p - adam(t, rate, g, m, 0.9, 0.999, 1e-8)),
                rule(RmsProp.of(), (t, rate, p, g, m) -> {
                    m[0] = 0.9 * m[0] + (1 - 0.9) * g * g;
                    return p - rate * g / (Math.sqrt(m[0]) + 1e-8);
                }),
                rule(
                        RmsProp.of()
                                .withDecay(0.8)
                                .withCentering()
                                .withMomentum(0.6)
                                .withEpsilon(1e-3)
                                .withL2(0.1),
                        (t, rate, p, g, m) -> {
                            double h = g + 0.1 * p;
                            m[0] = 0.8 * m[0] + (1 - 0.8) * h * h;
                            m[1] = 0.8 * m[1] + (1 - 0.8) * h;
                            m[2] = 0.6 * m[2] + h / (Math.sqrt(m[0] - m[1] * m[1]) + 1e-3);
                            return p - rate * m[2];
                        }),
                rule(Adagrad.of(), (t, rate, p, g, m) -> {
                    m[0] += g * g;
                    return p - rate * g / (Math.sqrt(m[0]) + 1e-10);
                }),
                rule(Adagrad.of().withStart(0.1).withEpsilon(1e-2).withL2(0.3), (t, rate, p, g, m) -> {
                    double h = g + 0.3 * p;
                    m[0] += h * h;
                    return p - rate * h / (Math.sqrt(0.1 + m[0]) + 1e-2);
                }),
                rule(Adadelta.of(), (t, rate, p, g, m) -> p - rate * adadelta(g, m, 0.95, 1e-6)),
                rule(
                        Adadelta.of().withDecay(0.9).withEpsilon(1e-3).withL2(0.1),
                        (t, rate, p, g, m) -> p - rate * adadelta(g + 0.1 * p, m, 0.9, 1e-3)),
                rule(NAdam.of(), (t, rate, p, g, m) -> p - nadam(t, rate, g, m, 0.9, 0.999, 1e-8, 0.004)),
                rule(
                        NAdam.of()
                                .withBetas(0.8, 0.95)
                                .withEpsilon(1e-3)
                                .withMomentumDecay(1)
                                .withL2(0.1),
                        (t, rate, p, g, m) -> p - nadam(t, rate, g + 0.1 * p, m, 0.8, 0.95, 1e-3, 1)),
                rule(RAdam.of(), (t, rate, p, g, m) -> p - radam(t, rate, g, m, 0.9, 0.999, 1e-8)),
                rule(
                        RAdam.of().withBetas(0.5, 0.9).withEpsilon(1e-3).withL2(0.1),
                        (t, rate, p, g, m) -> p - radam(t, rate, g + 0.1 * p, m, 0.5, 0.9, 1e-3)),
                rule(AmsGrad.of(), (t, rate, p, g, m) -> p - amsgrad(t, rate, g, m, 0.9, 0.999, 1e-8)),
                rule(
                        AmsGrad.of().withBetas(0.5, 0.6).withEpsilon(1e-3).withL2(0.1),
                        (t, rate, p, g, m) -> p - amsgrad(t, rate, g + 0.1 * p, m, 0.5, 0.6, 1e-3)),
                rule(Lion.of(), (t, rate, p, g, m) -> p - rate * lion(g, m, 0.9, 0.99)),
                rule(
                        Lion.of().withBetas(0.7, 0.8).withWeightDecay(0.4),
                        (t, rate, p, g, m) -> p - rate * (lion(g, m, 0.7, 0.8) + 0.4 * p)));
    }

    /// Zeiler, Algorithm 1.
    private static double adadelta(double g, double[] memory, double rho, double epsilon) {
        memory[0] = rho * memory[0] + (1 - rho) * g * g;
        double delta = Math.sqrt(memory[1] + epsilon) / Math.sqrt(memory[0] + epsilon) * g;
        memory[1] = rho * memory[1] + (1 - rho) * delta * delta;
        return delta;
    }

    /// Dozat, Algorithm 2, with the products of `mu` multiplied out anew in every step.
    private static double nadam(
            int t, double rate, double g, double[] memory, double beta1, double beta2, double epsilon, double decay) {
        memory[0] = beta1 * memory[0] + (1 - beta1) * g;
        memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
        double product = 1;
        double mu = 0;
        for (int i = 1; i <= t; i++) {
            mu = beta1 * (1 - 0.5 * Math.pow(0.96, i * decay));
            product *= mu;
        }
        double next = beta1 * (1 - 0.5 * Math.pow(0.96, (t + 1) * decay));
        double mBar = next * memory[0] / (1 - product * next) + (1 - mu) * g / (1 - product);
        return rate * mBar / (Math.sqrt(memory[1] / (1 - Math.pow(beta2, t))) + epsilon);
    }

    /// Liu et al., Algorithm 2.
    private static double radam(
            int t, double rate, double g, double[] memory, double beta1, double beta2, double epsilon) {
        memory[0] = beta1 * memory[0] + (1 - beta1) * g;
        memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
        double mHat = memory[0] / (1 - Math.pow(beta1, t));
        double end = 2 / (1 - beta2) - 1;
        double power = Math.pow(beta2, t);
        double rho = end - 2 * t * power / (1 - power);
        if (rho <= 4) {
            return rate * mHat;
        }
        double r = Math.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho));
        return rate * r * mHat / (Math.sqrt(memory[1] / (1 - power)) + epsilon);
    }

    private static double amsgrad(
            int t, double rate, double g, double[] memory, double beta1, double beta2, double epsilon) {
        memory[0] = beta1 * memory[0] + (1 - beta1) * g;
        memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
        memory[2] = Math.max(memory[2], memory[1]);
        double mHat = memory[0] / (1 - Math.pow(beta1, t));
        return rate * mHat / (Math.sqrt(memory[2] / (1 - Math.pow(beta2, t))) + epsilon);
    }

    private static double lion(double g, double[] memory, double beta1, double beta2) {
        double direction = Math.signum(beta1 * memory[0] + (1 - beta1) * g);
        memory[0] = beta2 * memory[0] + (1 - beta2) * g;
        return direction;
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
        double[][] memory = new double[START.length][3];
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
