package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SamTest {
    private static final double[] GOAL = {0.25, 1, -1};
    private static final double[] CURVATURE = {1, 3, 0.1};
    private static final double[] START = {2, -1, 0.5};

    private final Parameter point = Parameter.of(START, 3);

    private Gradients gradients() {
        return point.tensor()
                .sub(Tensor.of(GOAL, 3))
                .square()
                .mul(Tensor.of(CURVATURE, 3))
                .mul(0.5)
                .sum()
                .backward(List.of(point));
    }

    @Test
    void fiftyStepsFollowThePublishedAlgorithm() {
        Optimizer optimizer =
                Optimizer.of(Momentum.of(), 0.05, new Point(point)).withSam(new Sam(0.3));
        double[] w = START.clone();
        double[] velocity = new double[3];
        for (int t = 1; t <= 50; t++) {
            double loss = 0;
            double norm = 0;
            double[] g = new double[3];
            for (int i = 0; i < 3; i++) {
                g[i] = CURVATURE[i] * (w[i] - GOAL[i]);
                loss += 0.5 * CURVATURE[i] * (w[i] - GOAL[i]) * (w[i] - GOAL[i]);
                norm += g[i] * g[i];
            }
            norm = Math.sqrt(norm);
            for (int i = 0; i < 3; i++) {
                double climbed = w[i] + 0.3 * g[i] / norm;
                velocity[i] = 0.9 * velocity[i] + CURVATURE[i] * (climbed - GOAL[i]);
                w[i] -= 0.05 * velocity[i];
            }
            Optimizer.Result result = optimizer.step(this::gradients);
            assertEquals(loss, result.loss(), 1e-12 * Math.max(1, loss), "the loss at the weights themselves");
            assertEquals(norm, result.gradientNorm(), 1e-12 * Math.max(1, norm));
            assertArrayEquals(w, point.tensor().toDoubles(), 1e-12, "step " + t);
        }
    }

    @Test
    void withoutAGradientThereIsNowhereToClimb() {
        point.assign(Tensor.of(GOAL, 3).value());
        Optimizer.of(Sgd.of(), 0.05, new Point(point)).withSam(Sam.of()).step(this::gradients);

        assertArrayEquals(GOAL, point.tensor().toDoubles());
    }

    @Test
    void runningStatisticsAreThoseOfTheFirstPass() {
        Buffer seen = Buffer.of(Tensor.of(new double[3], 3).value());
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, new Point(point)).withSam(new Sam(0.5));

        optimizer.step(() -> point.tensor()
                .updating(seen, point.tensor().add(seen.tensor()))
                .square()
                .sum()
                .backward(List.of(point)));

        assertArrayEquals(START, seen.tensor().toDoubles());
    }

    @Test
    void aRefusedStepLeavesEveryBitAsItWas() {
        Buffer seen = Buffer.of(Tensor.of(new double[3], 3).value());
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.1, new Point(point)).withSam(new Sam(0.5));
        for (int bad = 1; bad <= 2; bad++) {
            AtomicInteger pass = new AtomicInteger();
            int broken = bad;
            assertThrows(
                    NonFiniteException.class,
                    () -> optimizer.step(() -> point.tensor()
                            .updating(seen, point.tensor())
                            .mul(pass.incrementAndGet() == broken ? Double.NaN : 1)
                            .sum()
                            .backward(List.of(point))));
            assertArrayEquals(START, point.tensor().toDoubles());
            assertArrayEquals(new double[3], seen.tensor().toDoubles());
            assertArrayEquals(
                    new double[3], optimizer.state().get("at/mean").tensor().toDoubles());
            assertEquals(0, optimizer.steps());
        }
    }

    @Test
    void aFunctionThatFailsInTheSecondPassLeavesEveryBitAsItWas() {
        AtomicInteger pass = new AtomicInteger();
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.1, new Point(point)).withSam(new Sam(0.5));

        assertThrows(
                UnsupportedOperationException.class,
                () -> optimizer.step(() -> {
                    if (pass.incrementAndGet() == 2) {
                        throw new UnsupportedOperationException("no second batch");
                    }
                    return gradients();
                }));

        assertArrayEquals(START, point.tensor().toDoubles());
    }

    @Test
    void theSecondStepMakesNoPlanAndBothExecutionsGiveTheSameBits() {
        PlannedExecution planned = PlannedExecution.of(Backend.load());
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.1, new Point(point)).withSam(Sam.of());
        Execution.with(planned, () -> optimizer.step(this::gradients));
        long plans = planned.plans();
        for (int i = 0; i < 4; i++) {
            Execution.with(planned, () -> optimizer.step(this::gradients));
        }
        double[] found = point.tensor().toDoubles();
        point.assign(Tensor.of(START, 3).value());
        Optimizer again = Optimizer.of(Adam.of(), 0.1, new Point(point)).withSam(Sam.of());
        for (int i = 0; i < 5; i++) {
            Execution.with(EagerExecution.of(Backend.load()), () -> again.step(this::gradients));
        }

        assertEquals(plans, planned.plans());
        assertArrayEquals(found, point.tensor().toDoubles());
    }

    @Test
    void gradientsFromOnePlaceAreRefused() {
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, new Point(point)).withSam(Sam.of());

        assertThrows(IllegalArgumentException.class, () -> optimizer.step(gradients()));
        assertThrows(IllegalStateException.class, () -> optimizer.accumulate(gradients(), 1));
        assertThrows(IllegalArgumentException.class, () -> new Sam(0));
    }
}
