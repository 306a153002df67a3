package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConstraintsTest {
    @Test
    void thePenaltyLeadsToTheOptimumOfLeastSquaresWithIt() {
        double[] goal = {3, -2, 0.4, -0.1};
        Parameter point = Parameter.of(new double[] {1, 1, 1, 1}, 4);
        Optimizer optimizer = Optimizer.of(new L1(Sgd.of(), 0.5), 0.1, new Point(point));
        for (int step = 0; step < 600; step++) {
            Tensor error = point.tensor().sub(Tensor.of(goal, 4));
            optimizer.step(error.square().sum().mul(0.5).backward(List.of(point)));
        }

        // The minimum of (p - goal)² / 2 + 0.5 |p|: 0.5 nearer to zero than the goal, or zero.
        double[] found = point.tensor().toDoubles();
        assertArrayEquals(new double[] {2.5, -1.5, 0, 0}, found, 1e-12);
        assertEquals(0, found[2], "exactly");
        assertEquals(0, found[3], "exactly");
    }

    @Test
    void weightsIntoAUnitAreScaledDownToTheLimit() {
        Parameter weights = Parameter.of(new double[] {3, 0.3, -4, 0.4}, 2, 2); // columns of norms 5 and 0.5
        Parameter bias = Parameter.of(new double[] {7, 9}, 2);
        for (Parameter parameter : List.of(weights, bias)) {
            Optimizer.of(new MaxNorm(Sgd.of(), 2), 0.1, new Point(parameter))
                    .step(parameter.tensor().mul(0).sum().backward(List.of(parameter)));
        }

        assertArrayEquals(new double[] {1.2, 0.3, -1.6, 0.4}, weights.tensor().toDoubles(), 1e-15);
        assertArrayEquals(new double[] {7, 9}, bias.tensor().toDoubles());
    }

    @Test
    void aColumnOfZerosStaysZero() {
        Parameter weights = Parameter.of(new double[] {0, 6, 0, 8}, 2, 2);
        Optimizer.of(new MaxNorm(Sgd.of(), 5), 0.1, new Point(weights))
                .step(weights.tensor().mul(0).sum().backward(List.of(weights)));

        assertArrayEquals(new double[] {0, 3, 0, 4}, weights.tensor().toDoubles(), 1e-15);
    }

    @Test
    void theRuleInsideKeepsItsMemory() {
        Parameter plain = Parameter.of(new double[] {1, 2}, 1, 2);
        Parameter wrapped = Parameter.of(new double[] {1, 2}, 1, 2);
        Optimizer adam = Optimizer.of(Adam.of(), 0.1, new Point(plain));
        Optimizer loose = Optimizer.of(new MaxNorm(new L1(Adam.of(), 0), 100), 0.1, new Point(wrapped));
        for (int step = 0; step < 5; step++) {
            adam.step(plain.tensor().square().sum().backward(List.of(plain)));
            loose.step(wrapped.tensor().square().sum().backward(List.of(wrapped)));
        }

        assertArrayEquals(plain.tensor().toDoubles(), wrapped.tensor().toDoubles(), 1e-15);
        assertEquals(adam.state().keySet(), loose.state().keySet());
        assertEquals("maxNorm+l1+adam", loose.rule().name());
    }

    @Test
    void strengthsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new L1(Sgd.of(), -1));
        assertThrows(IllegalArgumentException.class, () -> new MaxNorm(Sgd.of(), 0));
    }
}
