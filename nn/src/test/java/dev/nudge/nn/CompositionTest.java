package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Variable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompositionTest {
    private static final RandomKey KEY = RandomKey.of(7);

    // ---- residual and parallel ------------------------------------------------------------------------------------

    @Test
    void aResidualAddsItsInputOrItsProjection() {
        Linear body = new Linear(Parameter.of(new float[] {2}, 1, 1), null);
        Linear projection = new Linear(Parameter.of(new float[] {10}, 1, 1), null);
        Tensor x = Tensor.of(new float[] {3, -1}, 2, 1);

        assertArrayEquals(new float[] {9, -3}, Residual.of(body).forward(x).toFloats());
        assertArrayEquals(
                new float[] {36, -12},
                Residual.of(body).withProjection(projection).forward(x).toFloats());
    }

    @Test
    void branchesAreJoinedSideBySideOrAdded() {
        Layer twice = (x, _) -> x.mul(2);
        Layer half = (x, _) -> x.slice(-1, 0, 1).mul(0.5);
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);

        assertArrayEquals(
                new float[] {2, 4, 0.5f, 6, 8, 1.5f},
                Parallel.concat(twice, half).forward(x).toFloats());
        assertArrayEquals(
                new float[] {3, 6, 9, 12},
                Parallel.sum(twice, (y, _) -> y).forward(x).toFloats());
        var refused = assertThrows(
                ShapeException.class, () -> Parallel.sum(twice, half).forward(x));
        assertTrue(
                refused.getMessage().contains("[2, 2]") && refused.getMessage().contains("[2, 1]"));
        assertThrows(IllegalArgumentException.class, Parallel::concat);
    }

    @Test
    void aBodyOfAnotherShapeIsRefusedNamingTheProjection() {
        Tensor x = Tensor.of(new float[6], 2, 3);
        var without = assertThrows(
                ShapeException.class, () -> Residual.of(Linear.of(3, 1, KEY)).forward(x));
        assertTrue(without.getMessage().contains("give a projection"), without.getMessage());
        assertThrows(
                ShapeException.class,
                () -> Residual.of(Linear.of(3, 4, KEY))
                        .withProjection(Linear.of(3, 5, KEY))
                        .forward(x));
    }

    @Test
    void pathsAndSummariesNameTheParts() {
        Layer model = Sequential.of(
                Residual.of(Sequential.of(BatchNorm.of(4), Linear.of(4, 6, KEY)))
                        .withProjection(Linear.of(4, 6, KEY)),
                Parallel.concat(Linear.of(6, 2, KEY), new Frozen(Sequential.of(Linear.of(6, 1, KEY)))));

        assertEquals(
                List.of(
                        "layers.0.body.layers.0.weight",
                        "layers.0.body.layers.0.bias",
                        "layers.0.body.layers.1.weight",
                        "layers.0.body.layers.1.bias",
                        "layers.0.projection.weight",
                        "layers.0.projection.bias",
                        "layers.1.branches.0.weight",
                        "layers.1.branches.0.bias",
                        "layers.1.branches.1.layers.0.weight",
                        "layers.1.branches.1.layers.0.bias"),
                List.copyOf(model.parameters().keySet()));
        Summary summary = Summary.of(model, Shape.of(5, 4));
        assertEquals(8 + 30 + 30 + 14 + 7, summary.parameters());
        Map<String, Long> sizes = new LinkedHashMap<>();
        summary.rows().forEach(row -> sizes.put(row.path() + " " + row.layer(), row.parameters()));
        assertEquals(
                Map.of(
                        "layers.0.body.layers.0 BatchNorm", 8L,
                        "layers.0.body.layers.1 Linear", 30L,
                        "layers.0.projection Linear", 30L,
                        "layers.0 Residual", 0L,
                        "layers.1.branches.0 Linear", 14L,
                        "layers.1.branches.1.layers.0 Linear", 7L),
                sizes);
        long residual = summary.rows().stream()
                .filter(row -> row.layer().equals("Residual"))
                .mapToLong(Summary.Row::flops)
                .sum();
        assertEquals(5 * 6, residual, "one addition per element");
    }

    // ---- shared parameters ----------------------------------------------------------------------------------------

    /// Rows of a table for indices, and logits by the likeness to each row.
    record Tied(Parameter table) implements Layer {
        @Override
        public Tensor forward(Tensor indices, Pass pass) {
            return table.tensor().gather(indices).matmul(table.tensor().transpose());
        }
    }

    @Test
    void aTableThatIsBothEmbeddingAndOutputGetsTheSumOfBothGradients() {
        double[] elements = {1, 2, 3, 4, 5, 6};
        Tensor indices = Tensor.of(new int[] {2, 0}, 2);
        Tensor weights = Tensor.of(new double[] {1, -1, 2, 0.5, 3, -2}, 2, 3);
        Parameter tied = Parameter.of(elements, 3, 2);
        Parameter in = Parameter.of(elements, 3, 2);
        Parameter out = Parameter.of(elements, 3, 2);

        Tensor loss = new Tied(tied).forward(indices).mul(weights).sum();
        Tensor apart = in.tensor()
                .gather(indices)
                .matmul(out.tensor().transpose())
                .mul(weights)
                .sum();

        var gradients = apart.backward(List.of(in, out));
        assertEquals(List.of("table"), List.copyOf(new Tied(tied).parameters().keySet()));
        assertArrayEquals(
                gradients.of(in).add(gradients.of(out)).toDoubles(),
                loss.backward(List.of(tied)).of(tied).toDoubles(),
                1e-12);
    }

    // ---- freezing -------------------------------------------------------------------------------------------------

    private static Map<String, float[]> numbers(Map<String, ? extends Variable> variables) {
        Map<String, float[]> numbers = new LinkedHashMap<>();
        variables.forEach(
                (path, variable) -> numbers.put(path, variable.tensor().toFloats()));
        return numbers;
    }

    private static Layer backbone() {
        return Sequential.of(Linear.of(3, 8, KEY.at(1)), BatchNorm.of(8), new Relu(), new Dropout(0.5));
    }

    @Test
    void frozenLayersKeepTheirBitsWhileTheOthersLearn() {
        Layer backbone = backbone();
        Layer model = Sequential.of(Linear.of(5, 3, KEY.at(4)), new Frozen(backbone), Linear.of(8, 2, KEY.at(2)));
        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(0.1), 0.01, model);
        Map<String, float[]> before = numbers(model.parameters());
        Map<String, float[]> statistics = numbers(model.buffers());
        double first = 0;
        double last = 0;
        for (int step = 1; step <= 20; step++) {
            Tensor x = Tensor.data(Tensor.normal(KEY.at(10), 16, 5).value());
            int[] kinds = new int[16];
            Arrays.setAll(kinds, i -> x.toFloats()[5 * i] > 0 ? 1 : 0);
            Tensor loss = Losses.crossEntropy(model.forward(x, Pass.training(KEY.at(step))), Tensor.of(kinds, 16));
            last = optimizer
                    .step(loss.backward(optimizer.parameters().values()))
                    .loss();
            first = step == 1 ? last : first;
        }

        Map<String, float[]> after = numbers(model.parameters());
        for (String path : before.keySet()) {
            boolean frozen = path.startsWith("layers.1.");
            assertEquals(frozen, Arrays.equals(before.get(path), after.get(path)), path);
            assertEquals(!frozen, optimizer.parameters().containsKey(path), path);
        }
        statistics.forEach((path, numbers) ->
                assertArrayEquals(numbers, numbers(model.buffers()).get(path), path));
        assertTrue(last < 0.9 * first, first + " to " + last);
        assertTrue(optimizer.state().keySet().stream().noneMatch(name -> name.startsWith("layers.1.")));
    }

    @Test
    void pathsAreTheSameWithAndWithoutFreezing() {
        Layer backbone = backbone();
        Layer frozen = Sequential.of(new Frozen(backbone), Linear.of(8, 2, KEY));
        Layer free = Sequential.of(backbone, Linear.of(8, 2, KEY));

        assertEquals(free.parameters().keySet(), frozen.parameters().keySet());
        assertEquals(free.buffers().keySet(), frozen.buffers().keySet());
    }

    @Test
    void aFrozenLayerRunsAsInUse() {
        Layer backbone = backbone();
        Tensor x = Tensor.data(Tensor.normal(KEY, 4, 3).value());

        assertArrayEquals(
                backbone.forward(x).toFloats(),
                new Frozen(backbone).forward(x, Pass.training(KEY)).toFloats());
    }

    @Test
    void aStepOnAFrozenModelNeedsNoGradientOfIt() {
        Linear frozen = Linear.of(3, 8, KEY);
        Layer model = Sequential.of(new Frozen(frozen), Linear.of(8, 2, KEY));
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, model);
        Tensor loss = model.forward(Tensor.of(new float[6], 2, 3)).square().mean();

        var gradients = loss.backward(optimizer.parameters().values());

        assertFalse(gradients.variables().contains(frozen.weight()));
        optimizer.step(gradients);
    }

    /// A model that is no layer, whose part is frozen deep inside.
    record Nested(List<Layer> parts) implements Model {}

    @Test
    void frozenPartsAreFoundAtAnyDepthAndWhereTheyAreShared() {
        Linear shared = Linear.of(2, 2, KEY.at(1));
        Linear free = Linear.of(2, 2, KEY.at(2));
        Model model = new Nested(List.of(Sequential.of(Residual.of(new Frozen(shared)), free), shared));

        assertEquals(
                List.of("parts.0.layers.1.weight", "parts.0.layers.1.bias"),
                List.copyOf(Frozen.trained(model).keySet()));
        var nothing =
                assertThrows(IllegalArgumentException.class, () -> Optimizer.of(AdamW.of(), 0.1, new Frozen(shared)));
        assertTrue(nothing.getMessage().contains("nothing to train"), nothing.getMessage());
    }
}
