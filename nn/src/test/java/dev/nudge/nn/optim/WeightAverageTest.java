package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightAverageTest {
    private final Parameter point = Parameter.of(new double[] {7, 7}, 2);

    private void go(double... to) {
        point.assign(Tensor.of(to, 2).value());
    }

    private double[] averaged(WeightAverage average) {
        return average.with(() -> point.tensor().toDoubles());
    }

    @Test
    void anExponentialAverageWeighsEveryStepByItsAge() {
        WeightAverage average = WeightAverage.of(Averaging.ema(0.8), new Point(point));
        double sum = 0;
        double weights = 0;
        for (int step = 1; step <= 40; step++) {
            double at = Math.sin(step);
            go(at, -at);
            average.update();
            sum = 0.8 * sum + 0.2 * at; // Kingma and Ba, section 7.2: divided by 1 - decay^t
            weights = 1 - Math.pow(0.8, step);
            assertArrayEquals(new double[] {sum / weights, -sum / weights}, averaged(average), 1e-14, "step " + step);
            assertArrayEquals(
                    new double[] {at, -at}, point.tensor().toDoubles(), "the model has its own weights again");
        }
    }

    @Test
    void stochasticWeightAveragingIsThePlainMeanOfTheStepsThatCount() {
        WeightAverage average = WeightAverage.of(Averaging.swa(5, 3), new Point(point));
        double sum = 0;
        int count = 0;
        for (int step = 1; step <= 20; step++) {
            go(step * step, step);
            average.update();
            if (step == 5 || step == 8 || step == 11 || step == 14 || step == 17 || step == 20) {
                sum += step * step;
                count++;
            }
            assertEquals(step < 5, average.isEmpty());
            assertEquals(count == 0 ? step * step : sum / count, averaged(average)[0], 1e-12, "step " + step);
        }
        average.apply();
        assertEquals(sum / 6, point.tensor().toDoubles()[0], 1e-12);
    }

    @Test
    void aRestoredAverageGoesOnAsIfNothingHadHappened() {
        WeightAverage whole = WeightAverage.of(Averaging.ema(0.9), new Point(point));
        for (int step = 1; step <= 5; step++) {
            go(step, 1.0 / step);
            whole.update();
        }
        Map<String, Value> state = new HashMap<>();
        whole.state().forEach((name, buffer) -> state.put(name, buffer.storage().copy()));
        WeightAverage resumed = WeightAverage.of(Averaging.ema(0.9), new Point(point));
        resumed.restore(state);
        go(3, 0.1);
        whole.update();
        resumed.update();

        assertEquals(6, resumed.steps());
        assertArrayEquals(averaged(whole), averaged(resumed));
        state.remove("at");
        assertThrows(IllegalArgumentException.class, () -> resumed.restore(state));
    }

    @Test
    void aBodyThatFailsLeavesTheModelItsOwnWeights() {
        WeightAverage average = WeightAverage.of(Averaging.ema(0.9), new Point(point));
        average.update();
        go(1, 2);
        average.update();

        assertThrows(
                UnsupportedOperationException.class,
                () -> average.with(() -> {
                    throw new UnsupportedOperationException();
                }));

        assertArrayEquals(new double[] {1, 2}, point.tensor().toDoubles());
    }

    @Test
    void theSecondUpdateMakesNoPlan() {
        PlannedExecution planned = PlannedExecution.of(Backend.load());
        WeightAverage average = WeightAverage.of(Averaging.ema(0.9), new Point(point));
        for (int step = 0; step < 3; step++) {
            Execution.with(planned, () -> {
                average.update();
                return average;
            });
        }

        assertEquals(1, planned.plans());
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Averaging.ema(1));
        assertThrows(IllegalArgumentException.class, () -> Averaging.swa(0, 1));
        assertThrows(IllegalArgumentException.class, () -> Averaging.swa(1, 0));
        assertTrue(WeightAverage.of(Averaging.ema(0.5), new Point(point)).isEmpty());
        assertFalse(Averaging.swa(3, 2).hasCounted(2));
    }
}
