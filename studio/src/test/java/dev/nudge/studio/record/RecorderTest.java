package dev.nudge.studio.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.Relu;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.Budget;
import dev.nudge.train.Trainer;
import dev.nudge.train.TrainingEvent;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.metric.Accuracy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
    @TempDir
    Path folder;

    private static Dataset quadrants(int rows) {
        RandomKey key = RandomKey.of(5);
        float[] inputs = new float[2 * rows];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            inputs[2 * i] = (float) (key.uniform(2L * i) - 0.5);
            inputs[2 * i + 1] = (float) (key.uniform(2L * i + 1) - 0.5);
            labels[i] = inputs[2 * i] * inputs[2 * i + 1] > 0 ? 1 : 0;
        }
        return ArrayDataset.of(inputs, Shape.of(2), labels, 2);
    }

    private static Mlp model() {
        return Mlp.of(2, new int[] {8}, 2, new Relu(), RandomKey.of(1));
    }

    private static Trainer trainer(Mlp model, int epochs) {
        return Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.01, model), 3)
                .withBatch(16)
                .withBudget(Budget.epochs(epochs))
                .withMetrics(Accuracy.ofLogits());
    }

    @Test
    void everyPointOfTheLossIsKeptExactly() throws IOException {
        Mlp model = model();
        TrainingEvent.Recorder events = new TrainingEvent.Recorder();
        Trainer trainer = RecorderSnippets.record(trainer(model, 20), model, folder);
        trainer.withListener(events).fit(quadrants(320), quadrants(64));

        List<TrainingEvent.StepDone> steps = events.events().stream()
                .filter(TrainingEvent.StepDone.class::isInstance)
                .map(TrainingEvent.StepDone.class::cast)
                .toList();
        assertEquals(400, steps.size());
        try (RunReader reader = RunReader.open(folder)) {
            Curve curve = reader.curve("loss", 1, 400, 400);
            assertEquals(400, curve.points());
            for (int i = 0; i < 400; i++) {
                assertEquals(i + 1, curve.steps()[i]);
                assertEquals(steps.get(i).loss(), curve.mean()[i], 0);
            }
            assertEquals(20, reader.curve("validationLoss", 1, 400, 400).points());
            assertEquals(20, reader.curve("validation/accuracy", 1, 400, 400).points());
            assertEquals(1, reader.curve("learningRate", 1, 400, 400).points(), "it never changes");
            assertTrue(reader.series().contains("layers.0.weight/updateRatio"), () -> "" + reader.series());
            List<String> kinds =
                    reader.events(0, 1000).stream().map(RunReader.Event::kind).toList();
            assertEquals("started", kinds.getFirst());
            assertEquals("stopped", kinds.getLast());
            assertEquals(20, kinds.stream().filter("epoch"::equals).count());
            long weights = 0;
            for (long count : reader.histograms("layers.0.weight").getFirst().counts()) {
                weights += count;
            }
            assertEquals(16, weights);
        }
    }

    @Test
    void recordingChangesNoBitOfTheWeights() throws IOException {
        Mlp plain = model();
        trainer(plain, 5).fit(quadrants(320));
        Mlp recorded = model();
        RecorderSnippets.record(trainer(recorded, 5), recorded, folder).fit(quadrants(320));
        assertEquals(WeightsHash.of(plain), WeightsHash.of(recorded));
    }

    @Test
    void aFoldedCurveKeepsTheGreatestAndTheLeast() throws SQLException {
        try (RunWriter writer = RunWriter.open(folder, 0)) {
            int loss = writer.series("loss");
            for (int step = 1; step <= 100_000; step++) {
                writer.add(loss, step, step == 77_777 ? 1e6 : step == 50_001 ? Double.NaN : 1.0 / step);
            }
        }
        try (RunReader reader = RunReader.open(folder)) {
            for (int width : new int[] {10, 64, 500}) {
                Curve curve = reader.curve("loss", 1, 100_000, width);
                assertTrue(curve.steps().length <= width);
                assertEquals(100_000, curve.points());
                double high = 0;
                double low = 1;
                for (int i = 0; i < curve.steps().length; i++) {
                    high = Math.max(high, curve.high()[i]);
                    low = Math.min(low, curve.low()[i]);
                    assertTrue(curve.low()[i] <= curve.mean()[i] && curve.mean()[i] <= curve.high()[i]);
                }
                assertEquals(1e6, high, 0);
                assertEquals(1.0 / 100_000, low, 0);
                assertEquals(100_000, curve.steps()[curve.steps().length - 1]);
            }
            Curve part = reader.curve("loss", 1001, 1004, 100);
            assertArrayEquals(new long[] {1001, 1002, 1003, 1004}, part.steps());
            assertArrayEquals(new double[] {1 / 1001.0, 1 / 1002.0, 1 / 1003.0, 1 / 1004.0}, part.mean(), 0);
            assertEquals(Double.NaN, reader.curve("loss", 50_001, 50_001, 5).mean()[0]);
        }
    }

    @Test
    void aResumedRunReplacesWhatWasAfterItsCheckpoint() throws SQLException {
        try (RunWriter writer = RunWriter.open(folder, 0)) {
            int loss = writer.series("loss");
            for (int step = 1; step <= 3000; step++) {
                writer.add(loss, step, step);
            }
        }
        try (RunWriter writer = RunWriter.open(folder, 1500)) {
            int loss = writer.series("loss");
            for (int step = 1501; step <= 2000; step++) {
                writer.add(loss, step, -step);
            }
        }
        try (RunReader reader = RunReader.open(folder)) {
            Curve curve = reader.curve("loss", 1, 10_000, 10_000);
            assertEquals(2000, curve.points());
            for (int i = 0; i < 2000; i++) {
                assertEquals(i + 1, curve.steps()[i]);
                assertEquals(i < 1500 ? i + 1 : -(i + 1), curve.mean()[i], 0);
            }
        }
    }

    @Test
    void aMillionPointsTakeTenBytesEach() throws SQLException, IOException {
        try (RunWriter writer = RunWriter.open(folder, 0)) {
            int loss = writer.series("loss");
            for (int step = 1; step <= 1_000_000; step++) {
                writer.add(loss, step, Math.sin(step));
            }
        }
        assertTrue(Files.size(folder.resolve("metrics.sqlite")) < 10_000_000);
        try (RunReader reader = RunReader.open(folder)) {
            assertEquals(1_000_000, reader.curve("loss", 1, 1_000_000, 800).points());
        }
    }

    @Test
    void aWarningStandsAtTheStepAtWhichItCame() throws IOException {
        Mlp model = model();
        Recorder recorder = Recorder.in(folder, model);
        TrainingEvent.Recorder events = new TrainingEvent.Recorder();
        // With biases of -1000 no unit is ever active, which is said after 100 steps.
        float[] low = new float[8];
        Arrays.fill(low, -1000);
        model.parameters().get("layers.0.bias").assign(Tensor.of(low, 8).value());
        trainer(model, 10).withListener(recorder).withListener(events).fit(quadrants(320));
        long before = events.events().stream()
                .takeWhile(event -> !(event instanceof TrainingEvent.Warned))
                .filter(TrainingEvent.StepDone.class::isInstance)
                .count();
        assertTrue(before > 0 && before < 200, "after " + before + " steps");
        try (RunReader reader = RunReader.open(folder)) {
            RunReader.Event warning = reader.events(0, 1000).stream()
                    .filter(event -> event.kind().equals("warning"))
                    .findFirst()
                    .orElseThrow();
            assertEquals("W705", warning.detail().text("code"));
            assertEquals(before, warning.step());
        }
    }

    @Test
    void aRecorderThatCannotWriteLetsTheRunGoOn() throws IOException {
        Files.createDirectory(folder.resolve("metrics.sqlite")); // a folder where the file should be
        Mlp model = model();
        Recorder recorder = Recorder.in(folder, model);
        assertEquals(
                20, trainer(model, 1).withListener(recorder).fit(quadrants(320)).steps());
        assertNotNull(recorder.failure());
    }
}
