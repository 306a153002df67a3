package dev.nudge.nn.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Gpt;
import dev.nudge.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class GenerateSnippetsTest {
    @Test
    void theExampleDrawsFromItsTable() {
        assertEquals(1, GenerateSnippets.sampling().size());
        assertTrue(GenerateSnippets.sampling().getFirst().kept());
    }

    @Test
    void theExampleContinuesItsPrompt() {
        Gpt model = Gpt.of(Gpt.Config.of(9, 5, 2, 2, 8), RandomKey.of(8));

        assertEquals(23, GenerateSnippets.generator(model).length);
    }
}
