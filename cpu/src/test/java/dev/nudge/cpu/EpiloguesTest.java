package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Pooling;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Loops that go over the result of a convolution block by block have the bits of those that come after it, for any
/// number of threads.
class EpiloguesTest {
    private static final Window SAME = Window.of(3).withPadding(1, 1);
    private static final Window HALF = SAME.withStride(2);
    private static final Window WIDE = new Window(3, 1, 2, 2, 2);

    private static Tensor random(int seed, int... shape) {
        return Tensor.of(Samples.normal(new Random(seed), Shape.of(shape).elements()), shape);
    }

    private static Tensor convolve(Window window, int groups, Tensor x, Tensor w) {
        return Tensor.apply(new Sliding.Convolve(window, window, groups), x, w);
    }

    /// Computes a graph node by node on one thread, and planned on several; the plan must have a step of that name.
    private static void check(String step, Function<List<Tensor>, List<Tensor>> graph, Tensor... feeds) {
        List<float[]> expected = run(EagerExecution.of(CpuBackend.of(1).withoutProviders()), graph, feeds);
        for (int threads = 1; threads <= 3; threads++) {
            CpuBackend vectors = CpuBackend.of(threads).withoutProviders();
            for (CpuBackend backend : List.of(vectors, vectors.withoutVectors())) {
                PlannedExecution planned = PlannedExecution.of(backend);
                for (int round = 0; round < 2; round++) {
                    List<float[]> actual = run(planned, graph, feeds);
                    for (int i = 0; i < expected.size(); i++) {
                        assertArrayEquals(Samples.bits(expected.get(i)), Samples.bits(actual.get(i)), step);
                    }
                }
                assertEquals(1, steps(planned, step), step + " in " + planned.steps());
            }
        }
    }

    private static List<float[]> run(Execution execution, Function<List<Tensor>, List<Tensor>> graph, Tensor... feeds) {
        List<Tensor> outputs = graph.apply(List.of(feeds));
        execution.run(List.of(), outputs);
        return outputs.stream().map(Tensor::toFloats).toList();
    }

    private static long steps(PlannedExecution execution, String name) {
        return execution.steps().getFirst().stream()
                .map(PlanStep::name)
                .filter(name::equals)
                .count();
    }

    @Test
    void aBiasAndAnActivationFollowAConvolution() {
        for (int[] shape : new int[][] {{1, 1, 1, 1, 1}, {3, 7, 5, 3, 5}, {5, 16, 17, 8, 33}, {1, 40, 31, 4, 16}}) {
            check(
                    "convolve + add+relu",
                    in -> List.of(convolve(SAME, 1, in.get(0), in.get(1))
                            .add(in.get(2))
                            .relu()),
                    random(1, shape[0], shape[1], shape[2], shape[3]),
                    random(2, 3, 3, shape[3], shape[4]),
                    random(3, shape[4]));
        }
    }

    @Test
    void stridesAndDilationsAndGroupsMakeNoDifference() {
        for (Window window : List.of(HALF, WIDE)) {
            check(
                    "convolve + add+relu",
                    in -> List.of(convolve(window, 1, in.get(0), in.get(1))
                            .add(in.get(2))
                            .relu()),
                    random(1, 4, 11, 13, 6),
                    random(2, 3, 3, 6, 10),
                    random(3, 10));
        }
        check(
                "convolve + add+relu",
                in -> List.of(
                        convolve(SAME, 2, in.get(0), in.get(1)).add(in.get(2)).relu()),
                random(1, 4, 11, 13, 6),
                random(2, 3, 3, 3, 10),
                random(3, 10));
    }

    @Test
    void theMaskOfAnActivationFollowsTheGradientOfAnImage() {
        for (Window window : List.of(SAME, HALF, WIDE)) {
            int lines = window.places(12);
            int columns = window.places(9);
            check(
                    "convolveTransposed + compare+add+where",
                    in -> {
                        Tensor gradient = Tensor.apply(
                                new Sliding.ConvolveTransposed(window, window, 1, 12, 9), in.get(0), in.get(1));
                        Tensor hidden = in.get(2);
                        return List.of(hidden.greater(0).where(gradient.add(in.get(3)), hidden.constantLike(0)));
                    },
                    random(4, 6, lines, columns, 10),
                    random(5, 3, 3, 7, 10),
                    random(6, 6, 12, 9, 7),
                    random(7, 6, 12, 9, 7));
        }
    }

    @Test
    void theMaskOfAnActivationFollowsTheGradientOfAPooling() {
        for (Window window : List.of(Window.of(2).withStride(2), Window.of(3).withStride(2))) {
            int lines = window.places(12);
            int columns = window.places(10);
            check(
                    "maxUnpool + compare+where",
                    in -> List.of(in.get(0)
                            .greater(0)
                            .where(
                                    Tensor.apply(new Pooling.MaxUnpool(window, window), in.get(0), in.get(1)),
                                    in.get(0).constantLike(0))),
                    random(1, 5, 12, 10, 7),
                    random(2, 5, lines, columns, 7));
            check(
                    "averageUnpool + compare+where",
                    in -> List.of(in.get(0)
                            .greater(0)
                            .where(
                                    Tensor.apply(new Pooling.AverageUnpool(window, window, 12, 10), in.get(1)),
                                    in.get(0).constantLike(0))),
                    random(1, 5, 12, 10, 7),
                    random(2, 5, lines, columns, 7));
        }
    }

    @Test
    void theResultTakesTheArrayOfTheStepBeforeAndNotThatOfAnOlderValue() {
        Window halves = Window.of(2).withStride(2);
        check(
                "maxUnpool + compare+where",
                in -> {
                    Tensor hidden = convolve(SAME, 1, in.get(0), in.get(1)).relu(); // read by both for the last time
                    Tensor gradient = Tensor.apply(new Pooling.MaxUnpool(halves, halves), hidden, in.get(2));
                    return List.of(hidden.greater(0).where(gradient, hidden.constantLike(0)));
                },
                random(1, 5, 12, 10, 3),
                random(2, 3, 3, 3, 7),
                random(3, 5, 6, 5, 7));
    }

    @Test
    void aLoopOverTwoConvolutionsJoinsTheLater() {
        check(
                "convolve + add+relu",
                in -> List.of(convolve(SAME, 1, in.get(0), in.get(1))
                        .add(convolve(SAME, 1, in.get(0), in.get(2)))
                        .relu()),
                random(1, 3, 9, 10, 5),
                random(2, 3, 3, 5, 6),
                random(3, 3, 3, 5, 6));
    }

    @Test
    void aConvolutionCanBeWantedItselfAndReadTwice() {
        check(
                "convolve + add+relu",
                in -> {
                    Tensor y = convolve(SAME, 1, in.get(0), in.get(1));
                    return List.of(y, y.add(in.get(2)).relu());
                },
                random(1, 3, 9, 10, 5),
                random(2, 3, 3, 5, 6),
                random(3, 6));
        check(
                "convolve + add+relu",
                in -> {
                    Tensor y = convolve(SAME, 1, in.get(0), in.get(1));
                    Tensor active = y.add(in.get(2)).relu();
                    return List.of(y.mul(active.sum()), active);
                },
                random(1, 3, 9, 10, 5),
                random(2, 3, 3, 5, 6),
                random(3, 6));
    }

    @Test
    void aLoopThatReadsTheResultAsABroadcastComesAfterIt() {
        Tensor[] feeds = {random(1, 1, 9, 10, 5), random(2, 3, 3, 5, 6), random(3, 4, 9, 10, 6)};
        check("add", in -> List.of(convolve(SAME, 1, in.get(0), in.get(1)).add(in.get(2))), feeds);
    }

    @Test
    void longLoopsOfSeveralResultsAndBroadcastsJoinToo() {
        check(
                "convolve + sub+mul+tanh+add+exp",
                in -> {
                    Tensor y = convolve(SAME, 1, in.get(0), in.get(1))
                            .sub(in.get(2))
                            .mul(in.get(3))
                            .tanh();
                    return List.of(y, y.add(in.get(4)).exp());
                },
                random(1, 3, 33, 34, 5),
                random(2, 3, 3, 5, 6),
                random(3, 6),
                random(4, 33, 1, 6),
                random(5, 3, 1, 1, 6));
    }

    @Test
    void aVariableThatTheConvolutionReadsIsWrittenAfterIt() {
        Tensor x = random(1, 3, 9, 10, 6);
        List<float[]> results = IntStream.rangeClosed(0, 3)
                .mapToObj(threads -> {
                    Execution execution = threads == 0
                            ? EagerExecution.of(CpuBackend.of(1).withoutProviders())
                            : PlannedExecution.of(CpuBackend.of(threads).withoutProviders());
                    Parameter state = Parameter.of(random(2, 3, 9, 10, 6).value());
                    Parameter weight = Parameter.of(random(3, 3, 3, 6, 6).value());
                    for (int round = 0; round < 3; round++) {
                        Tensor y = convolve(SAME, 1, state.tensor(), weight.tensor());
                        execution.run(
                                List.of(
                                        new Assignment(state, y.add(x).tanh()),
                                        new Assignment(weight, weight.tensor().mul(0.5))),
                                List.of());
                    }
                    return state.tensor().toFloats();
                })
                .toList();
        results.forEach(result -> assertArrayEquals(Samples.bits(results.getFirst()), Samples.bits(result)));
    }
}
