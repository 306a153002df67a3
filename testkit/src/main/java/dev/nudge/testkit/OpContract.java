package dev.nudge.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// What every operation must keep on a backend: its shape rule, its meaning, its gradient, and the same bits however
/// it is run. A backend's own test class extends this one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OpContract {
    private static final int CHECKED_ELEMENTS = 70; // more would make differences slow
    private static final double GRADIENT_TOLERANCE = 1e-6;
    private static final RandomKey KEY = RandomKey.of(8);

    private final Map<Integer, PlannedExecution> planned = new HashMap<>();

    /// For subclasses, which name the backend.
    protected OpContract() {}

    /// The backend under test, working on the given number of threads.
    protected abstract Backend backend(int threads);

    /// Whether large values are shared among threads; if not, there is no need to try any.
    protected boolean isThreaded() {
        return true;
    }

    private List<OpSample> large() {
        return isThreaded() ? LargeSamples.all() : List.of();
    }

    private PlannedExecution planned(int threads) {
        return planned.computeIfAbsent(threads, count -> PlannedExecution.of(backend(count)));
    }

    @Test
    void everyOpHasSamples() {
        Set<Class<?>> sampled = OpSamples.all().stream()
                .map(sample -> sample.op().getClass())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<Class<?>> missing = new LinkedHashSet<>(OpSamples.kinds());
        missing.removeAll(sampled);
        assertEquals(Set.of(), missing, "operations without samples; add them to OpSamples");
    }

    @Test
    void everyOpThatCanBeMisusedHasErrorSamples() {
        Map<Class<?>, Long> counts =
                ErrorSamples.all().stream().collect(Collectors.groupingBy(ErrorSample::op, Collectors.counting()));
        Set<Class<?>> lacking = new LinkedHashSet<>(OpSamples.kinds());
        lacking.removeAll(ErrorSamples.TOTAL);
        lacking.removeIf(kind -> counts.getOrDefault(kind, 0L) >= 3);
        assertEquals(Set.of(), lacking, "operations with fewer than three wrong inputs; add them to ErrorSamples");
    }

    @TestFactory
    Stream<DynamicTest> kernelsAgreeWithTheMeaning() {
        return perOp(OpSamples.computed(), this::assertMeaning);
    }

    @TestFactory
    Stream<DynamicTest> specialNumbersComeOutAsTheMeaningSays() {
        List<OpSample> samples = new ArrayList<>(ElementwiseSamples.special());
        samples.addAll(ReductionSamples.special());
        return perOp(samples, this::assertMeaning);
    }

    private void assertMeaning(OpSample sample) {
        Value expected = Value.zeros(sample.op().type(sample.types()));
        sample.op().reference(sample.inputs(), expected);
        Value actual = values(planned(1), List.of(sample.node())).getFirst();
        assertNone(Tolerance.of(sample.op()).disagreement(sample, expected, actual), sample);
    }

    @TestFactory
    Stream<DynamicTest> fusedOpsAgreeWithTheirDefinition() {
        return perOp(
                OpSamples.computed().stream()
                        .filter(sample -> sample.op() instanceof Fused)
                        .toList(),
                sample -> {
                    Tensor definition = ((Fused) sample.op())
                            .definition(
                                    sample.inputs().stream().map(Tensor::data).toList());
                    List<Value> values = values(planned(1), List.of(definition, sample.node()));
                    Tolerance tolerance = Tolerance.of(sample.op());
                    assertNone(tolerance.disagreement(sample, values.get(0), values.get(1)), sample);
                });
    }

    @TestFactory
    Stream<DynamicTest> gradientsAgreeWithDifferences() {
        return perOp(checkable(), sample -> {
            Function<List<Tensor>, Tensor> op = sample.function();
            assertGradient(points -> weighted(op.apply(points), 0), sample);
        });
    }

    @TestFactory
    Stream<DynamicTest> secondDerivativesAgreeWithDifferences() {
        return perOp(checkable().stream().filter(OpSample::smooth).toList(), sample -> {
            Function<List<Tensor>, Tensor> op = sample.function();
            assertGradient(
                    points -> {
                        List<Tensor> gradients = Gradients.of(weighted(op.apply(points), 0), points);
                        Tensor sum = weighted(gradients.getFirst(), 1);
                        for (int i = 1; i < gradients.size(); i++) {
                            sum = sum.add(weighted(gradients.get(i), 1 + i));
                        }
                        return sum;
                    },
                    sample);
        });
    }

    private List<OpSample> checkable() {
        return OpSamples.computed().stream()
                .filter(sample -> !sample.differentiable().isEmpty())
                .filter(sample -> sample.elements() <= CHECKED_ELEMENTS)
                .filter(sample ->
                        sample.points().stream().allMatch(point -> point.type().dtype() == DType.F64))
                .toList();
    }

    private void assertGradient(Function<List<Tensor>, Tensor> loss, OpSample sample) {
        GradientCheck.Report report = Execution.with(planned(1), () -> GradientCheck.run(loss, sample.points()));
        assertTrue(report.worst() <= GRADIENT_TOLERANCE, () -> sample + ": " + report);
    }

    /// A scalar that depends on every element of `tensor` with a weight of its own.
    private static Tensor weighted(Tensor tensor, int salt) {
        return tensor.mul(Tensor.data(Draw.uniform(KEY.at(salt), tensor.type(), 0.5, 1.5)))
                .sum();
    }

    @TestFactory
    Stream<DynamicTest> plannedAndEagerGiveTheSameBits() {
        EagerExecution eager = EagerExecution.of(backend(1));
        return perOp(
                OpSamples.computed(),
                sample -> assertSameBits(
                        values(planned(1), withGradients(sample)), values(eager, withGradients(sample)), sample));
    }

    @TestFactory
    Stream<DynamicTest> anyNumberOfThreadsGivesTheSameBits() {
        return perOp(large(), sample -> {
            List<Value> one = values(planned(1), withGradients(sample));
            for (int threads = 2; threads <= 4; threads++) {
                assertSameBits(one, values(planned(threads), withGradients(sample)), sample);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> smallValuesHaveTheSameBitsOnSeveralThreads() {
        List<OpSample> samples = isThreaded() ? OpSamples.computed() : List.of();
        return perOp(
                samples,
                sample -> assertSameBits(
                        values(planned(1), withGradients(sample)), values(planned(3), withGradients(sample)), sample));
    }

    @TestFactory
    Stream<DynamicTest> runningAgainGivesTheSameBits() {
        return perOp(large(), sample -> {
            List<Value> first = values(planned(2), withGradients(sample));
            for (int i = 0; i < 3; i++) {
                assertSameBits(first, values(planned(2), withGradients(sample)), sample);
            }
        });
    }

    /// The node and its gradients.
    private static List<Tensor> withGradients(OpSample sample) {
        List<Tensor> points = sample.points().stream().map(Tensor::data).toList();
        Tensor node = sample.function().apply(points);
        List<Tensor> outputs = new ArrayList<>(List.of(node));
        if (!points.isEmpty()) {
            outputs.addAll(Gradients.of(weighted(node, 0), points));
        }
        return outputs;
    }

    @TestFactory
    Stream<DynamicTest> wrongInputsAreRefusedNamingOpAndShapes() {
        return ErrorSamples.all().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> sample.assertRefused()));
    }

    @TestFactory
    Stream<DynamicTest> broadcastsFollowNumPy() {
        return BroadcastSamples.all().stream()
                .map(sample -> DynamicTest.dynamicTest(
                        sample.toString(), () -> sample.assertFollowsNumPy(planned(1), EagerExecution.of(backend(1)))));
    }

    @Test
    void indicesOutsideTheTableAreRefusedNamingOpIndexAndPosition() {
        for (int bad : new int[] {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            Tensor indices = Tensor.of(new int[] {0, 2, bad, 1}, 4);
            Tensor table = Tensor.of(new float[6], 3, 2);
            assertOutside(table.gather(indices), "gather", bad);
            assertOutside(indices.oneHot(3), "oneHot", bad);
            assertOutside(
                    Tensor.apply(new Indexing.ScatterAdd(3), Tensor.of(new float[8], 4, 2), indices),
                    "scatterAdd",
                    bad);
        }
    }

    private void assertOutside(Tensor node, String name, int index) {
        for (Execution execution : List.of(planned(1), EagerExecution.of(backend(1)))) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> values(execution, List.of(node)));
            String message = String.valueOf(refused.getMessage());
            for (String part : List.of(name, "index " + index, "position 2", "0..2")) {
                assertTrue(message.contains(part), () -> "expected \"" + part + "\" in: " + message);
            }
        }
    }

    static List<Value> values(Execution execution, List<Tensor> outputs) {
        execution.run(List.of(), outputs);
        List<Value> values = new ArrayList<>();
        for (Tensor output : outputs) {
            Value value = output.bound();
            values.add(value == null ? fail("not computed: " + output) : value);
        }
        return values;
    }

    private static void assertSameBits(List<Value> expected, List<Value> actual, OpSample sample) {
        for (int i = 0; i < expected.size(); i++) {
            assertNone(
                    Bits.difference(expected.get(i), actual.get(i)), sample + (i == 0 ? "" : " gradient " + (i - 1)));
        }
    }

    private static void assertNone(String disagreement, Object where) {
        assertTrue(disagreement.isEmpty(), () -> where + ": " + disagreement);
    }

    private static Stream<DynamicTest> perOp(Collection<OpSample> samples, Consumer<OpSample> check) {
        return OpSamples.byName(List.copyOf(samples)).entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> entry.getValue().forEach(check)));
    }
}
