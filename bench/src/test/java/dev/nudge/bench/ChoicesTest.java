package dev.nudge.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChoicesTest {
    private static Choices choices(String words) {
        return Choices.of(words.split(" ", -1));
    }

    @Test
    void oneWorkloadIsMeasuredByItself() {
        Choices choices = choices("w2 --threads 3 --batch 8 --warmup 0.5 --window 2 --profile true");
        assertFalse(choices.isSeries());
        assertEquals("W2", choices.workload().name());
        assertEquals(8, choices.workload().batch());
        assertEquals(2048, choices.workload().width());
        assertEquals(3, choices.threads());
        assertEquals(0.5, choices.warmup());
        assertEquals(2, choices.window());
        assertTrue(choices.profile());
        assertFalse(choices.inference());
        assertEquals("onednn", choices.kernels());
        assertEquals("java", choices("W2 --kernels java").kernels());
        assertEquals("onednn-bf16", choices("W2 --kernels onednn-bf16").kernels());
    }

    @Test
    void eachWorkloadIsMeasuredWithEachBatchAndWidth() {
        Choices choices = choices("W1,W7 --batch 1,2 --width 8,16,32");
        assertTrue(choices.isSeries());
        assertEquals(12, choices.workloads().size());
        assertEquals(
                "W1 with batch 1 and width 8", choices.workloads().getFirst().toString());
        assertEquals(
                "W7 with batch 2 and width 32", choices.workloads().getLast().toString());
        assertThrows(IllegalArgumentException.class, choices::workload);
    }

    @Test
    void allAreTheTenWorkloads() {
        assertEquals(
                List.of("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10"),
                choices("all").workloads().stream().map(Workload::name).toList());
    }

    @Test
    void peersAndRoundsMakeASeriesOfOneWorkload() {
        assertTrue(choices("W1 --rounds 2").isSeries());
        assertEquals(List.of("libtorch"), choices("W1 --peers libtorch").peers());
        assertTrue(choices("W1 --peers libtorch").isSeries());
    }

    @Test
    void whatIsWrongIsSaidWithWhatIsAllowed() {
        assertProblem("expected a workload and options with values, found 'W1 --threads'", "W1 --threads");
        assertProblem("unknown workload W11; there are W1, W2, W3, W4, W5, W6, W7, W8, W9, W10", "W11");
        assertProblem("unknown option --speed; usage: bench WORKLOAD", "W1 --speed 3");
        assertProblem("--threads takes a whole number from 1, found '0'", "W1 --threads 0");
        assertProblem("--batch takes a whole number from 1, found ''", "W1 --batch 1,,2");
        assertProblem("--window takes seconds from 0 to 1000, found 'NaN'", "W1 --window NaN");
        assertProblem("--warmup takes seconds from 0 to 1000, found 'long'", "W1 --warmup long");
        assertProblem("--profile takes true or false, found 'yes'", "W1 --profile yes");
        assertProblem("--peers takes [libtorch, tensorflow, java, onednn-bf16], found 'torch'", "W1 --peers torch");
        assertProblem("--kernels takes [onednn, onednn-bf16, java], found 'c'", "W1 --kernels c");
        assertProblem("look at one workload of one batch and width, by itself", "W1,W2 --profile true");
    }

    private static void assertProblem(String expected, String words) {
        String message = assertThrows(IllegalArgumentException.class, () -> choices(words))
                .getMessage();
        assertTrue(message.startsWith("bench: ") && message.contains(expected), message);
        assertTrue(message.contains("usage: bench WORKLOAD"), message);
    }
}
