package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.Relu;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rules that look at a whole tensor: LAMB at its norm, Muon at its singular values.
class MatrixRulesTest {
    /// The slopes of `Σ slopes · p` are `slopes`, whatever `p` is.
    private static double[] afterSteps(UpdateRule rule, double rate, double[] start, double[][] slopes, int... shape) {
        Parameter parameter = Parameter.of(start, shape);
        Optimizer optimizer = Optimizer.of(rule, rate, new Point(parameter));
        for (double[] slope : slopes) {
            optimizer.step(parameter.tensor().mul(Tensor.of(slope, shape)).sum().backward(List.of(parameter)));
        }
        return parameter.tensor().toDoubles();
    }

    // ---- LAMB -----------------------------------------------------------------------------------------------------

    @Test
    void lambFollowsThePublishedAlgorithmForFiftySteps() {
        double[] curvature = {1, 3, 0.1, 7};
        double[] expected = {1, -2, 0.5, 3};
        Parameter parameter = Parameter.of(expected, 4);
        Optimizer optimizer = Optimizer.of(Lamb.of().withWeightDecay(0.05), 0.02, new Point(parameter));
        double[] m = new double[4];
        double[] v = new double[4];
        for (int t = 1; t <= 50; t++) {
            double[] u = new double[4];
            double ofP = 0;
            double ofU = 0;
            for (int i = 0; i < 4; i++) {
                double g = curvature[i] * expected[i];
                m[i] = 0.9 * m[i] + (1 - 0.9) * g;
                v[i] = 0.999 * v[i] + (1 - 0.999) * g * g;
                u[i] = m[i] / (1 - Math.pow(0.9, t)) / (Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-6)
                        + 0.05 * expected[i];
                ofP += expected[i] * expected[i];
                ofU += u[i] * u[i];
            }
            for (int i = 0; i < 4; i++) {
                expected[i] -= 0.02 * Math.sqrt(ofP) / Math.sqrt(ofU) * u[i];
            }
            Tensor loss = parameter
                    .tensor()
                    .square()
                    .mul(Tensor.of(curvature, 4))
                    .mul(0.5)
                    .sum();
            optimizer.step(loss.backward(List.of(parameter)));
            assertArrayEquals(expected, parameter.tensor().toDoubles(), 1e-11, "step " + t);
        }
    }

    @Test
    void lambMovesATensorByTheRateTimesItsNorm() {
        double[] moved =
                afterSteps(Lamb.of().withWeightDecay(0), 0.1, new double[] {3, 4}, new double[][] {{7, -1e-3}}, 2);

        assertEquals(0.1 * 5, Math.hypot(moved[0] - 3, moved[1] - 4), 1e-9);
    }

    @Test
    void lambMovesWhatStartsAtZero() {
        double[] moved = afterSteps(Lamb.of(), 0.1, new double[2], new double[][] {{2, -5}}, 2);

        assertArrayEquals(new double[] {-0.1, 0.1}, moved, 1e-6);
    }

    // ---- Muon -----------------------------------------------------------------------------------------------------

    private static double[] rotation(double angle) {
        return new double[] {Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)};
    }

    /// `left diag(a, b) right`, all two by two.
    private static double[] product(double[] left, double a, double b, double[] right) {
        return new double[] {
            left[0] * a * right[0] + left[1] * b * right[2],
            left[0] * a * right[1] + left[1] * b * right[3],
            left[2] * a * right[0] + left[3] * b * right[2],
            left[2] * a * right[1] + left[3] * b * right[3]
        };
    }

    /// What the five rounds make of one singular value.
    private static double lifted(double s) {
        for (int round = 0; round < 5; round++) {
            s = 3.4445 * s - 4.7750 * Math.pow(s, 3) + 2.0315 * Math.pow(s, 5);
        }
        return s;
    }

    @Test
    void muonLiftsTheSingularValuesAndLeavesTheVectors() {
        double[] left = rotation(0.7);
        double[] right = rotation(-1.9);
        double[] gradient = product(left, 30, 2, right);
        double norm = Math.hypot(30, 2);

        double[] moved = afterSteps(Muon.of(), 0.5, new double[4], new double[][] {gradient}, 2, 2);

        double[] expected = product(left, -0.5 * lifted(30 / norm), -0.5 * lifted(2 / norm), right);
        assertArrayEquals(expected, moved, 1e-6);
    }

    @Test
    void muonAddsUpMomentumAndLooksAhead() {
        double[] left = rotation(0.3);
        double[] right = rotation(1.1);
        double[][] slopes = {product(left, 1, 4, right), product(left, 2, 1, right)}; // with the same singular vectors
        double[] decayed = afterSteps(
                Muon.of().withMomentum(0.5).withWeightDecay(0.2), 0.1, new double[] {1, 1, 1, 1}, slopes, 2, 2);

        double[] first = {1 + 0.5 * 1, 4 + 0.5 * 4}; // g + momentum v, where v = g
        double[] velocity = {0.5 * 1 + 2, 0.5 * 4 + 1};
        double[] second = {2 + 0.5 * velocity[0], 1 + 0.5 * velocity[1]};
        double[] expected = {1, 1, 1, 1};
        for (double[] values : List.of(first, second)) {
            double norm = Math.hypot(values[0], values[1]);
            double[] change = product(left, lifted(values[0] / norm), lifted(values[1] / norm), right);
            for (int i = 0; i < 4; i++) {
                expected[i] = expected[i] * (1 - 0.1 * 0.2) - 0.1 * change[i];
            }
        }
        assertArrayEquals(expected, decayed, 1e-6);
    }

    @Test
    void muonMakesTheShorterSideOrthogonalAndScalesAWideMatrix() {
        for (int[] shape : new int[][] {{3, 12}, {12, 3}, {2, 6, 3}}) {
            double[] slope = Tensor.normal(RandomKey.of(5), 36).toDoubles();
            double[] change = afterSteps(Muon.of(), 1, new double[36], new double[][] {slope}, shape);
            int out = shape[shape.length - 1];
            double scale = Math.sqrt(Math.max(1, out / (36.0 / out)));
            boolean wide = out == 12;
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    double dot = 0;
                    for (int k = 0; k < 12; k++) {
                        dot += wide ? change[i * 12 + k] * change[j * 12 + k] : change[k * 3 + i] * change[k * 3 + j];
                    }
                    dot /= scale * scale;
                    assertTrue(i == j ? dot > 0.45 && dot < 1.5 : Math.abs(dot) < 0.5, i + ", " + j + ": " + dot);
                }
            }
        }
    }

    @Test
    void muonLeavesAMatrixWithoutAGradientAlone() {
        double[] start = {1, 2, 3, 4};

        assertArrayEquals(start, afterSteps(Muon.of(), 1, start, new double[][] {new double[4]}, 2, 2));
    }

    @Test
    void muonReachesTheOptimumOfAParabolaOfMatrices() {
        Parameter parameter = Parameter.of(new double[] {4, -3, 2, 5, 0, 1}, 2, 3);
        Tensor goal = Tensor.of(new double[] {1, 2, -1, 0, 3, 2}, 2, 3);
        Optimizer optimizer = Optimizer.of(Muon.of(), Schedules.exponential(0.2, 0.98), new Point(parameter));
        for (int step = 1; step <= 600; step++) {
            optimizer.step(parameter.tensor().sub(goal).square().sum().backward(List.of(parameter)));
        }

        assertArrayEquals(goal.toDoubles(), parameter.tensor().toDoubles(), 1e-2);
    }

    @Test
    void muonTakesTheMatricesBetweenTheFirstAndTheLast() {
        Mlp model = Mlp.of(3, new int[] {5, 5, 5}, 2, new Relu(), RandomKey.of(1));
        Optimizer optimizer =
                Optimizer.of(AdamW.of(), 0.001, model).withGroups(Muon.of().group(model, 20));

        List<String> own = optimizer.state().keySet().stream()
                .filter(name -> name.endsWith("/velocity"))
                .toList();

        assertEquals(List.of("layers.2.weight/velocity", "layers.4.weight/velocity"), own);
    }

    @Test
    void muonRefusesVectorsAndModelsWithoutHiddenMatrices() {
        var vector = assertThrows(
                ShapeException.class, () -> afterSteps(Muon.of(), 1, new double[2], new double[][] {{1, 2}}, 2));
        Mlp shallow = Mlp.of(3, new int[] {5}, 2, new Relu(), RandomKey.of(1));
        var model = assertThrows(IllegalArgumentException.class, () -> Muon.of().group(shallow, 1));

        assertTrue(vector.getMessage().contains("Muon.group"), vector.getMessage());
        assertTrue(model.getMessage().contains("layers.0.weight"), model.getMessage());
    }
}
