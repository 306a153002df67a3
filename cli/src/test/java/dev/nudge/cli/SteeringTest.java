package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.studio.record.RunReader;
import dev.nudge.studio.server.StudioServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is done to a run by the buttons of its page is done again by `--replay`.
///
/// Without Node.js, the packages of the pages or a browser it is skipped, and says why.
class SteeringTest {
    private static final Path WEB = Path.of("../studio/src/main/web");

    @TempDir
    Path folder;

    @Test
    void aRunThatWasSteeredInTheBrowserIsDoneAgainBitForBit() throws Exception {
        String browser = browser();
        Path run = folder.resolve("steered");
        CompletableFuture<Shell.Result> training = CompletableFuture.supplyAsync(
                () -> Shell.run("train", "--model", "mlp:8", "--epochs", "1000000", "--json", "--out", run.toString()));
        while (!training.isDone() && !RunReader.isRecorded(run)) {
            Thread.sleep(50);
        }
        try (StudioServer server = StudioServer.start(folder, 0)) {
            press(server.address(), browser, "steered");
        }
        Shell.Result ended = training.get(60, TimeUnit.SECONDS);
        assertEquals(Main.INTERRUPTED, ended.exitCode(), ended.err());

        Path again = folder.resolve("again");
        Shell.Result replay = Shell.run("train", "--replay", run.toString(), "--json", "--out", again.toString());
        assertEquals(0, replay.exitCode(), replay.err());
        assertTrue(replay.events("replay").getFirst().truth("same"));
        assertEquals(1, replay.events("rate").size(), "the rate that was set by the button is set again");
        assertEquals(-1, Files.mismatch(weights(run), weights(again)), "the files of the weights are the same");

        String steps = Long.toString(ended.events("interrupted").getFirst().integer("steps"));
        Path plain = folder.resolve("plain");
        Shell.run("train", "--model", "mlp:8", "--steps", steps, "--json", "--out", plain.toString());
        assertNotEquals(-1, Files.mismatch(weights(run), weights(plain)), "the change has changed something");
    }

    private static Path weights(Path run) {
        return new RunFolder(run).weightsFile();
    }

    private void press(String address, String browser, String run) throws IOException, InterruptedException {
        ProcessBuilder node = new ProcessBuilder("node", "--test", "--test-reporter=spec", "tests/steering.mjs");
        node.environment().put("NUDGE_STUDIO", address);
        node.environment().put("NUDGE_CHROMIUM", browser);
        node.environment().put("NUDGE_RUN", run);
        Path said = folder.resolve("said.txt");
        Process process = node.directory(WEB.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean done = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly();
        String text = Files.readString(said);
        assertTrue(done, () -> "still not done:\n" + text);
        assertEquals(0, process.exitValue(), text);
    }

    private static String browser() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.exists(WEB.resolve("node_modules/.complete")),
                "the pages were not built here: Node.js or its packages are missing");
        Process find = new ProcessBuilder("sh", "tests/chromium.sh")
                .directory(WEB.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        Assumptions.assumeTrue(find.waitFor() == 0, "there is no Chromium, and it cannot be installed");
        return path;
    }
}
