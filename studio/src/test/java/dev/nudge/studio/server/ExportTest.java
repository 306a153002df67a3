package dev.nudge.studio.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.Relu;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.studio.record.Recorder;
import dev.nudge.studio.record.RunReader;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.Budget;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    private static final String VICIOUS = "</script><script>alert(1)</script><!--";

    @TempDir
    Path folder;

    @BeforeEach
    void record() throws IOException {
        Mlp model = Mlp.of(1, new int[] {4}, 2, new Relu(), RandomKey.of(1));
        float[] inputs = new float[64];
        int[] labels = new int[64];
        for (int i = 0; i < 64; i++) {
            inputs[i] = i / 32f - 1;
            labels[i] = i < 32 ? 0 : 1;
        }
        Recorder recorder = Recorder.in(folder, model);
        Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.01, model), 3)
                .withBatch(16)
                .withBudget(Budget.epochs(5))
                .withListener(recorder)
                .fit(ArrayDataset.of(inputs, Shape.of(1), labels, 2));
        Files.writeString(
                folder.resolve("run.json"),
                JsonObject.EMPTY.with("program", VICIOUS).compact());
    }

    @Test
    void aZipBeginsWithTheViewInPlainBytes() {
        ByteBuffer zip = ByteBuffer.wrap(Export.zip(folder)).order(ByteOrder.LITTLE_ENDIAN);
        // The local header of PKWARE's APPNOTE 4.3.7.
        assertEquals(0x04034b50, zip.getInt(0));
        assertEquals(0, zip.getShort(6) & 8, "the sizes are here, not behind the data");
        assertEquals(0, zip.getShort(8), "stored");
        int size = zip.getInt(18);
        assertEquals(size, zip.getInt(22));
        int name = zip.getShort(26);
        int extra = zip.getShort(28);
        byte[] view = new byte[size];
        zip.get(30 + name + extra, view);
        JsonObject read = (JsonObject) Json.parse(view, "view", JsonRules.CONFIGURATION);
        assertEquals(20, read.object("curves").object("loss").integer("points"));
        assertEquals("budget", read.object("run").text("status"));
        assertEquals(VICIOUS, read.object("run").object("record").text("program"));
    }

    @Test
    void theRecordInTheZipIsWhole() throws IOException {
        Path file = folder.resolve("run.zip");
        Files.write(file, Export.zip(folder));
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (ZipFile zip = new ZipFile(file.toFile());
                var bytes = zip.getInputStream(zip.getEntry("metrics.sqlite"))) {
            assertTrue(zip.stream().anyMatch(entry -> entry.getName().startsWith("events.out.tfevents.")));
            Files.copy(bytes, copy.resolve("metrics.sqlite"));
        }
        try (RunReader own = RunReader.open(folder);
                RunReader other = RunReader.open(copy)) {
            assertEquals(own.series(), other.series());
            assertEquals(own.events(0, 1000), other.events(0, 1000));
            assertEquals(
                    Runs.curve(own.curve("loss", 0, 100, 100)).compact(),
                    Runs.curve(other.curve("loss", 0, 100, 100)).compact());
        }
    }

    @Test
    void nothingInARunCanLeaveItsPlaceInThePage() {
        String page = "<html><script type=\"application/json\" id=\"nudge-run\">null</script><p>end</p></html>";
        String html = new String(Export.html(page, folder), StandardCharsets.UTF_8);
        assertFalse(html.contains("alert(1)</script>"), html);
        int from = html.indexOf("nudge-run\">") + "nudge-run\">".length();
        String data = html.substring(from, html.indexOf("</script>", from));
        assertEquals(
                Export.view(folder).compact(),
                Json.parse(data, "page", JsonRules.CONFIGURATION).compact());
        assertTrue(html.endsWith("</script><p>end</p></html>"), html);
    }

    @Test
    void aBuildWithoutPagesSaysSo() {
        assertEquals(
                "E014",
                assertThrows(NudgeException.class, () -> Export.html("", folder))
                        .code());
        Path nothing = folder.resolve("nothing");
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> Export.zip(nothing)).code());
    }
}
