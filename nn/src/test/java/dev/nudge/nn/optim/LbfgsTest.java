package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LbfgsTest {
    private static Tensor rosenbrock(Tensor p) {
        Tensor x = p.slice(0, 0, 1);
        Tensor y = p.slice(0, 1, 1);
        return x.negate()
                .add(1)
                .square()
                .add(y.sub(x.square()).square().mul(100))
                .sum();
    }

    @Test
    void itReachesTheOptimumOfRosenbrocksValleyInTensOfSteps() {
        Parameter point = Parameter.of(new double[] {-1.2, 1}, 2);

        Lbfgs.Result result =
                Lbfgs.of().withTolerance(1e-9).minimize(new Point(point), () -> rosenbrock(point.tensor()));

        assertTrue(result.converged() && result.iterations() < 60, result.toString());
        assertArrayEquals(new double[] {1, 1}, point.tensor().toDoubles(), 1e-8);
    }

    @Test
    void aParabolaAThousandTimesSteeperOneWayThanAnotherTakesDozensOfSteps() {
        double[] curvature = {1, 10, 100, 1000, 3, 30};
        double[] goal = {1, -2, 3, -4, 5, -6};
        Parameter point = Parameter.of(new double[6], 6);

        Lbfgs.Result result = Lbfgs.of()
                .withTolerance(1e-9)
                .minimize(
                        new Point(point),
                        () -> point.tensor()
                                .sub(Tensor.of(goal, 6))
                                .square()
                                .mul(Tensor.of(curvature, 6))
                                .mul(0.5)
                                .sum());

        assertTrue(result.converged() && result.iterations() <= 60, result.toString());
        assertArrayEquals(goal, point.tensor().toDoubles(), 1e-8);
    }

    @Test
    void aStepIntoWhatIsNotFiniteIsCutBack() {
        Parameter point = Parameter.of(new double[] {5}, 1); // x - log x has its minimum at 1, and no value below 0

        Lbfgs.Result result = Lbfgs.of()
                .withTolerance(1e-6)
                .minimize(
                        new Point(point),
                        () -> point.tensor()
                                .mul(100)
                                .sub(point.tensor().log().mul(100))
                                .sum());

        assertTrue(result.converged(), result.toString());
        assertEquals(1, point.tensor().item(), 1e-8);
    }

    @Test
    void aSmallNetworkIsFittedAndTheResultIsTheModels() {
        Mlp model = Mlp.of(1, new int[] {8}, 1, new Tanh(), RandomKey.of(3));
        Tensor x = Tensor.of(new float[] {-1, -0.5f, 0, 0.5f, 1}, 5, 1);
        Tensor y = Tensor.data(x.square().value());

        Lbfgs.Result result = OptimizerSnippets.lbfgs(model, x, y);

        assertTrue(result.loss() < 1e-5, result.toString());
        assertEquals(
                result.loss(),
                Losses.meanSquaredError(model.forward(x), y).item(),
                1e-12,
                "the model has the parameters of the last loss");
    }

    @Test
    void aStartThatIsNotFiniteIsRefused() {
        Parameter point = Parameter.of(new double[] {-1}, 1);

        assertThrows(
                IllegalArgumentException.class,
                () -> Lbfgs.of()
                        .minimize(new Point(point), () -> point.tensor().log().sum()));
        assertThrows(IllegalArgumentException.class, () -> Lbfgs.of().withMemory(0));
        assertThrows(IllegalArgumentException.class, () -> new Lbfgs(5, 5, 1e-5, 0.9, 0.5));
    }
}
