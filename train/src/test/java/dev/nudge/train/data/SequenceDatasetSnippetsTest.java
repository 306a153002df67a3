package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class SequenceDatasetSnippetsTest {
    @Test
    void shortSentencesAreFilledUp() {
        Batch batch = SequenceDatasetSnippets.sequences().batch(1, 0);
        assertArrayEquals(new int[] {5, 0, 0, 7, 3, 4}, batch.inputs().toInts());
    }
}
