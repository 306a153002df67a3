package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.MemoryBudgetException;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecomputeTest {
    private static final int LAYERS = 36;
    private static final int BATCH = 256;
    private static final int WIDTH = 8;
    private static final long ACTIVATION = 4L * BATCH * WIDTH;
    private static final long NUMBERS = 1024; // the loss and the like
    private static final long GRADIENTS = 4L * LAYERS * WIDTH * WIDTH;

    private final PlannedExecution keeping = PlannedExecution.of(new Backend.Reference());
    private final List<Parameter> weights = new ArrayList<>();

    RecomputeTest() {
        for (int layer = 0; layer < LAYERS; layer++) {
            weights.add(Parameter.of(numbers(RandomKey.of(layer), WIDTH * WIDTH), WIDTH, WIDTH));
        }
    }

    private static float[] numbers(RandomKey key, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = key.below(i, 1000) / 1000f - 0.5f;
        }
        return numbers;
    }

    /// A step of gradient descent on a chain of layers, whose update waits for all gradients; gives the loss.
    private float step(PlannedExecution execution) {
        Tensor x = Tensor.of(numbers(RandomKey.of(-1), BATCH * WIDTH), BATCH, WIDTH);
        Tensor y = x;
        for (Parameter weight : weights) {
            y = y.matmul(weight.tensor()).tanh();
        }
        Gradients gradients = y.mul(y).mean().backward(weights);
        Tensor all = Tensor.constant(gradients.loss().dtype(), 0);
        for (Parameter weight : weights) {
            all = all.add(gradients.of(weight).sum());
        }
        List<Assignment> updates = new ArrayList<>();
        for (Parameter weight : weights) {
            updates.add(new Assignment(
                    weight, weight.tensor().sub(gradients.of(weight).mul(all))));
        }
        execution.run(updates, List.of(gradients.loss()));
        return gradients.loss().toFloats()[0];
    }

    private List<float[]> trained(PlannedExecution execution) {
        for (int step = 0; step < 3; step++) {
            step(execution);
        }
        return weights.stream().map(weight -> weight.tensor().toFloats()).toList();
    }

    private static long again(PlannedExecution execution) {
        return execution.steps().getFirst().stream().filter(PlanStep::isAgain).count();
    }

    @Test
    void aDeepChainTakesMemoryLikeTheSquareRootOfItsDepth() {
        step(keeping);
        PlannedExecution least = keeping.withRecompute();
        step(least);
        assertEquals(0, again(keeping));
        assertTrue(keeping.bytes() >= LAYERS * ACTIVATION + GRADIENTS, () -> "keeping: " + keeping.bytes());
        assertEquals(keeping.bytes(), least.bytesKeepingAll());
        // Of 6 segments of 6 layers: 5 results between them, 6 of one segment, and what is in flight.
        assertTrue(least.bytes() <= (5 + 6 + 4) * ACTIVATION + GRADIENTS + NUMBERS, () -> "least: " + least.bytes());
        // No more than the forward pass a second time: of each layer a product and its tanh.
        assertTrue(again(least) <= 2 * LAYERS, () -> "steps: " + again(least));
        assertTrue(again(least) >= LAYERS, () -> "steps: " + again(least));
    }

    @Test
    void whatIsComputedAgainHasTheSameBits() {
        List<float[]> expected = trained(keeping);
        RecomputeTest other = new RecomputeTest();
        List<float[]> found = other.trained(keeping.withRecompute());
        for (int layer = 0; layer < LAYERS; layer++) {
            assertArrayEquals(expected.get(layer), found.get(layer), "layer " + layer);
        }
    }

    @Test
    void aBudgetIsKeptByComputingAgainAsLittleAsThatTakes() {
        long half = (LAYERS / 2 + 4) * ACTIVATION + GRADIENTS;
        PlannedExecution some = keeping.withBudget(new MemoryBudget(half));
        step(some);
        assertTrue(some.bytes() <= half, () -> "bytes: " + some.bytes());
        PlannedExecution least = keeping.withRecompute();
        step(least);
        assertTrue(again(some) > 0);
        assertTrue(again(some) < again(least), () -> again(some) + " steps against " + again(least));
    }

    @Test
    void aBudgetThatCannotBeKeptIsRefusedWithWhatWouldBeNeeded() {
        PlannedExecution least = keeping.withRecompute();
        step(least);
        PlannedExecution small = keeping.withBudget(new MemoryBudget(least.bytes() - 1));
        String message = String.valueOf(
                assertThrows(MemoryBudgetException.class, () -> step(small)).getMessage());
        assertTrue(message.contains(least.bytes() + " where activations are computed again"), message);
        assertTrue(message.contains("needs " + least.bytesKeepingAll() + " bytes"), message);
        step(keeping.withBudget(new MemoryBudget(least.bytes())));
    }

    @Test
    void plansOfOtherGraphsAreGivenUpBeforeOneIsRefused() {
        PlannedExecution least = keeping.withRecompute();
        step(least);
        PlannedExecution narrow = keeping.withBudget(new MemoryBudget(least.bytes() + ACTIVATION));
        step(narrow);
        Tensor x = Tensor.of(new float[2 * BATCH * WIDTH], 2 * BATCH, WIDTH);
        Tensor y = x.matmul(weights.getFirst().tensor());
        narrow.run(List.of(), List.of(y));
        assertTrue(narrow.bytes() < least.bytes(), () -> "bytes: " + narrow.bytes());
        step(narrow);
        assertEquals(3, narrow.plans());
    }

    @Test
    void whatIsCheapIsComputedAgainBeforeProductsAre() {
        // Each layer keeps its product for one gradient and a function of it for the other.
        int layers = 10;
        int wide = 64;
        List<Parameter> matrices = new ArrayList<>();
        Tensor y = Tensor.of(numbers(RandomKey.of(-1), BATCH * wide), BATCH, wide);
        for (int layer = 0; layer < layers; layer++) {
            matrices.add(Parameter.of(numbers(RandomKey.of(layer), wide * wide), wide, wide));
            y = y.matmul(matrices.get(layer).tensor());
            y = y.mul(y.sigmoid());
        }
        Gradients gradients = y.mean().backward(matrices);
        List<Tensor> wanted = new ArrayList<>();
        matrices.forEach(matrix -> wanted.add(gradients.of(matrix)));
        long all = Planner.plan(new Trace(List.of(), wanted), keeping.backend(), new MemoryBudget(1 << 30), false)
                .bytes();
        PlannedExecution some = keeping.withBudget(new MemoryBudget(all - layers / 2 * 4L * BATCH * wide));
        some.run(List.of(), wanted);
        assertTrue(again(some) >= layers / 2, () -> again(some) + " steps");
        assertTrue(
                some.steps().getFirst().stream()
                        .filter(PlanStep::isAgain)
                        .noneMatch(step -> step.name().contains("matmul")),
                () -> some.steps().getFirst().toString());
    }
}
