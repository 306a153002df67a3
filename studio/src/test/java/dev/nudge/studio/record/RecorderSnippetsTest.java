package dev.nudge.studio.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.Linear;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.Budget;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderSnippetsTest {
    @Test
    void oneLineRecordsARun(@TempDir Path folder) throws IOException {
        Linear model = Linear.of(1, 2, RandomKey.of(1));
        Trainer trainer = Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Sgd.of(), 0.1, model), 1)
                .withBatch(1)
                .withBudget(Budget.steps(3));
        RecorderSnippets.record(trainer, model, folder)
                .fit(ArrayDataset.of(new float[] {0, 1}, Shape.of(1), new int[] {0, 1}, 2));
        try (RunReader reader = RunReader.open(folder)) {
            assertEquals(3, reader.curve("loss", 1, 3, 3).points());
        }
    }
}
