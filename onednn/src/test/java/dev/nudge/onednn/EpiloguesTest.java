package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.Execution;
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
import org.junit.jupiter.api.Test;

/// Loops that go over a result of the library block by block have the bits of those that come after it.
class EpiloguesTest {
    private static Tensor random(int seed, int... shape) {
        Random random = new Random(seed);
        float[] numbers = new float[Shape.of(shape).elements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Tensor.of(numbers, shape);
    }

    private static CpuBackend backend(int threads) {
        return CpuBackend.of(threads).withProviders(List.of(Installed.ofEveryShape()));
    }

    private static void check(List<String> steps, Function<List<Tensor>, Tensor> graph, Tensor... feeds) {
        int[] expected = bits(EagerExecution.of(backend(1)), graph, feeds);
        for (int threads = 1; threads <= 3; threads++) {
            PlannedExecution planned = PlannedExecution.of(backend(threads));
            for (int round = 0; round < 2; round++) {
                assertArrayEquals(expected, bits(planned, graph, feeds), threads + " threads");
            }
            assertEquals(
                    steps,
                    planned.steps().getFirst().stream().map(PlanStep::name).toList());
        }
    }

    private static int[] bits(Execution execution, Function<List<Tensor>, Tensor> graph, Tensor... feeds) {
        Tensor output = graph.apply(List.of(feeds));
        execution.run(List.of(), List.of(output));
        float[] numbers = output.toFloats();
        int[] bits = new int[numbers.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(numbers[i]);
        }
        return bits;
    }

    @Test
    void aResidualIsAddedToProductsWhoseBlocksAreOfWholeRows() {
        for (int[] shape : new int[][] {{700, 96, 130}, {5, 3, 7}, {1001, 33, 300}}) {
            check(
                    List.of("matmul + add+relu"),
                    in -> in.get(0).matmul(in.get(1)).add(in.get(2)).relu(),
                    random(1, shape[0], shape[2]),
                    random(2, shape[2], shape[1]),
                    random(3, shape[0], shape[1]));
        }
        check(
                List.of("matmul + add+relu"),
                in -> in.get(0).matmul(in.get(1)).add(in.get(2)).relu(),
                random(1, 4, 60, 50),
                random(2, 4, 50, 40),
                random(3, 40));
    }

    @Test
    void aLoopComesAfterAProductWhoseBlocksLieApart() {
        check(
                List.of("matmul", "add+relu"),
                in -> in.get(0).matmul(in.get(1)).add(in.get(2)).relu(),
                random(1, 300, 80),
                random(2, 80, 1300),
                random(3, 1300));
    }

    @Test
    void aBiasAndAnActivationFollowAConvolution() {
        Window window = Window.of(3).withPadding(1, 1);
        check(
                List.of("convolve + add+relu"),
                in -> Tensor.apply(new Sliding.Convolve(window, window, 1), in.get(0), in.get(1))
                        .add(in.get(2))
                        .relu(),
                random(1, 6, 17, 15, 16),
                random(2, 3, 3, 16, 32),
                random(3, 32));
    }

    @Test
    void theMaskOfAnActivationFollowsTheGradientOfAnImage() {
        Window window = Window.of(3).withPadding(1, 1).withStride(2);
        check(
                List.of("convolveTransposed + compare+where"),
                in -> in.get(2)
                        .greater(0)
                        .where(
                                Tensor.apply(
                                        new Sliding.ConvolveTransposed(window, window, 1, 16, 14),
                                        in.get(0),
                                        in.get(1)),
                                in.get(2).constantLike(0)),
                random(1, 6, 8, 7, 32),
                random(2, 3, 3, 16, 32),
                random(3, 6, 16, 14, 16));
    }
}
