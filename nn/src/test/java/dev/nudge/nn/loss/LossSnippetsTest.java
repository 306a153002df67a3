package dev.nudge.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LossSnippetsTest {
    @Test
    void theExamplesDoWhatTheySay() {
        double total = Math.exp(3) + Math.exp(1) + 1;
        double[] logProbabilities = {3 - Math.log(total), 1 - Math.log(total), -Math.log(total)};
        double uniform = -(logProbabilities[0] + logProbabilities[1] + logProbabilities[2]) / 3;
        double first = 0.9 * -logProbabilities[0] + 0.1 * uniform;

        assertEquals((first + Math.log(3)) / 2, LossSnippets.crossEntropy(), 1e-6);
    }

    @Test
    void theOtherExamplesDoWhatTheySay() {
        assertEquals(5 - 5.5 + 1, LossSnippets.triplet(), 1e-6);
        assertEquals((1 + 0 + 16) / 3.0, LossSnippets.masked(), 1e-6);
        // 12-, 1-2, -12, 112, 122 of 27 alignments
        assertEquals(-Math.log(5 / 27.0), LossSnippets.ctc(), 1e-6);
    }
}
