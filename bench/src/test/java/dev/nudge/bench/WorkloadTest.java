package dev.nudge.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.nn.Layer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static long parameters(String workload) {
        Workload it = Workload.named(workload);
        Layer model = it.network().of(it.width(), RandomKey.of(1));
        return model.parameters().values().stream()
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();
    }

    @Test
    void networksHaveTheParametersThatTheirDescriptionGives() {
        assertEquals(784 * 128 + 128 + 128 * 10 + 10, parameters("W1"));
        assertEquals(784 * 2048 + 2048 + 2048 * 2048 + 2048 + 2048 * 10 + 10, parameters("W2"));
        assertEquals(25 * 32 + 32 + 25 * 32 * 64 + 64 + 3136 * 512 + 512 + 512 * 10 + 10, parameters("W3"));
        assertEquals(269_722, parameters("W4")); // He et al. 2016, table 6: 0.27 M
        // Tied to the output: tokens, positions; four blocks of 12 squares and two scales; a last scale.
        assertEquals((65 + 64) * 128 + 4 * (12 * 128 * 128 + 2 * 128) + 128, parameters("W5"));
        int dense = 65 * 64 + 256 * 65 + 65;
        assertEquals(dense + 4 * 256 * (64 + 256 + 1), parameters("W6"));
        assertEquals(20 * 64 + 64 + 64 * 64 + 64 + 64 * 2 + 2, parameters("W7"));
        assertEquals(dense + 3 * 256 * (64 + 256 + 2), parameters("W9"));
        assertEquals(100_000 * 64 + 1024 * 256 + 256 + 256 * 10 + 10, parameters("W10"));
    }

    @Test
    void groupedConvolutionsHaveAnEighthOfTheWeights() {
        long expected = 3 * 9 * 32 + 2 * 32; // the stem, with scale and shift
        int in = 32;
        for (int inner : new int[] {32, 32, 64, 64, 128, 128}) {
            int out = 2 * inner;
            expected += in * inner + 2 * inner + inner * 9 * inner / 8 + 2 * inner + inner * out + 2 * out;
            expected += in == out ? 0 : in * out + 2 * out;
            in = out;
        }
        assertEquals(expected + 256 * 10 + 10, parameters("W8"));
    }

    @Test
    void aStepTrainsAndItsOperationsAreCounted() {
        Workload workload = Workload.named("W7").withBatch(16).withWidth(8);
        PlannedExecution execution = PlannedExecution.of(CpuBackend.of(1));
        Execution.with(execution, () -> {
            NudgeTrainee trainee = new NudgeTrainee(workload, execution, RandomKey.of(1));
            double first = trainee.step(0);
            assertEquals(Math.log(2), first, 1);
            for (int step = 1; step < 400; step++) {
                trainee.step(step % Trainee.BATCHES);
            }
            double last = trainee.step(0);
            assertTrue(last < first, first + " then " + last);
            // Products of the forward pass, and as many twice in the backward pass but for that to the inputs.
            long forward = 2L * 16 * (20 * 8 + 8 * 8 + 8 * 2);
            long products = 3 * forward - 2 * 16 * 20 * 8;
            assertTrue(
                    trainee.flops() > products && trainee.flops() < 2 * products,
                    trainee.flops() + " for products of " + products);
            return null;
        });
    }

    @Test
    void inputsAndTargetsDependOnTheStepAlone() {
        Workload numbers = Workload.named("W7");
        assertArrayEquals(numbers.numbers(3), numbers.numbers(3));
        assertNotEquals(numbers.numbers(3)[0], numbers.numbers(4)[0]);
        assertEquals(32 * 20, numbers.numbers(0).length);
        assertEquals(32, numbers.targets(0).length);
        float[] many = Workload.named("W2").numbers(0);
        double mean = IntStream.range(0, many.length)
                .mapToDouble(i -> many[i])
                .average()
                .orElseThrow();
        double square = IntStream.range(0, many.length)
                .mapToDouble(i -> many[i] * many[i])
                .average()
                .orElseThrow();
        assertEquals(0, mean, 0.01);
        assertEquals(1, square, 0.02);

        Workload tokens = Workload.named("W5");
        assertArrayEquals(new int[] {12, 64}, tokens.shape());
        assertEquals(12 * 64, tokens.targets(0).length);
        assertTrue(Arrays.stream(tokens.tokens(0)).allMatch(token -> token >= 0 && token < 65));
    }
}
