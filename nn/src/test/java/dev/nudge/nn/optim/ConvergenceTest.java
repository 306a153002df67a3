package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConvergenceTest {
    static Stream<Arguments> parabola() {
        return Stream.of(
                Arguments.of(Sgd.of(), 0.1),
                Arguments.of(Momentum.of(), 0.02),
                Arguments.of(Momentum.ofNesterov(), 0.02),
                Arguments.of(Adam.of(), 0.1),
                Arguments.of(AdamW.of().withWeightDecay(0), 0.1),
                Arguments.of(RmsProp.of(), 0.1),
                Arguments.of(RmsProp.of().withCentering().withMomentum(0.5), 0.02),
                Arguments.of(Adagrad.of(), 2),
                Arguments.of(Adadelta.of(), 10),
                Arguments.of(NAdam.of(), 0.1),
                Arguments.of(RAdam.of(), 0.3),
                Arguments.of(AmsGrad.of(), 0.1),
                Arguments.of(Lion.of(), 0.1),
                Arguments.of(Lamb.of().withWeightDecay(0), 0.05));
    }

    static Stream<Arguments> rosenbrock() {
        return Stream.of(
                Arguments.of(Sgd.of(), 0.0015, 1),
                Arguments.of(Momentum.of(), 3e-4, 1),
                Arguments.of(Momentum.ofNesterov(), 3e-4, 1),
                Arguments.of(Adam.of(), 0.03, 0.9997),
                Arguments.of(AdamW.of().withWeightDecay(0), 0.03, 0.9997),
                Arguments.of(RmsProp.of(), 0.01, 0.9997),
                Arguments.of(RmsProp.of().withCentering().withMomentum(0.5), 0.005, 0.9997),
                Arguments.of(Adagrad.of(), 0.5, 1),
                Arguments.of(Adadelta.of(), 1, 0.9997),
                Arguments.of(NAdam.of(), 0.03, 0.9997),
                Arguments.of(RAdam.of(), 0.003, 1),
                Arguments.of(AmsGrad.of(), 0.03, 0.9997),
                Arguments.of(Lion.of(), 0.01, 0.9995),
                Arguments.of(Lamb.of().withWeightDecay(0), 0.03, 0.9997));
    }

    @ParameterizedTest
    @MethodSource("parabola")
    void everyRuleReachesTheOptimumOfAParabola(UpdateRule rule, double rate) {
        double[] end = minimize(rule, Schedules.exponential(rate, 0.995), 1000, new double[] {4, -3}, p -> {
            Tensor distance = p.sub(Tensor.of(new double[] {1, 2}, 2));
            return distance.square()
                    .mul(Tensor.of(new double[] {1, 5}, 2))
                    .mul(0.5)
                    .sum();
        });

        assertEquals(1, end[0], 1e-3);
        assertEquals(2, end[1], 1e-3);
    }

    @ParameterizedTest
    @MethodSource("rosenbrock")
    void everyRuleReachesTheOptimumOfRosenbrocksValley(UpdateRule rule, double rate, double factor) {
        double[] end = minimize(rule, Schedules.exponential(rate, factor), 15_000, new double[] {-1.2, 1}, p -> {
            Tensor x = p.slice(0, 0, 1);
            Tensor y = p.slice(0, 1, 1);
            Tensor across = y.sub(x.square()).square().mul(100);
            return x.negate().add(1).square().add(across).sum();
        });

        assertEquals(1, end[0], 0.01);
        assertEquals(1, end[1], 0.02);
    }

    private static double[] minimize(
            UpdateRule rule, Schedule schedule, int steps, double[] start, Function<Tensor, Tensor> function) {
        Parameter point = Parameter.of(start, start.length);
        Optimizer optimizer = Optimizer.of(rule, schedule, new Point(point));
        for (int step = 1; step <= steps; step++) {
            optimizer.step(function.apply(point.tensor()).backward(List.of(point)));
        }
        return point.tensor().toDoubles();
    }
}
