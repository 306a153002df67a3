package dev.nudge.studio.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.Relu;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.Budget;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.metric.Accuracy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    Path folder;

    /// What TensorBoard 2.21.0 writes of these four events: `RecordWriter` of `tensorboard.summary.writer`, messages of
    /// `tensorboard.compat.proto`.
    private static final String TENSORBOARD = """
            1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c1b00000000000000
            1a0d9e1309000000000000044010ac022a0d0a0b0a046c6f7373150000803e205d38966600000000000000723b876a09
            0000000000000c4010ad022a580a560a01772a5109000000000000f0bf11000000000000004019000000000000084021
            000000000000f83f2900000000000015403210000000000000e03f00000000000000403a10000000000000f03f000000
            0000000040a99f440e3200000000000000241956ec09000000000000124010ae022a240a220a046e6f74654210080712
            041202080142066e61c3af76654a080a060a04746578749af3d393""";

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(EventFile.NAME))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theBytesAreThoseThatTensorBoardWrites() throws IOException {
        try (EventFile events = EventFile.create(folder, 1.5)) {
            events.scalar(2.5, 300, "loss", 0.25);
            events.histogram(3.5, 301, "w", new Histogram(-1, 2, new long[] {1, 2}, 1.5, 5.25));
            events.text(4.5, 302, "note", "naïve");
        }
        assertEquals(TENSORBOARD.replace("\n", ""), HexFormat.of().formatHex(Files.readAllBytes(file())));
    }

    @Test
    void whatTheFileSaysOfARunIsWhatTheRecordSays() throws IOException {
        Mlp model = Mlp.of(2, new int[] {8}, 2, new Relu(), RandomKey.of(1));
        RandomKey key = RandomKey.of(5);
        float[] inputs = new float[2 * 320];
        int[] labels = new int[320];
        for (int i = 0; i < 320; i++) {
            inputs[2 * i] = (float) (key.uniform(2L * i) - 0.5);
            inputs[2 * i + 1] = (float) (key.uniform(2L * i + 1) - 0.5);
            labels[i] = inputs[2 * i] > 0 ? 1 : 0;
        }
        ArrayDataset data = ArrayDataset.of(inputs, Shape.of(2), labels, 2);
        Recorder recorder = Recorder.in(
                folder,
                model,
                JsonObject.EMPTY
                        .with("seed", 42)
                        .with(
                                "settings",
                                JsonObject.EMPTY.with("model", "mlp:8|<b>").with("data", "a_b")));
        Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.01, model), 3)
                .withBatch(16)
                .withBudget(Budget.epochs(10))
                .withMetrics(Accuracy.ofLogits())
                .withListener(recorder)
                .fit(data, data);
        assertNull(recorder.failure());

        List<EventFileReader.Value> values = EventFileReader.read(file());
        List<String> texts = new ArrayList<>();
        int scalars = 0;
        int histograms = 0;
        try (RunReader reader = RunReader.open(folder)) {
            for (EventFileReader.Value value : values) {
                if (!value.plugin().isEmpty()) {
                    assertEquals("text", value.plugin());
                    texts.add(value.tag() + "@" + value.step() + ": " + value.text());
                } else if (value.histogram().isEmpty()) {
                    scalars++;
                    assertEquals(
                            (float) reader.curve(value.tag(), value.step(), value.step(), 1)
                                    .mean()[0],
                            value.scalar(),
                            0,
                            value.tag());
                } else {
                    histograms++;
                    assertSame(spread(reader, value.tag(), value.step()), value.histogram());
                }
            }
            for (String series : List.of("loss", "trainingLoss", "validationLoss", "validation/accuracy")) {
                assertTrue(values.stream().anyMatch(value -> value.tag().equals(series)), series);
            }
        }
        assertTrue(scalars >= 10, "found " + scalars);
        assertEquals(4, histograms);
        assertEquals("""
                run@0: | | |
                |---|---|
                | seed | 42 |
                | settings.model | mlp:8\\|&lt;b> |
                | settings.data | a\\_b |
                """, texts.getFirst());
        assertTrue(texts.get(1).startsWith("events/started@0: | | |\n|---|---|\n| parameters | 42 |\n"), texts.get(1));
        assertTrue(texts.getLast().startsWith("events/stopped@200: "), texts.getLast());
    }

    private static RunReader.Spread spread(RunReader reader, String parameter, long step) {
        return reader.histograms(parameter).stream()
                .filter(spread -> spread.step() == step)
                .findFirst()
                .orElseThrow();
    }

    private static void assertSame(RunReader.Spread expected, List<Double> found) {
        int bins = expected.counts().length;
        assertEquals(5 + 2 * bins, found.size());
        assertEquals(expected.low(), found.getFirst());
        assertEquals(expected.high(), found.get(1));
        double all = 0;
        for (int bin = 0; bin < bins; bin++) {
            double width = (expected.high() - expected.low()) / bins;
            assertEquals(expected.low() + (bin + 1) * width, found.get(5 + bin), 1e-12, "upper end of a bin");
            assertEquals(expected.counts()[bin], found.get(5 + bins + bin));
            all += expected.counts()[bin];
        }
        assertEquals(all, found.get(2));
    }
}
