package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.studio.record.Curve;
import dev.nudge.studio.record.RunReader;
import dev.nudge.studio.record.Wishes;
import dev.nudge.studio.server.StudioServer;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    @TempDir
    Path folder;

    private Shell.Result train(String run, String... more) {
        String[] common = {
            "train",
            "--model",
            "mlp:8",
            "--epochs",
            "2",
            "--json",
            "--out",
            folder.resolve(run).toString()
        };
        String[] all = new String[common.length + more.length];
        System.arraycopy(common, 0, all, 0, common.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        Shell.Result result = Shell.run(all);
        assertEquals(0, result.exitCode(), result.err());
        return result;
    }

    @Test
    void everyRunIsRecordedUnlessAskedNotToBeAndTheWeightsAreTheSame() {
        JsonObject recorded = train("one").events("result").getFirst();
        JsonObject plain = train("two", "--no-record").events("result").getFirst();
        assertEquals(plain.text("weights"), recorded.text("weights"));
        assertFalse(RunReader.isRecorded(folder.resolve("two")));
        try (RunReader reader = RunReader.open(folder.resolve("one"))) {
            Curve loss = reader.curve("loss", 0, Long.MAX_VALUE, 10_000);
            assertEquals(recorded.integer("steps"), loss.points());
            assertEquals(
                    2, reader.curve("validationLoss", 0, Long.MAX_VALUE, 100).points());
            assertTrue(reader.series().contains("layers.0.weight/gradientNorm"), () -> "" + reader.series());
        }
    }

    @Test
    void aRunThatWasPausedChangedAndStoppedIsDoneAgainBitForBit() throws Exception {
        Path run = folder.resolve("steered");
        CompletableFuture<Shell.Result> training = CompletableFuture.supplyAsync(
                () -> Shell.run("train", "--model", "mlp:8", "--epochs", "1000000", "--json", "--out", run.toString()));
        await(run, "epoch");
        Wishes.add(run, "pause", "");
        await(run, "pause");
        Wishes.add(run, "learningRate", "0.05");
        Wishes.add(run, "continue", "");
        await(run, "learningRate");
        Wishes.add(run, "stop", "");
        Shell.Result ended = training.get(60, TimeUnit.SECONDS);
        assertEquals(Main.INTERRUPTED, ended.exitCode(), ended.err());

        Shell.Result again = Shell.run(
                "train",
                "--replay",
                run.toString(),
                "--json",
                "--out",
                folder.resolve("again").toString());
        assertEquals(0, again.exitCode(), again.err());
        JsonObject replay = again.events("replay").getFirst();
        assertTrue(replay.truth("same"));
        assertEquals(1, again.events("rate").size());
        long steps = ended.events("interrupted").getFirst().integer("steps");
        JsonObject unchanged =
                train("plain", "--steps", Long.toString(steps)).events("result").getFirst();
        assertNotEquals(unchanged.text("weights"), replay.text("weights"), "the change has changed something");
    }

    private static void await(Path run, String event) throws InterruptedException {
        for (int tenths = 0; tenths < 600; tenths++) {
            if (RunReader.isRecorded(run)) {
                try (RunReader reader = RunReader.open(run)) {
                    if (reader.events(0, 10_000).stream()
                            .anyMatch(it -> it.kind().equals(event))) {
                        return;
                    }
                } catch (NudgeException _) {
                    // its tables are being made
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no event " + event);
    }

    @Test
    void aRunThatIsDoneAgainTakesNoOtherSettings() {
        train("one");
        Shell.Result refused =
                Shell.run("train", "--replay", folder.resolve("one").toString(), "--epochs", "3");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("error[E008] --replay"), refused.err());
    }

    @Test
    void theRecordSaysWhatRanOnWhatAndHowItEnded() {
        train("one", "--seed", "9");
        JsonObject run = new RunFolder(folder.resolve("one")).read();
        assertEquals("done", run.text("status"));
        assertEquals("train", run.text("kind"));
        assertEquals(9, run.integer("seed"));
        assertEquals(64, run.object("data").text("training").length());
        assertFalse(run.object("machine").text("cpu").isBlank());
        // The digits are spread almost evenly over ten classes: just under ln 10.
        assertEquals(Math.log(10), run.number("knowNothing"), 1e-3);
        assertTrue(run.number("knowNothing") < Math.log(10));
    }

    @Test
    void anOverwrittenRunLosesItsRecord() {
        train("one");
        train("one", "--overwrite", "--steps", "5");
        try (RunReader reader = RunReader.open(folder.resolve("one"))) {
            assertEquals(5, reader.curve("loss", 0, Long.MAX_VALUE, 1000).points());
        }
    }

    @Test
    void theRecordSaysWhatLossBeatsNobodyAndNothing() {
        train("focal", "--loss", "focal");
        train("squared", "--loss", "mse");
        train("hinge", "--loss", "hinge");
        // Ten classes of nearly equal size: -(9/10)^2 ln(1/10), (1/10) (9/10), 9/10.
        assertBounds("focal", 0.81 * Math.log(10));
        assertBounds("squared", 0.09);
        assertBounds("hinge", 0.9);
    }

    private void assertBounds(String run, double knowNothing) {
        JsonObject record = new RunFolder(folder.resolve(run)).read();
        assertEquals(0, record.number("lossFloor"));
        assertEquals(knowNothing, record.number("knowNothing"), 1e-2);
    }

    @Test
    void aRunIsExportedToAFileThatIsNotThereYet() throws IOException {
        train("one");
        String file = folder.resolve("one.nudge-run").toString();
        String run = folder.resolve("one").toString();
        Shell.Result exported = Shell.run("export", run, "--zip", file);
        assertEquals(0, exported.exitCode(), exported.err());
        assertEquals('P', Files.readAllBytes(Path.of(file))[0]);
        Shell.Result again = Shell.run("export", run, "--zip", file);
        assertEquals(2, again.exitCode());
        assertTrue(again.err().startsWith("error[E007] --zip"), again.err());
        assertEquals(2, Shell.run("export", run).exitCode());
        assertTrue(Shell.run("export", folder.toString(), "--zip", file, "--overwrite")
                .err()
                .startsWith("error[E300]"));
    }

    @Test
    void theStudioRefusesWhatItCannotServe() {
        assertRefused("E009", "--port", "70000");
        assertRefused("E009", "--port", "-1");
        assertRefused("E009", "--port", "http");
        assertRefused("E010", "--host", "0.0.0.0");
        assertRefused("E300", folder.resolve("nowhere").toString());
        try (StudioServer other = StudioServer.start(folder, 0)) {
            assertRefused("E009", "--no-browser", "--port", Integer.toString(other.port()));
        }
    }

    private static void assertRefused(String code, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "studio";
        System.arraycopy(words, 0, all, 1, words.length);
        Shell.Result result = Shell.run(all);
        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().startsWith("error[" + code + "]"), result.err());
    }
}
