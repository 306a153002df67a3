package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.examples.Example;
import dev.nudge.examples.Examples;
import dev.nudge.train.io.Json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleCommandTest {
    @TempDir
    Path folder;

    @Test
    void withoutANameAllAreListed() {
        Shell.Result result = Shell.run("example", "--json");
        assertEquals(
                Examples.all().stream().map(Example::name).toList(),
                result.events("example").stream()
                        .map(event -> event.text("name"))
                        .toList());
    }

    @Test
    void anUnknownNameIsRefusedWithTheOneThatWasMeant() {
        Shell.Result result = Shell.run("example", "recomender");
        assertEquals(Main.USAGE, result.exitCode());
        assertTrue(
                result.err().contains("error[E006]") && result.err().contains("Did you mean recommender?"),
                result.err());
    }

    @Test
    void theLastEventIsTheResult() {
        String run = folder.resolve("run").toString();
        Shell.Result result =
                Shell.run("example", "recommender", "--small", "--json", "--threads", "1", "--seed", "7", "--out", run);
        assertEquals(Main.DONE, result.exitCode(), result.err());
        JsonObject last = result.events().getLast();
        assertEquals("result", last.text("event"));
        assertEquals(
                List.of("event", "testAccuracy", "testLoss", "validationLoss"),
                last.members().keySet().stream().limit(4).toList());
        assertEquals(run, last.text("run"));
        assertEquals(
                last.text("weights"),
                new RunFolder(Path.of(run)).read().object("result").text("weights"));

        JsonObject record = new RunFolder(Path.of(run)).read();
        assertEquals("example", record.text("kind"));
        assertEquals("true", record.object("settings").text("small"));
        assertTrue(record.object("settings").text("optimizer").contains("adam"), record.pretty());
        assertEquals(64, record.object("data").text("training").length());
        assertEquals(0, record.number("lossFloor"));
        assertTrue(record.number("knowNothing") > last.number("testLoss"), record.pretty());
        assertTrue(record.object("inputs").integer("examples") > 0);

        Shell.Result refused = Shell.run("eval", run);
        assertEquals(Main.USAGE, refused.exitCode());
        assertTrue(refused.err().contains("example recommender"), refused.err());
        Shell.Result again = Shell.run("example", "--resume", run, "--json"); // done already: nothing is left to train
        assertEquals(Main.DONE, again.exitCode(), again.err());
        assertEquals(last.text("weights"), again.events().getLast().text("weights"));
    }

    @Test
    void theModelFileOfAnExampleOfPicturesIsEvaluatedAndPredictedWith() throws IOException {
        Path data = Files.createDirectory(folder.resolve("pictures"));
        write(data, "train", 300);
        write(data, "t10k", 40);
        String run = folder.resolve("run").toString();
        Shell.Result trained = Shell.run(
                "example", "lenet", "--small", "--json", "--threads", "1", "--data", data.toString(), "--out", run);
        assertEquals(Main.DONE, trained.exitCode(), trained.err());
        JsonObject scores = trained.events().getLast();

        for (String saved : List.of(run, run + "/model.nudge")) {
            Shell.Result evaluated = Shell.run("eval", saved, "--json");
            assertEquals(Main.DONE, evaluated.exitCode(), evaluated.err());
            JsonObject result = evaluated.events().getLast();
            assertEquals(scores.text("weights"), result.text("weights"));
            assertEquals(scores.number("testLoss"), result.number("testLoss"), 1e-6);
            assertEquals(scores.number("testAccuracy"), result.number("testAccuracy"));
        }
        Shell.Result predicted = Shell.run("predict", run, "--row", "3", "--json");
        assertEquals(Main.DONE, predicted.exitCode(), predicted.err());
        assertEquals(3, predicted.events("prediction").getFirst().integer("row"));
        Shell.Result other = Shell.run("eval", run, "digits");
        assertEquals(Main.FAILED, other.exitCode());
        assertTrue(other.err().contains("expected images of 28 x 28"), other.err());
        Shell.Result info = Shell.run("info", run + "/model.nudge");
        assertTrue(info.out().contains("Conv2d") && info.out().contains("431,650"), info.out());
    }

    /// Two files in the format of MNIST with pictures that mean nothing.
    private static void write(Path folder, String part, int count) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + count * 784)
                .putInt(0x803)
                .putInt(count)
                .putInt(28)
                .putInt(28);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            labels.put((byte) (i % 10));
            for (int pixel = 0; pixel < 784; pixel++) {
                images.put((byte) ((pixel * (i % 10 + 1) + i) % 251));
            }
        }
        Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
}
