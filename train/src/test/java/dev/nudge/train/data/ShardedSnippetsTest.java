package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedSnippetsTest {
    @Test
    void allRowsComeBack(@TempDir Path folder) {
        Dataset rows = ArrayDataset.of(new float[11], Shape.of(1), new float[11], Shape.of(1));
        assertEquals(11, ShardedSnippets.through(rows, folder).size());
    }
}
