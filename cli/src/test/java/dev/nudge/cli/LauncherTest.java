package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.cpu.KernelProvider;
import dev.nudge.studio.record.Curve;
import dev.nudge.studio.record.RunReader;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher as a process of its own: signals, streams, exit codes.
@Tag("slow")
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "nudge").toAbsolutePath().normalize();
    private static final int PATIENCE_SECONDS = 300;

    @TempDir
    Path folder;

    private record Ended(int exitCode, String out, String err) {
        JsonObject last() {
            return (JsonObject) Json.parse(out.lines().toList().getLast(), "output", JsonRules.CONFIGURATION);
        }
    }

    private final class Launched {
        private final Process process;

        Launched(Map<String, String> environment, String... arguments) throws IOException {
            assumeTrue(Files.isExecutable(LAUNCHER), "the launcher is a shell script");
            List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        }

        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }

        /// Waits until the run has saved a checkpoint.
        Launched untilSaved(String run) throws IOException, InterruptedException {
            Path checkpoints = folder.resolve(run).resolve("checkpoints");
            for (int tenths = 0; tenths < 10 * PATIENCE_SECONDS && process.isAlive(); tenths++) {
                if (Files.isDirectory(checkpoints)) {
                    try (Stream<Path> files = Files.list(checkpoints)) {
                        if (files.anyMatch(file -> !file.toString().endsWith(".tmp"))) {
                            return this;
                        }
                    }
                }
                Thread.sleep(100);
            }
            throw new AssertionError("no checkpoint: " + Files.readString(folder.resolve("err")));
        }

        Ended end() throws IOException, InterruptedException {
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "ends");
            return new Ended(
                    process.exitValue(),
                    Files.readString(folder.resolve("out")),
                    Files.readString(folder.resolve("err")));
        }
    }

    private Launched nudge(String... arguments) throws IOException {
        return new Launched(Map.of(), arguments);
    }

    private String[] endless(String run) {
        return new String[] {"train", "--model", "mlp:16", "--epochs", "100000", "--json", "--out", run};
    }

    private String weightsAfter(String run, int epochs) throws IOException, InterruptedException {
        Ended ended = nudge("train", "--json", "--resume", run, "--epochs", Integer.toString(epochs))
                .end();
        assertEquals(0, ended.exitCode(), ended.err());
        return ended.last().text("weights");
    }

    @Test
    void ctrlCSavesAndExitsWith130() throws IOException, InterruptedException {
        Launched run = nudge(endless("run")).untilSaved("run");
        run.signal("INT");
        Ended ended = run.end();
        assertEquals(130, ended.exitCode(), ended.err());
        JsonObject last = ended.last();
        assertEquals("interrupted", last.text("event"));
        assertEquals(
                last.integer("steps"),
                new RunFolder(folder.resolve("run"))
                        .checkpoints()
                        .newestValid()
                        .checkpoint()
                        .orElseThrow()
                        .step());
    }

    @Test
    void sigtermSavesAndExitsWith143() throws IOException, InterruptedException {
        Launched run = nudge(endless("run")).untilSaved("run");
        run.signal("TERM");
        assertEquals(143, run.end().exitCode());
    }

    @Test
    void aLostTerminalDoesNotEndTheRun() throws IOException, InterruptedException {
        Launched run = nudge("train", "--model", "mlp:16", "--epochs", "200", "--out", "run")
                .untilSaved("run");
        run.signal("HUP");
        Ended ended = run.end();
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("test accuracy"));
    }

    @Test
    void aKilledRunGoesOnToTheWeightsOfOneThatWasNot() throws IOException, InterruptedException {
        int epochs = 40;
        Ended whole = nudge(
                        "train", "--json", "--model", "mlp:16", "--out", "whole", "--epochs", Integer.toString(epochs))
                .end();
        nudge("train", "--json", "--model", "mlp:16", "--out", "parts", "--epochs", Integer.toString(epochs))
                .untilSaved("parts")
                .signal("KILL");
        assertEquals(whole.last().text("weights"), weightsAfter("parts", epochs));
    }

    @Test
    void theJvmHasNoSayOnEitherStream() throws IOException, InterruptedException {
        Ended ended = new Launched(
                        Map.of("JAVA_TOOL_OPTIONS", "-Dnothing=1", "LC_ALL", "tr_TR.UTF-8"), "plan", "--json")
                .end();
        assertEquals(0, ended.exitCode());
        assertEquals("", ended.err());
        assertEquals("plan", ended.last().text("event"));
        assertFalse(ended.out().contains("Picked up"));
    }

    @Test
    void whereTheProcessorLacksBfloat16TheOptionIsRefusedAndSaysWhatToUse() throws IOException, InterruptedException {
        KernelProvider oneDnn = CpuBackend.of(1).providers().getFirst();
        assumeTrue(oneDnn.obstacle().isEmpty(), () -> oneDnn.obstacle().orElseThrow());
        Map<String, String> lacking = Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"); // read by the library
        for (String command : List.of("train", "plan", "lr-find")) {
            Ended refused = new Launched(lacking, command, "--json", "--kernels", "onednn-bf16").end();
            assertEquals(Main.USAGE, refused.exitCode(), refused.err());
            assertEquals("E014", refused.last().text("code"));
            String message = refused.last().text("message");
            assertTrue(message.contains("AVX512_BF16") && message.endsWith("Use --kernels onednn."), message);
        }
    }

    @Test
    void aKilledRunKeepsItsCurveUpToTheLastSecond() throws IOException, InterruptedException {
        Launched run = nudge(endless("run")).untilSaved("run");
        Thread.sleep(2000);
        run.signal("KILL");
        double killed = System.currentTimeMillis() * 1e-3;
        run.end();
        try (RunReader reader = RunReader.open(folder.resolve("run"))) {
            double alive = Double.parseDouble(reader.meta("alive").orElseThrow());
            assertTrue(killed - alive < 1.5, "written " + (killed - alive) + " s before"); // half a second when idle
            Curve loss = reader.curve("loss", 0, Long.MAX_VALUE, 1);
            assertEquals(loss.steps()[0], loss.points(), "no step is missing");
        }
    }

    @Test
    void theStudioServesUntilCtrlCAndSaysNothingElse() throws IOException, InterruptedException {
        nudge("studio", "--help").end(); // the first use builds the pages, and says so
        Launched studio = nudge("studio", "--port", "0", "--json");
        Path out = folder.resolve("out");
        for (int tenths = 0;
                tenths < 10 * PATIENCE_SECONDS && !Files.readString(out).endsWith("\n");
                tenths++) {
            Thread.sleep(100);
        }
        JsonObject ready = (JsonObject) Json.parse(Files.readString(out), "output", JsonRules.CONFIGURATION);
        HttpURLConnection visit =
                (HttpURLConnection) URI.create(ready.text("address")).toURL().openConnection();
        visit.setInstanceFollowRedirects(false);
        assertEquals(303, visit.getResponseCode());
        studio.signal("INT");
        Ended ended = studio.end();
        assertEquals(130, ended.exitCode());
        assertEquals("", ended.err());
    }
}
