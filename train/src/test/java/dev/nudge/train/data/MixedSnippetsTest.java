package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Shape;
import org.junit.jupiter.api.Test;

class MixedSnippetsTest {
    @Test
    void targetsBecomeDistributions() {
        Dataset rows = ArrayDataset.of(new float[4], Shape.of(2), new int[2], 2);
        assertEquals(Shape.of(2), MixedSnippets.mixed(rows).targetType().shape());
    }
}
