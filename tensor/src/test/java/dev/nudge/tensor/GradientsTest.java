package dev.nudge.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class GradientsTest {
    private static Tensor scalar(double value) {
        return Tensor.of(new double[] {value});
    }

    /// The example with which Andrej Karpathy presents micrograd, and the numbers that he publishes.
    @Test
    void microgradsPublishedExample() {
        Tensor a = scalar(-4);
        Tensor b = scalar(2);
        Tensor c = a.add(b);
        Tensor d = a.mul(b).add(b.pow(3));
        c = c.add(c.add(1));
        c = c.add(c.add(1).add(a.negate()));
        d = d.add(d.mul(2).add(b.add(a).relu()));
        d = d.add(d.mul(3).add(b.sub(a).relu()));
        Tensor e = c.sub(d);
        Tensor f = e.pow(2);
        Tensor g = f.div(2);
        g = g.add(f.constantLike(10).div(f));
        List<Tensor> gradients = Gradients.of(g, List.of(a, b));
        assertEquals(24.7041, g.item(), 5e-5);
        assertEquals(138.8338, gradients.get(0).item(), 5e-5);
        assertEquals(645.5773, gradients.get(1).item(), 5e-5);
    }

    @Test
    void aPowerOfZeroHasTheGradientOfItsLimit() { // d(x^b)/dx = b x^(b-1): 0 for b = 0, 1 for b = 1, 0 for b = 2
        Tensor x = Tensor.of(new double[] {0, 0, 0}, 3);
        Tensor powers = x.pow(Tensor.of(new double[] {0, 1, 2}, 3));
        assertArrayEquals(
                new double[] {0, 1, 0},
                Gradients.of(powers.sum(), List.of(x)).getFirst().toDoubles());
    }

    @Test
    void aValueUsedTwiceIsBlamedTwice() {
        Tensor x = scalar(3);
        assertEquals(2, Gradients.of(x.add(x), List.of(x)).getFirst().item());
        assertEquals(6, Gradients.of(x.mul(x), List.of(x)).getFirst().item());
        Tensor y = x.mul(x);
        assertEquals(4 * 27, Gradients.of(y.mul(y), List.of(x)).getFirst().item());
    }

    @Test
    void noGradientFlowsThroughDetach() {
        Tensor x = scalar(3);
        assertEquals(9, x.detach().mul(x).item());
        assertEquals(3, Gradients.of(x.detach().mul(x), List.of(x)).getFirst().item());
        assertEquals(0, Gradients.of(x.detach().square(), List.of(x)).getFirst().item());
    }

    @Test
    void whatTheLossDoesNotDependOnHasGradientZero() {
        Tensor x = Tensor.of(new double[] {1, 2}, 2);
        Tensor other = Tensor.of(new double[] {1, 2, 3}, 3);
        List<Tensor> gradients = Gradients.of(x.sum(), List.of(x, other));
        assertArrayEquals(new double[] {1, 1}, gradients.get(0).toDoubles());
        assertArrayEquals(new double[] {0, 0, 0}, gradients.get(1).toDoubles());
    }

    @Test
    void gradientsOfBroadcastOperandsHaveTheirOwnShape() {
        Tensor row = Tensor.of(new double[] {1, 2, 3}, 3);
        Tensor column = Tensor.of(new double[] {10, 20}, 2, 1);
        List<Tensor> gradients = Gradients.of(row.mul(column).sum(), List.of(row, column));
        assertArrayEquals(new double[] {30, 30, 30}, gradients.get(0).toDoubles());
        assertArrayEquals(new double[] {6, 6}, gradients.get(1).toDoubles());
        assertEquals(Shape.of(2, 1), gradients.get(1).shape());
    }

    @Test
    void tiesShareTheGradient() {
        Tensor x = Tensor.of(new double[] {2, 5, 5, 1}, 4);
        assertArrayEquals(
                new double[] {0, 0.5, 0.5, 0},
                Gradients.of(x.max(0), List.of(x)).getFirst().toDoubles());
        Tensor a = scalar(2);
        Tensor b = scalar(2);
        List<Tensor> gradients = Gradients.of(a.max(b), List.of(a, b));
        assertEquals(0.5, gradients.get(0).item());
        assertEquals(0.5, gradients.get(1).item());
    }

    @Test
    void aNotANumberInTheBranchNotTakenDoesNotLeak() {
        Tensor x = Tensor.of(new double[] {-1, 4}, 2);
        Tensor positive = x.greater(0);
        Tensor safe = positive.where(positive.where(x, x.constantLike(1)).sqrt(), x.constantLike(0));
        assertArrayEquals(
                new double[] {0, 0.25},
                Gradients.of(safe.sum(), List.of(x)).getFirst().toDoubles(),
                1e-15);
    }

    /// For `f = xᵀ A x / 2` the gradient is `(A + Aᵀ) x / 2` and the Hessian `(A + Aᵀ) / 2` everywhere.
    @Test
    void hessianTimesVectorOfAQuadraticIsTheSymmetricMatrixTimesTheVector() {
        Tensor matrix = Tensor.of(new double[] {2, 1, 0, 3, 4, -1, 1, 0, 5}, 3, 3);
        Tensor x = Tensor.of(new double[] {0.3, -1.2, 2}, 3, 1);
        Tensor v = Tensor.of(new double[] {1, -2, 0.5}, 3, 1);
        Tensor loss = x.transpose().matmul(matrix).matmul(x).mul(0.5).reshape();
        Tensor gradient = Gradients.of(loss, List.of(x)).getFirst();
        Tensor product = Gradients.of(gradient.mul(v).sum(), List.of(x)).getFirst();
        double[] expected = {2 * 1 + 2 * -2 + 0.5 * 0.5, 2 * 1 + 4 * -2 + -0.5 * 0.5, 0.5 * 1 - 0.5 * -2 + 5 * 0.5};
        assertArrayEquals(expected, product.toDoubles(), 1e-12);
    }

    @Test
    void hessianTimesVectorOfASoftmaxNetworkAgreesWithDifferencesOfGradients() {
        RandomKey key = RandomKey.of(1);
        Tensor x = Tensor.normal(key.at(0), 5, 4).cast(DType.F64);
        Tensor targets = Tensor.of(new int[] {0, 2, 1, 1, 0}, 5);
        Value w1 = Tensor.normal(key.at(1), 4, 6).cast(DType.F64).value();
        Value w2 = Tensor.normal(key.at(2), 6, 3).cast(DType.F64).value();
        Value v1 = Tensor.normal(key.at(3), 4, 6).cast(DType.F64).value();
        Value v2 = Tensor.normal(key.at(4), 6, 3).cast(DType.F64).value();
        Function<List<Tensor>, List<Tensor>> gradients = w -> Gradients.of(
                Tensor.apply(
                                new Softmaxes.SoftmaxCrossEntropy(),
                                x.matmul(w.get(0)).tanh().matmul(w.get(1)),
                                targets)
                        .mean(),
                w);
        List<Tensor> w = List.of(Tensor.data(w1), Tensor.data(w2));
        List<Tensor> g = gradients.apply(w);
        Tensor along = g.get(0)
                .mul(Tensor.data(v1))
                .sum()
                .add(g.get(1).mul(Tensor.data(v2)).sum());
        List<Tensor> products = Gradients.of(along, w);
        double h = 1e-4;
        List<Tensor> ahead = gradients.apply(List.of(moved(w1, v1, h), moved(w2, v2, h)));
        List<Tensor> behind = gradients.apply(List.of(moved(w1, v1, -h), moved(w2, v2, -h)));
        for (int i = 0; i < 2; i++) {
            double[] difference = ahead.get(i).sub(behind.get(i)).div(2 * h).toDoubles();
            assertArrayEquals(difference, products.get(i).toDoubles(), 1e-6);
        }
    }

    private static Tensor moved(Value point, Value direction, double step) {
        return Tensor.data(point).add(Tensor.data(direction).mul(step));
    }

    @Test
    void aGraphOfTwentyThousandNodesIsNoProblem() {
        Parameter x = Parameter.of(new double[] {0.5}, 1);
        Tensor y = x.tensor();
        for (int i = 0; i < 10_000; i++) {
            y = y.mul(0.5).add(0.25);
        }
        Gradients gradients = y.sum().backward(List.of(x));
        assertEquals(0.5, gradients.loss().item(), 1e-12);
        assertEquals(Math.pow(0.5, 10_000), gradients.of(x).toDoubles()[0]);
        Tensor again = gradients.of(x);
        Execution.with(
                EagerExecution.of(new Backend.Reference()), () -> again.add(1).toDoubles());
    }

    @Test
    void onlyAScalarHasGradients() {
        Parameter x = Parameter.zeros(2, 3);
        String message = assertThrows(
                        ShapeException.class, () -> x.tensor().tanh().backward(List.of(x)))
                .getMessage();
        assertTrue(message.contains("[2, 3]") && message.contains("mean()"), message);
    }

    @Test
    void askingForAnotherVariableIsRefused() {
        Parameter x = Parameter.zeros(2);
        Gradients gradients = x.tensor().sum().backward(List.of(x));
        assertThrows(IllegalArgumentException.class, () -> gradients.of(Parameter.zeros(2)));
    }

    @Test
    void gradientsBearThePathOfTheirLayer() {
        Parameter x = Parameter.zeros(2, 3);
        Tensor y = LayerPath.within(
                "layers", () -> LayerPath.within("0", () -> x.tensor().tanh()));
        assertEquals("layers.0", y.path());
        assertEquals("layers.0", y.sum().backward(List.of(x)).of(x).path());
    }

    @Test
    void theCheckFindsAWrongGradient() {
        List<Value> inputs =
                new ArrayList<>(List.of(Tensor.of(new double[] {0.3, -0.7}, 2).value()));
        assertTrue(GradientCheck.run(x -> x.getFirst().tanh().sum(), inputs).worst() < 1e-9);
        GradientCheck.Report wrong = GradientCheck.run(
                x -> x.getFirst()
                        .tanh()
                        .sum()
                        .add(x.getFirst().detach().slice(0, 1, 1).sum()),
                inputs);
        assertTrue(wrong.worst() > 0.1);
        assertEquals(1, wrong.element());
        assertThrows(
                ShapeException.class,
                () -> GradientCheck.run(
                        x -> x.getFirst().sum(),
                        List.of(Tensor.of(new float[2], 2).value())));
    }
}
