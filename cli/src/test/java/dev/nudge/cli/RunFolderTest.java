package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Sequential;
import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.Safetensors;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path folder;

    private static BatchNorm norm(Layer model) {
        return (BatchNorm) ((Sequential) model).layers().getLast();
    }

    private static Layer model(int seed) {
        return Sequential.of(Linear.of(3, 2, RandomKey.of(seed)), BatchNorm.of(2));
    }

    @Test
    void runningStatisticsAreAmongTheWeightsAndComeBack() throws Exception {
        Layer model = model(1);
        norm(model).runningMean().storage().set(1, 7);
        norm(model).runningVariance().storage().set(0, 0.25);
        RunFolder run = new RunFolder(folder);

        run.writeWeights(model);

        assertEquals(
                Set.of(
                        "layers.0.weight",
                        "layers.0.bias",
                        "layers.1.weight",
                        "layers.1.bias",
                        "layers.1.runningMean",
                        "layers.1.runningVariance"),
                Safetensors.read(run.weightsFile()).tensors().keySet());
        Layer other = model(2);
        run.loadWeights(other);
        assertArrayEquals(
                new double[] {0, 7}, norm(other).runningMean().storage().toDoubles());
        assertArrayEquals(
                new double[] {0.25, 1}, norm(other).runningVariance().storage().toDoubles());
    }
}
