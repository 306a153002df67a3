package dev.nudge.nn.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Gpt;
import dev.nudge.nn.Layer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private static final RandomKey KEY = RandomKey.of(8);
    private static final Gpt GPT = Gpt.of(Gpt.Config.of(9, 5, 2, 2, 8), KEY);

    /// Knows that token `i + 1` comes after token `i` of 0 to 4, and nothing else.
    private static final Layer COUNTS =
            (ids, _) -> ids.reshape(3).oneHot(6).matmul(successors()).unsqueeze(0);

    private static Tensor successors() {
        float[] scores = new float[36];
        for (int i = 0; i < 5; i++) {
            scores[i * 6 + i + 1] = 50;
        }
        return Tensor.of(scores, 6, 6);
    }

    @Test
    void aModelThatCountsIsContinuedByCounting() {
        Generator generator = new Generator(COUNTS, 3, Sampling.of());

        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, generator.generate(new int[] {0}, 5, KEY));
        assertArrayEquals(new int[] {0, 1, 2, 3}, generator.generate(new int[] {0}, 5, KEY, token -> token != 3));
    }

    @Test
    void theTableIsTheOneOfTheShortPrompt() {
        Generator generator = Generator.of(GPT, Sampling.of());
        float[] alone = GPT.forward(Tensor.of(new int[] {4, 7}, 1, 2)).toFloats();

        var table = generator.next(4, 7);

        var expected = Sampling.of().table(Arrays.copyOfRange(alone, 9, 18));
        for (int rank = 0; rank < 9; rank++) {
            assertEquals(expected.get(rank).token(), table.get(rank).token());
            assertEquals(expected.get(rank).probability(), table.get(rank).probability(), 1e-6);
        }
    }

    @Test
    void onlyTheLastTokensOfALongPromptCount() {
        Generator generator = Generator.of(GPT, Sampling.of());

        assertEquals(generator.next(1, 2, 3, 4, 5), generator.next(8, 8, 8, 1, 2, 3, 4, 5));
    }

    @Test
    void textDependsOnTheKeyAndItsStartIsKept() {
        Generator generator = Generator.of(GPT, Sampling.of());

        int[] text = generator.generate(new int[] {1, 2}, 30, KEY);

        assertEquals(32, text.length);
        assertArrayEquals(new int[] {1, 2}, Arrays.copyOf(text, 2));
        assertArrayEquals(text, generator.generate(new int[] {1, 2}, 30, KEY));
        assertArrayEquals(Arrays.copyOf(text, 12), generator.generate(new int[] {1, 2}, 10, KEY));
        assertTrue(!Arrays.equals(text, generator.generate(new int[] {1, 2}, 30, KEY.at(1))));
        int[] greedy = generator.withRule(Sampling.greedy()).generate(new int[] {1, 2}, 10, KEY);
        assertArrayEquals(greedy, generator.withRule(Sampling.greedy()).generate(new int[] {1, 2}, 10, KEY.at(1)));
    }

    @Test
    void onePlanServesEveryLength() {
        PlannedExecution execution = PlannedExecution.of(Backend.load());

        Execution.with(execution, () -> Generator.of(GPT, Sampling.of()).generate(new int[] {1}, 12, KEY));

        assertEquals(1, execution.plans());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Generator generator = Generator.of(GPT, Sampling.of());
        Layer flat = (_, _) -> Tensor.of(new float[4], 4);

        assertThrows(IllegalArgumentException.class, () -> generator.next());
        assertThrows(IllegalArgumentException.class, () -> generator.generate(new int[0], 3, KEY));
        assertThrows(IllegalArgumentException.class, () -> new Generator(GPT, 0, Sampling.of()));
        var shape = assertThrows(ShapeException.class, () -> new Generator(flat, 4, Sampling.of()).next(1));
        assertTrue(shape.getMessage().contains(Shape.of(4).toString()), shape.getMessage());
    }
}
