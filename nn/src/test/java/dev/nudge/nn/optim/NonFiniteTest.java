package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Mlp;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NonFiniteTest {
    private static final RandomKey KEY = RandomKey.of(31);

    record Exponential(double factor) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return x.mul(factor).exp();
        }
    }

    private Mlp model;
    private Optimizer optimizer;

    @BeforeEach
    void takeTwoSteps() {
        model = Mlp.of(3, new int[] {5}, 2, new Relu(), KEY);
        optimizer = Optimizer.of(Adam.of(), 0.01, model);
        for (int i = 1; i <= 2; i++) {
            optimizer.step(loss(inputs()));
        }
    }

    private static float[] inputs() {
        return Tensor.normal(KEY.at(1), 8, 3).toFloats();
    }

    private Gradients loss(float[] inputs) {
        Tensor logits = model.forward(Tensor.of(inputs, 8, 3), Pass.training(KEY));
        return Losses.crossEntropy(logits, Tensor.of(new int[] {0, 1, 0, 1, 1, 0, 1, 0}, 8))
                .backward(model.parameters().values());
    }

    private static List<double[]> everything(Optimizer optimizer) {
        List<double[]> all = new ArrayList<>();
        optimizer.parameters().values().forEach(p -> all.add(p.tensor().toDoubles()));
        optimizer.state().values().forEach(b -> all.add(b.tensor().toDoubles()));
        return all;
    }

    /// The refusal of a step, of which everything must be as before.
    private static NonFiniteException refused(Optimizer optimizer, Gradients gradients) {
        List<double[]> before = everything(optimizer);
        long steps = optimizer.steps();
        NonFiniteException error = assertThrows(NonFiniteException.class, () -> optimizer.step(gradients));
        List<double[]> after = everything(optimizer);
        for (int i = 0; i < before.size(); i++) {
            assertArrayEquals(before.get(i), after.get(i));
        }
        assertEquals(steps, optimizer.steps());
        assertTrue(error.getMessage().contains("step " + (steps + 1) + " changed nothing"), error.getMessage());
        return error;
    }

    @Test
    void anInfiniteInputIsNamedWithItsRow() {
        float[] inputs = inputs();
        inputs[3 * 3 + 1] = Float.POSITIVE_INFINITY;

        NonFiniteException error = refused(optimizer, loss(inputs));

        assertEquals("E702", error.code());
        assertEquals(List.of(3), error.rows());
        assertTrue(error.getMessage().contains("Infinity at row 3, element 1"), error.getMessage());
    }

    @Test
    void severalBadRowsAreAllNamed() {
        float[] inputs = inputs();
        inputs[0] = Float.NaN;
        inputs[7 * 3] = Float.NaN;
        inputs[7 * 3 + 2] = Float.NEGATIVE_INFINITY;

        NonFiniteException error = refused(optimizer, loss(inputs));

        assertEquals(List.of(0, 7), error.rows());
        assertTrue(error.getMessage().contains("3 of 24 values"), error.getMessage());
    }

    @Test
    void trainingGoesOnAfterARefusedStep() {
        float[] inputs = inputs();
        inputs[0] = Float.NaN;
        refused(optimizer, loss(inputs));

        assertEquals(3, optimizer.step(loss(inputs())).step());
    }

    @Test
    void theLogarithmOfZeroInAUsersLossIsNamed() {
        Tensor hidden = model.forward(Tensor.of(inputs(), 8, 3)).relu();

        NonFiniteException error = refused(
                optimizer, hidden.log().mean().backward(model.parameters().values()));

        assertEquals("E701", error.code());
        assertEquals("log", error.op());
        assertTrue(error.getMessage().contains("logarithm"), error.getMessage());
    }

    @Test
    void zeroByZeroAndARootBelowZeroAreNamed() {
        Parameter parameter = Parameter.of(new float[] {1, -1}, 2);
        Optimizer own = Optimizer.of(Sgd.of(), 0.1, new Point(parameter));
        Tensor zero = Tensor.of(new float[2], 2);

        Tensor quotient = parameter.tensor().mul(zero).div(zero).sum();
        assertEquals("div", refused(own, quotient.backward(List.of(parameter))).op());
        Tensor root = parameter.tensor().sqrt().sum();
        assertEquals("sqrt", refused(own, root.backward(List.of(parameter))).op());
    }

    @Test
    void anInfiniteSlopeIsFoundInTheBackwardPass() {
        Parameter parameter = Parameter.of(new float[] {0, 1}, 2);
        Optimizer own = Optimizer.of(Sgd.of(), 0.1, new Point(parameter));

        NonFiniteException error = refused(own, parameter.tensor().sqrt().sum().backward(List.of(parameter)));

        assertEquals("E701", error.code());
        assertEquals("div", error.op(), "dx = dy / 2y");
    }

    @Test
    void anOverflowInsideALayerIsNamedWithItsPath() {
        Parameter parameter = Parameter.of(new float[] {1, 2, 3}, 3);
        Layer layers = Sequential.of(new Point(parameter), new Exponential(50));
        Optimizer own = Optimizer.of(Sgd.of(), 0.1, layers);

        NonFiniteException error =
                refused(own, layers.forward(Tensor.of(new float[3], 3)).sum().backward(List.of(parameter)));

        assertEquals("exp", error.op());
        assertEquals("layers.1", error.path());
        assertEquals(List.of(1, 2), error.rows());
        assertTrue(error.getMessage().contains("exp F32 [3] in layers.1: 2 of 3 values"), error.getMessage());
    }

    @Test
    void aParameterThatIsNotFiniteIsNamedByItsPath() {
        Parameter bias = model.parameters().get("layers.2.bias");
        bias.assign(Tensor.of(new float[] {0, Float.NaN}, 2).value());

        NonFiniteException error = refused(optimizer, loss(inputs()));

        assertEquals("E703", error.code());
        assertEquals("layers.2.bias", error.path());
        assertEquals(List.of(), error.rows(), "its rows are no examples");
    }

    /// Whose loss falls by `slope` as its parameter grows by 1.
    private static Gradients downhill(Parameter parameter, float slope) {
        return parameter.tensor().mul(Tensor.of(new float[] {-slope}, 1)).sum().backward(List.of(parameter));
    }

    @Test
    void theStepThatReadsAnOverflowSaysWhichStepsMayHaveBroughtIt() {
        Parameter parameter = Parameter.of(new float[] {1}, 1);
        Optimizer own = Optimizer.of(Sgd.of(), 1000, new Point(parameter));
        own.step(downhill(parameter, 1));
        own.holdRate(1e38);
        own.step(downhill(parameter, 1000)); // 1001 + 1000 * 1e38 is too large
        NonFiniteException error = refused(own, downhill(parameter, 1));
        assertEquals("E703", error.code());
        assertTrue(error.getMessage().contains("finite after step 0"), error.getMessage());
        assertTrue(error.getMessage().contains("an update of steps 1 to 2 overflowed"), error.getMessage());
    }

    @Test
    void whoAsksIsToldOfTheStepThatOverflowed() {
        Parameter parameter = Parameter.of(new float[] {1}, 1);
        Optimizer own = Optimizer.of(Sgd.of(), 1000, new Point(parameter));
        own.step(downhill(parameter, 1));
        own.checkFinite();
        own.holdRate(1e38);
        own.step(downhill(parameter, 1000));
        NonFiniteException error = assertThrows(NonFiniteException.class, own::checkFinite);
        assertEquals("E703", error.code());
        assertEquals(2, error.step());
        assertTrue(error.getMessage().contains("the update of step 2 overflowed"), error.getMessage());
        assertTrue(error.getMessage().contains("(first Infinity at row 0)"), error.getMessage());
    }

    @Test
    void aParameterThatWasNeverFiniteIsNotBlamedOnAStep() {
        Parameter parameter = Parameter.of(new float[] {Float.NaN}, 1);
        Optimizer own = Optimizer.of(Sgd.of(), 0.1, new Point(parameter));
        NonFiniteException error = refused(own, downhill(parameter, 1));
        assertTrue(error.getMessage().contains("It was so before step 1"), error.getMessage());
    }

    @Test
    void aSumThatOverflowsInTheMemoryOfARuleIsFound() {
        Parameter parameter = Parameter.of(new float[] {1}, 1);
        Optimizer own = Optimizer.of(Adagrad.of(), 0.1, new Point(parameter));
        for (int step = 1; step <= 4; step++) { // 4 * 1e38 is too large, and nothing would ever move again
            own.checkFinite();
            own.step(downhill(parameter, 1e19f));
        }
        NonFiniteException error = assertThrows(NonFiniteException.class, own::checkFinite);
        assertEquals(4, error.step());
        assertEquals(own.state().firstEntry().getKey(), error.path());
    }

    @Test
    void anInfinityThatIsTakenAwayAgainIsNotBlamed() {
        Parameter parameter = Parameter.of(new float[] {0, 4}, 2);
        Optimizer own = Optimizer.of(Sgd.of(), 0.1, new Point(parameter));
        Tensor x = parameter.tensor();
        Tensor harmless = x.greater(0).where(x.detach().log(), x.constantLike(0)); // log 0 is not chosen
        Tensor harmful = x.sub(4).detach().log(); // log -4 and log 0 are

        NonFiniteException error =
                refused(own, harmless.add(harmful.mul(x)).sum().backward(List.of(parameter)));

        assertEquals("log", error.op());
        assertTrue(error.getMessage().contains("2 of 2 values"), error.getMessage());
    }

    @Test
    void aHarmlessInfinityDoesNotStopAStep() {
        Parameter parameter = Parameter.of(new float[] {0, 4}, 2);
        Optimizer own = Optimizer.of(Sgd.of(), 0.1, new Point(parameter));
        Tensor x = parameter.tensor();

        own.step(x.greater(0).where(x.detach().log(), x).sum().backward(List.of(parameter)));

        assertEquals(1, own.steps());
    }
}
