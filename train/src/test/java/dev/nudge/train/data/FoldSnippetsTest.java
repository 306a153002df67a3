package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldSnippetsTest {
    @Test
    void theFoldsShareTheRows() {
        Dataset eleven = ArrayDataset.of(new float[11], Shape.of(1), new float[11], Shape.of(1));
        assertEquals(List.of(3, 2, 2, 2, 2), FoldSnippets.sizes(eleven));
    }
}
