package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccumulationTest {
    private static final double[] START = {2, -1, 0.5};
    private static final Tensor X = Tensor.data(
            Tensor.of(Tensor.normal(RandomKey.of(3), 10, 3).toDoubles(), 10, 3).value());

    private final Parameter point = Parameter.of(START, 3);
    private final Buffer seen = Buffer.of(Tensor.of(new double[3], 3).value());

    /// Gradients of the mean over some rows of a function of the parameters and the row.
    private Gradients gradients(int from, int rows) {
        Tensor x = X.slice(0, from, rows);
        return x.mul(point.tensor())
                .updating(seen, seen.tensor().mul(0.5).add(x.sum(0)))
                .sub(1)
                .square()
                .mean()
                .backward(List.of(point));
    }

    private Optimizer optimizer() {
        return Optimizer.of(Adam.of(), 0.1, new Point(point)).withClipping(Clipping.byGlobalNorm(0.05));
    }

    @Test
    void partsOfAnySizeGiveTheStepOfTheWholeBatch() {
        Optimizer whole = optimizer();
        Optimizer.Result[] expected = new Optimizer.Result[3];
        for (int i = 0; i < 3; i++) {
            expected[i] = whole.step(gradients(0, 10));
        }
        double[] weights = point.tensor().toDoubles();
        point.assign(Tensor.of(START, 3).value());
        Optimizer parts = optimizer();
        for (int i = 0; i < 3; i++) {
            parts.accumulate(gradients(0, 4), 4);
            parts.accumulate(gradients(4, 5), 5);
            parts.accumulate(gradients(9, 1), 1);
            Optimizer.Result result = parts.step();
            assertEquals(expected[i].loss(), result.loss(), 1e-14);
            assertEquals(expected[i].gradientNorm(), result.gradientNorm(), 1e-14, "clipped after they are added");
            assertEquals(i + 1, result.step());
        }

        assertArrayEquals(weights, point.tensor().toDoubles(), 1e-14);
    }

    @Test
    void everyPartUpdatesTheRunningStatistics() {
        Optimizer optimizer = optimizer();
        optimizer.accumulate(gradients(0, 5), 5);
        optimizer.accumulate(gradients(5, 5), 5);

        double[] expected = new double[3];
        double[] x = X.toDoubles();
        for (int i = 0; i < 3; i++) {
            double first = 0;
            double second = 0;
            for (int row = 0; row < 5; row++) {
                first += x[row * 3 + i];
                second += x[(row + 5) * 3 + i];
            }
            expected[i] = 0.5 * first + second;
        }
        assertArrayEquals(expected, seen.tensor().toDoubles(), 1e-14);
        assertArrayEquals(START, point.tensor().toDoubles(), "no parameter has changed yet");
    }

    @Test
    void aPartThatIsNotFiniteTakesBackAllParts() {
        Optimizer optimizer = optimizer();
        optimizer.accumulate(gradients(0, 5), 5);
        Tensor bad = point.tensor().mul(Double.NaN).sum();

        assertThrows(NonFiniteException.class, () -> optimizer.accumulate(bad.backward(List.of(point)), 5));

        assertArrayEquals(START, point.tensor().toDoubles());
        assertArrayEquals(new double[3], seen.tensor().toDoubles(), "the statistics of the first part are gone too");
        assertThrows(IllegalStateException.class, optimizer::step);
        assertEquals(1, optimizer.step(gradients(0, 10)).step());
    }

    @Test
    void theSecondStepMakesNoPlan() {
        PlannedExecution planned = PlannedExecution.of(Backend.load());
        Optimizer optimizer = optimizer();
        long plans = 0;
        for (int i = 0; i < 3; i++) {
            Execution.with(planned, () -> {
                optimizer.accumulate(gradients(0, 5), 5);
                optimizer.accumulate(gradients(5, 5), 5);
                return optimizer.step();
            });
            plans = i == 0 ? planned.plans() : plans;
        }

        assertEquals(plans, planned.plans());
    }

    @Test
    void aStepOfItsOwnAmongPartsIsRefused() {
        Optimizer optimizer = optimizer();
        assertThrows(IllegalStateException.class, optimizer::step);
        optimizer.accumulate(gradients(0, 5), 5);

        assertThrows(IllegalStateException.class, () -> optimizer.step(gradients(0, 5)));
        assertThrows(IllegalArgumentException.class, () -> optimizer.accumulate(gradients(0, 5), 0));
    }

    @Test
    void theRateIsScaledFromTheNextStepOn() {
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.5, new Point(point));
        optimizer.scaleRate(0.1);

        assertEquals(
                0.05,
                optimizer.step(point.tensor().sum().backward(List.of(point))).learningRate(),
                1e-17);
        assertArrayEquals(new double[] {1.95, -1.05, 0.45}, point.tensor().toDoubles(), 1e-15);
        assertThrows(IllegalArgumentException.class, () -> optimizer.scaleRate(Double.NaN));
    }
}
