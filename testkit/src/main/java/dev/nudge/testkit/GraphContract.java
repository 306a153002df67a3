package dev.nudge.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What running whole graphs must keep on a backend: planned and eager execution, any number of threads and any number
/// of runs give the same bits. A backend's own test class extends this one.
public abstract class GraphContract {
    private static final int GRAPHS = 400;
    private static final int ROUNDS = 3;

    /// For subclasses, which name the backend.
    protected GraphContract() {}

    /// The backend under test, working on the given number of threads.
    protected abstract Backend backend(int threads);

    @Test
    void plannedAndEagerGiveTheSameBitsOnRandomGraphsRoundAfterRound() {
        long seed = Long.getLong("seed", 20260101);
        EagerExecution eager = EagerExecution.of(backend(1));
        for (int graph = 0; graph < GRAPHS; graph++) {
            RandomKey key = RandomKey.of(seed).at(graph);
            PlannedExecution planned = PlannedExecution.of(backend(1));
            List<Parameter> expected = RandomGraph.parameters(key);
            List<Parameter> actual = RandomGraph.parameters(key);
            for (int round = 0; round < ROUNDS; round++) {
                RandomKey feeds = key.at(-1 - round);
                String where = "graph " + graph + ", round " + round + " (-Dseed=" + seed + ")";
                assertSame(run(eager, key, expected, feeds), run(planned, key, actual, feeds), where);
            }
            assertTrue(
                    planned.plans() <= 1,
                    () -> "the structure never changed, yet " + planned.plans() + " plans were made");
        }
    }

    @Test
    void computingAgainInsteadOfKeepingGivesTheSameBitsOnRandomGraphs() {
        long seed = Long.getLong("seed", 20260202);
        for (int graph = 0; graph < GRAPHS; graph++) {
            RandomKey key = RandomKey.of(seed).at(graph);
            PlannedExecution keeping = PlannedExecution.of(backend(1));
            PlannedExecution again = keeping.withRecompute();
            List<Parameter> expected = RandomGraph.parameters(key);
            List<Parameter> actual = RandomGraph.parameters(key);
            for (int round = 0; round < ROUNDS; round++) {
                RandomKey feeds = key.at(-1 - round);
                String where = "graph " + graph + ", round " + round + " (-Dseed=" + seed + ")";
                assertSame(run(keeping, key, expected, feeds), run(again, key, actual, feeds), where);
            }
            assertTrue(again.bytes() <= keeping.bytes());
        }
    }

    @Test
    void anyNumberOfThreadsTrainsToTheSameBits() {
        List<Value> one = train(PlannedExecution.of(backend(1)));
        for (int threads = 2; threads <= 4; threads++) {
            assertSame(one, train(PlannedExecution.of(backend(threads))), threads + " threads");
        }
        assertSame(one, train(EagerExecution.of(backend(1))), "eager");
    }

    @Test
    void trainingMakesOnePlan() {
        PlannedExecution planned = PlannedExecution.of(backend(2));
        train(planned);
        assertEquals(1, planned.plans());
    }

    /// Outputs, then the parameters.
    private static List<Value> run(Execution execution, RandomKey key, List<Parameter> parameters, RandomKey feeds) {
        RandomGraph graph = RandomGraph.of(key, parameters, feeds);
        execution.run(graph.assignments(), graph.outputs());
        List<Value> values = new ArrayList<>();
        for (Tensor output : graph.outputs()) {
            if (output.variable() == null) { // a leaf stays a leaf: the parameter itself is compared below
                values.add(output.value());
            }
        }
        parameters.forEach(parameter -> values.add(parameter.storage().copy()));
        return values;
    }

    /// A few steps of a network with one hidden layer, wide enough for several threads.
    private static List<Value> train(Execution execution) {
        RandomKey key = RandomKey.of(11);
        List<Parameter> parameters = List.of(
                Parameter.of(Draw.uniform(key.at(0), Type.of(DType.F32, Shape.of(64, 300)), -0.2, 0.2)),
                Parameter.zeros(300),
                Parameter.of(Draw.uniform(key.at(1), Type.of(DType.F32, Shape.of(300, 10)), -0.2, 0.2)),
                Parameter.zeros(10));
        List<Value> values = new ArrayList<>();
        for (int step = 0; step < 5; step++) {
            Tensor x = Tensor.data(Draw.uniform(key.at(100 + step), Type.of(DType.F32, Shape.of(96, 64)), -1, 1));
            Tensor target = Tensor.data(Draw.indices(key.at(200 + step), DType.I32, 10, 96));
            Tensor hidden = x.matmul(parameters.get(0).tensor())
                    .add(parameters.get(1).tensor())
                    .gelu();
            Tensor logits = hidden.matmul(parameters.get(2).tensor())
                    .add(parameters.get(3).tensor());
            Tensor loss = Tensor.apply(new Softmaxes.SoftmaxCrossEntropy(), logits, target)
                    .mean();
            Gradients gradients = loss.backward(parameters);
            List<Assignment> assignments = new ArrayList<>();
            for (Parameter parameter : parameters) {
                Tensor gradient = gradients.of(parameter);
                assignments.add(new Assignment(parameter, parameter.tensor().sub(gradient.mul(0.5))));
            }
            execution.run(assignments, List.of(loss));
            values.add(loss.value());
        }
        parameters.forEach(parameter -> values.add(parameter.storage().copy()));
        return values;
    }

    private static void assertSame(List<Value> expected, List<Value> actual, String where) {
        assertEquals(expected.size(), actual.size(), where);
        for (int i = 0; i < expected.size(); i++) {
            int index = i;
            String difference = Bits.difference(expected.get(i), actual.get(i));
            assertTrue(
                    difference.isEmpty(),
                    () -> where + ", value " + index + " of " + expected.size() + ": " + difference);
        }
    }
}
