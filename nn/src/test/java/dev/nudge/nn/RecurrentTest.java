package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.LongShortTermMemory;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecurrentTest {
    private static final RandomKey KEY = RandomKey.of(7);

    private static Stream<Cell.Factory> cells() {
        return Stream.of(
                RnnCell::of,
                (in, width, key) -> RnnCell.of(in, width, key).withActivation(new Relu()),
                LstmCell::of,
                GruCell::of);
    }

    private static double[] normals(int seed, int count) {
        return Tensor.normal(RandomKey.of(seed), count).toDoubles();
    }

    private static Tensor normal(int seed, int... shape) {
        return Tensor.of(normals(seed, Shape.of(shape).elements()), shape);
    }

    // ---- values, by plain arithmetic from the formulas, with weights as PyTorch has them: a row per output ----------

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] affine(double[] weight, double[] bias, double[] x) {
        double[] y = bias.clone();
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += weight[i * x.length + j] * x[j];
            }
        }
        return y;
    }

    /// The parameter that holds the transpose.
    private static Parameter transposed(double[] weight, int rows, int columns) {
        return Parameter.of(Tensor.of(weight, rows, columns).transpose().mul(1).toDoubles(), columns, rows);
    }

    private static Tensor alone(Cell cell, Tensor x) {
        return new Recurrent(List.of(new Recurrent.Level(cell, null)), new Dropout(0)).forward(x);
    }

    @Test
    void anLstmFollowsItsFormulas() {
        int in = 3;
        int width = 2;
        double[] ofInput = normals(1, 4 * width * in);
        double[] ofState = normals(2, 4 * width * width);
        double[] bias = normals(3, 4 * width);
        double[] x = normals(4, 5 * in);
        double[] h = new double[width];
        double[] c = new double[width];
        double[] expected = new double[5 * width];
        for (int t = 0; t < 5; t++) {
            double[] a = affine(ofInput, bias, Arrays.copyOfRange(x, t * in, t * in + in));
            double[] b = affine(ofState, new double[4 * width], h);
            for (int j = 0; j < width; j++) {
                double i = sigmoid(a[j] + b[j]);
                double f = sigmoid(a[width + j] + b[width + j]);
                double g = Math.tanh(a[2 * width + j] + b[2 * width + j]);
                double o = sigmoid(a[3 * width + j] + b[3 * width + j]);
                c[j] = f * c[j] + i * g;
                h[j] = o * Math.tanh(c[j]);
                expected[t * width + j] = h[j];
            }
        }
        LstmCell cell = new LstmCell(
                transposed(ofInput, 4 * width, in),
                transposed(ofState, 4 * width, width),
                Parameter.of(bias, 4 * width));
        assertArrayEquals(expected, alone(cell, Tensor.of(x, 1, 5, in)).toDoubles(), 1e-14);
    }

    @Test
    void aGruFollowsItsFormulas() {
        int in = 3;
        int width = 2;
        double[] ofInput = normals(1, 3 * width * in);
        double[] ofState = normals(2, 3 * width * width);
        double[] bias = normals(3, 3 * width);
        double[] recurrentBias = normals(5, 3 * width);
        double[] x = normals(4, 5 * in);
        double[] h = new double[width];
        double[] expected = new double[5 * width];
        for (int t = 0; t < 5; t++) {
            double[] a = affine(ofInput, bias, Arrays.copyOfRange(x, t * in, t * in + in));
            double[] b = affine(ofState, recurrentBias, h);
            for (int j = 0; j < width; j++) {
                double r = sigmoid(a[j] + b[j]);
                double z = sigmoid(a[width + j] + b[width + j]);
                double n = Math.tanh(a[2 * width + j] + r * b[2 * width + j]);
                h[j] = (1 - z) * n + z * h[j];
                expected[t * width + j] = h[j];
            }
        }
        GruCell cell = new GruCell(
                transposed(ofInput, 3 * width, in),
                transposed(ofState, 3 * width, width),
                Parameter.of(bias, 3 * width),
                Parameter.of(recurrentBias, 3 * width));
        assertArrayEquals(expected, alone(cell, Tensor.of(x, 1, 5, in)).toDoubles(), 1e-14);
    }

    @Test
    void aSimpleCellFollowsItsFormulaWithEitherActivation() {
        double[] x = {1, -2, 0.5};
        Parameter half = Parameter.of(new double[] {0.5}, 1, 1);
        RnnCell cell = new RnnCell(
                Parameter.of(new double[] {2}, 1, 1), half, Parameter.of(new double[] {0.25}, 1), new Tanh());
        double first = Math.tanh(2.25);
        double second = Math.tanh(-3.75 + 0.5 * first);
        double third = Math.tanh(1.25 + 0.5 * second);
        assertArrayEquals(
                new double[] {first, second, third},
                alone(cell, Tensor.of(x, 1, 3, 1)).toDoubles(),
                1e-15);
        assertArrayEquals(
                new double[] {2.25, 0, 1.25},
                alone(cell.withActivation(new Relu()), Tensor.of(x, 1, 3, 1)).toDoubles());
    }

    // ---- gradients ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("cells")
    void gradientsAreThoseOfFiniteDifferencesThroughLevelsDirectionsAndMasks(Cell.Factory factory) {
        Recurrent layer = InDouble.of(Recurrent.bidirectional(factory, 3, 2, 2, KEY));
        layer.parameters().forEach((name, parameter) -> { // with biases of zero, rectified units would be at their kink
            if (name.endsWith("ias")) {
                parameter.assign(normal(13 + name.hashCode(), parameter.shape().toArray())
                        .value());
            }
        });
        Tensor x = normal(11, 2, 4, 3);
        Tensor mask = Sequences.mask(4, 4, 2);
        Tensor weights = normal(12, 2, 4, 4);
        assertTrue(InDouble.worstGradientError(
                        layer,
                        () -> layer.run(x, mask, null, Pass.inference())
                                .sequence()
                                .mul(weights)
                                .sum())
                < 1e-6);
        assertTrue(InDouble.worstGradientError(
                        x.value(),
                        in -> layer.run(in, mask, null, Pass.inference())
                                .sequence()
                                .mul(weights)
                                .sum())
                < 1e-6);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void gradientsOfTheStateAtTheEndReachThatAtTheStart(Cell.Factory factory) {
        Recurrent layer = InDouble.of(Recurrent.bidirectional(factory, 3, 2, 1, KEY));
        Tensor x = normal(11, 2, 3, 3);
        Tensor mask = Sequences.mask(3, 3, 1);
        int parts = layer.start(2, DType.F64).parts().size();
        for (int part = 0; part < parts; part++) {
            int moved = part;
            double error = InDouble.worstGradientError(normal(20 + part, 2, 2).value(), in -> {
                List<Tensor> start = new ArrayList<>();
                for (int other = 0; other < parts; other++) {
                    start.add(other == moved ? in : normal(20 + other, 2, 2));
                }
                Tensor sum = Tensor.constant(DType.F64, 0);
                for (Tensor end : layer.run(x, mask, new Recurrent.State(start), Pass.inference())
                        .state()
                        .parts()) {
                    sum = sum.add(end.mul(normal(30, 2, 2)).sum());
                }
                return sum;
            });
            assertTrue(error < 1e-6, "part " + part + ": " + error);
        }
    }

    @Test
    void theGradientOfOutputsAloneIsNotFilledUpWithZeros() {
        Recurrent layer = Recurrent.of(LstmCell::of, 3, 4, 1, KEY);
        Parameter x = Parameter.zeros(2, 5, 3);
        Tensor gradient =
                layer.forward(x.tensor()).sumOfSquares().backward(List.of(x)).of(x);
        Tensor node = gradient;
        while (!(node.op() instanceof LongShortTermMemory.LstmGradient)) {
            node = node.input(0);
        }
        assertEquals(Shape.of(2, 5, 4), node.input(3).shape());
    }

    // ---- padding --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("cells")
    void paddingChangesNoBitOfResultsOrGradients(Cell.Factory factory) {
        Recurrent layer = Recurrent.bidirectional(factory, 3, 4, 2, KEY);
        Tensor x = Tensor.normal(KEY, 1, 5, 3);
        float[] padded = Arrays.copyOf(x.toFloats(), 9 * 3);
        Arrays.fill(padded, 15, 27, Float.NaN);
        List<Parameter> parameters = List.copyOf(layer.parameters().values());

        Recurrent.Output bare = layer.run(x, null, null, Pass.inference());
        Recurrent.Output masked = layer.run(Tensor.of(padded, 1, 9, 3), Sequences.mask(9, 5), null, Pass.inference());

        assertArrayEquals(
                bare.sequence().toFloats(), masked.sequence().slice(1, 0, 5).toFloats());
        assertArrayEquals(new float[4 * 8], masked.sequence().slice(1, 5, 4).toFloats());
        assertArrayEquals(bare.last().toFloats(), masked.last().toFloats());
        Gradients expected = bare.last().sumOfSquares().backward(parameters);
        Gradients found = masked.last().sumOfSquares().backward(parameters);
        layer.parameters()
                .forEach((name, parameter) -> assertArrayEquals(
                        expected.of(parameter).toFloats(), found.of(parameter).toFloats(), name));
    }

    @Test
    void theLastOutputIsWhereEachDirectionEnds() {
        Recurrent layer = Recurrent.bidirectional(GruCell::of, 3, 4, 1, KEY);
        Recurrent.Output output =
                layer.run(Tensor.normal(KEY, 2, 6, 3), Sequences.mask(6, 2, 6), null, Pass.inference());
        Tensor sequence = output.sequence();
        Tensor forward = Sequences.last(sequence, Sequences.mask(6, 2, 6)).slice(1, 0, 4);
        Tensor backward = sequence.slice(1, 0, 1).squeeze(1).slice(1, 4, 4);
        assertArrayEquals(
                Tensor.concat(1, forward, backward).toFloats(), output.last().toFloats());
    }

    // ---- invariants -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("cells")
    void bothDirectionsWithTheSameCellMirrorEachOtherOnAPalindrome(Cell.Factory factory) {
        Cell cell = factory.of(2, 3, KEY);
        Recurrent layer = new Recurrent(List.of(new Recurrent.Level(cell, cell)), new Dropout(0));
        Tensor half = Tensor.normal(KEY, 1, 3, 2);
        Tensor palindrome = Tensor.concat(1, half, half.flip(1));

        Tensor y = layer.forward(palindrome);

        assertArrayEquals(y.slice(2, 0, 3).toFloats(), y.slice(2, 3, 3).flip(1).toFloats());
    }

    @Test
    void anUpdateGateThatIsFullKeepsTheState() {
        GruCell cell = GruCell.of(2, 3, KEY);
        float[] bias = new float[9];
        Arrays.fill(bias, 3, 6, 100);
        GruCell full = new GruCell(cell.input(), cell.recurrent(), Parameter.of(bias, 9), cell.recurrentBias());
        Recurrent layer = new Recurrent(List.of(new Recurrent.Level(full, null)), new Dropout(0));
        Tensor start = Tensor.of(new float[] {0.5f, -1, 2}, 1, 3);

        Recurrent.Output output =
                layer.run(Tensor.normal(KEY, 1, 50, 2), null, new Recurrent.State(List.of(start)), Pass.inference());

        assertArrayEquals(start.toFloats(), output.last().toFloats(), 1e-5f);
    }

    @Test
    void anLstmThatForgetsNothingAndTakesNothingKeepsItsMemory() {
        LstmCell cell = LstmCell.of(2, 2, KEY);
        float[] bias = {-200, -200, 200, 200, 0, 0, 0, 0};
        LstmCell closed = new LstmCell(cell.input(), cell.recurrent(), Parameter.of(bias, 8));
        Recurrent layer = new Recurrent(List.of(new Recurrent.Level(closed, null)), new Dropout(0));
        Tensor memory = Tensor.of(new float[] {3, -4}, 1, 2);
        Recurrent.State start = new Recurrent.State(List.of(Tensor.of(new float[2], 1, 2), memory));
        List<Tensor> end = layer.run(Tensor.normal(KEY, 1, 30, 2), null, start, Pass.inference())
                .state()
                .parts();
        assertArrayEquals(memory.toFloats(), end.get(1).toFloats());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void twoPiecesWithTheStateCarriedAreTheWhole(Cell.Factory factory) {
        Recurrent layer = Recurrent.of(factory, 3, 4, 2, KEY);
        Tensor x = Tensor.normal(KEY, 2, 7, 3);
        Recurrent.Output whole = layer.run(x, null, null, Pass.inference());
        Recurrent.Output first = layer.run(x.slice(1, 0, 3), null, null, Pass.inference());
        Recurrent.Output second =
                layer.run(x.slice(1, 3, 4), null, first.state().detach(), Pass.inference());
        assertArrayEquals(
                whole.sequence().toFloats(),
                Tensor.concat(1, first.sequence(), second.sequence()).toFloats());
        for (int i = 0; i < whole.state().parts().size(); i++) {
            assertArrayEquals(
                    whole.state().parts().get(i).toFloats(),
                    second.state().parts().get(i).toFloats());
        }
    }

    @Test
    void noGradientFlowsIntoAStateThatIsDetached() {
        Recurrent layer = Recurrent.of(RnnCell::of, 1, 1, 1, KEY);
        Parameter x = Parameter.of(new float[] {1, 2}, 1, 2, 1);
        Recurrent.State state =
                layer.run(x.tensor(), null, null, Pass.inference()).state();
        Tensor cut =
                layer.run(x.tensor(), null, state.detach(), Pass.inference()).last();
        Tensor fresh = layer.run(
                        x.tensor(),
                        null,
                        new Recurrent.State(
                                List.of(Tensor.of(state.parts().getFirst().toFloats(), 1, 1))),
                        Pass.inference())
                .last();
        assertArrayEquals(
                fresh.sum().backward(List.of(x)).of(x).toFloats(),
                cut.sum().backward(List.of(x)).of(x).toFloats());
    }

    @Test
    void largeInputsSaturateAndStayFinite() {
        for (Cell.Factory factory : List.<Cell.Factory>of(RnnCell::of, LstmCell::of, GruCell::of)) {
            Recurrent layer = Recurrent.of(factory, 2, 3, 1, KEY);
            Tensor y = layer.forward(Tensor.normal(KEY, 2, 5, 2).mul(1e30));
            for (Parameter parameter : layer.parameters().values()) {
                Tensor gradient = y.sumOfSquares().backward(List.of(parameter)).of(parameter);
                assertTrue(IntStream.range(0, gradient.shape().elements())
                        .allMatch(i -> Float.isFinite(gradient.toFloats()[i])));
            }
            for (float element : y.toFloats()) {
                assertTrue(Math.abs(element) <= 1);
            }
        }
    }

    // ---- running --------------------------------------------------------------------------------------------------

    private static float[] trained(Execution execution, int time) {
        return Execution.with(execution, () -> {
            Recurrent layer =
                    Recurrent.bidirectional(LstmCell::of, 4, 8, 2, KEY).withDropout(0.3);
            Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, layer);
            float[] losses = new float[3];
            for (int step = 0; step < losses.length; step++) {
                Tensor x = Tensor.data(Tensor.normal(KEY.at(step), 6, time, 4).value());
                Tensor y = layer.run(x, Sequences.mask(time, 5, 3, 2, 1, 5, 4), null, Pass.training(KEY.at(9L + step)))
                        .last();
                losses[step] = (float) optimizer
                        .step(y.sub(1)
                                .square()
                                .mean()
                                .backward(optimizer.parameters().values()))
                        .loss();
            }
            return losses;
        });
    }

    @Test
    void trainingGivesTheSameBitsPlannedAndEagerAndMakesOnePlanForAllSteps() {
        PlannedExecution planned = PlannedExecution.of(Backend.load());
        assertArrayEquals(trained(EagerExecution.of(Backend.load()), 5), trained(planned, 5));
        assertEquals(2, planned.plans()); // one that draws inputs, one for the steps
    }

    @Test
    void theSecondStepPlansNothingAndNeitherDoesACarriedState() {
        PlannedExecution planned = PlannedExecution.of(Backend.load());
        Recurrent layer = Recurrent.of(LstmCell::of, 4, 4, 1, KEY);
        List<Tensor> pieces = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pieces.add(Tensor.data(Tensor.normal(KEY.at(i), 1, 40, 4).value()));
        }
        long before = planned.plans();
        double loss = Execution.with(planned, () -> SequenceSnippets.carried(layer, pieces));
        assertTrue(loss > 0 && loss < 2, "" + loss);
        assertEquals(1, planned.plans() - before);
    }

    @Test
    void takingASequenceApartCostsItsLengthNotTheSquare() {
        Parameter x = Parameter.zeros(100, 3);
        Tensor sum = Tensor.constant(DType.F32, 0);
        for (int t = 99; t >= 0; t--) {
            if (t != 50) {
                sum = sum.add(x.tensor().slice(0, t, 1).sum().mul(t));
            }
        }
        Tensor gradient = sum.backward(List.of(x)).of(x);
        double[] expected = new double[300];
        Arrays.setAll(expected, i -> i / 3 == 50 ? 0 : i / 3);
        assertArrayEquals(expected, gradient.toDoubles());
        assertEquals("concat", gradient.op().name());
    }

    @Test
    void theSummaryCountsEachCell() {
        Recurrent layer = Recurrent.bidirectional(LstmCell::of, 8, 16, 2, KEY);
        Summary summary = Summary.of(layer, Shape.of(2, 5, 8));
        long first = 2 * (8 * 64 + 16 * 64 + 64);
        long second = 2 * (32 * 64 + 16 * 64 + 64);
        assertEquals(first + second, summary.parameters());
        long products = 2L * 2 * 5 * 64 * 2 * (8 + 16 + 32 + 16); // 2 m n k of two directions
        assertTrue(summary.flops() > products && summary.flops() < 1.2 * products, "" + summary.flops());
        assertEquals(
                List.of("levels.0.forward.input", "levels.0.forward.recurrent", "levels.0.forward.bias"),
                List.copyOf(layer.parameters().keySet()).subList(0, 3));
        assertEquals("Recurrent[LstmCell, 8 -> 32, levels 2, bidirectional]", layer.toString());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Recurrent layer = Recurrent.of(LstmCell::of, 3, 4, 1, KEY);
        assertThrows(ShapeException.class, () -> layer.forward(Tensor.normal(KEY, 2, 3)));
        assertThrows(ShapeException.class, () -> layer.forward(Tensor.normal(KEY, 2, 0, 3)));
        assertThrows(ShapeException.class, () -> layer.forward(Tensor.normal(KEY, 2, 5, 4)));
        Tensor x = Tensor.normal(KEY, 2, 5, 3);
        assertThrows(ShapeException.class, () -> layer.run(x, Sequences.mask(4, 1, 2), null, Pass.inference()));
        var state = assertThrows(
                ShapeException.class, () -> layer.run(x, null, layer.start(3, DType.F32), Pass.inference()));
        assertTrue(state.getMessage().contains("[3, 4]") && state.getMessage().contains("[2, 4]"), state.getMessage());
        assertThrows(
                ShapeException.class,
                () -> new LstmCell(Parameter.zeros(3, 16), Parameter.zeros(4, 12), Parameter.zeros(16)));
        assertThrows(IllegalArgumentException.class, () -> GruCell.of(0, 2, KEY));
        assertThrows(IllegalArgumentException.class, () -> Recurrent.of(GruCell::of, 2, 2, 0, KEY));
        assertThrows(ShapeException.class, () -> new Recurrent.Level(GruCell.of(2, 3, KEY), GruCell.of(2, 4, KEY)));
    }
}
