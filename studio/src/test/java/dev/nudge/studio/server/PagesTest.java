package dev.nudge.studio.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.Relu;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.studio.record.Recorder;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.Budget;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.metric.Accuracy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages in a browser, as people use them: with a server, two runs that have ended, one that goes on,
/// and one without a record.
///
/// What is done and expected stands in `src/main/web/tests`. Without Node.js, its packages or a browser these tests are
/// skipped, and say why.
class PagesTest {
    private static final Path WEB = Path.of("src/main/web");
    private static final long LONGEST_MINUTES = 4;
    private static final long STEP_NANOS = 4_000_000; // slow enough to be looked at

    @TempDir
    static Path folder;

    private static String browser;
    private static StudioServer server;
    private static Thread training;
    private static volatile boolean ended;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.exists(WEB.resolve("node_modules/.complete")),
                "the pages were not built here: Node.js or its packages are missing");
        Process find = new ProcessBuilder("sh", "tests/chromium.sh")
                .directory(WEB.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        browser = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        Assumptions.assumeTrue(find.waitFor() == 0, "there is no Chromium, and it cannot be installed");
        Files.writeString(
                Files.createDirectories(folder.resolve("unrecorded")).resolve("run.json"),
                "{\"kind\": \"train\", \"seed\": 1, \"settings\": {\"lr\": \"0.25\"}}");
        run("ended-slow", 0.001, 4);
        run("ended-fast", 0.01, 4);
        training = Thread.ofPlatform().daemon().start(() -> {
            try {
                run("going-on", 0.01, 1_000_000);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        server = StudioServer.start(folder, 0);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        ended = true;
        if (training != null) {
            training.join();
        }
        if (server != null) {
            server.close();
        }
    }

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

    private static void run(String name, double learningRate, int epochs) throws IOException {
        Mlp model = Mlp.of(2, new int[] {8}, 2, new Relu(), RandomKey.of(1));
        Path run = Files.createDirectories(folder.resolve(name));
        Files.writeString(
                run.resolve("run.json"),
                "{\"kind\": \"train\", \"seed\": 1, \"knowNothing\": 0.6931, \"lossFloor\": 0, \"settings\": {\"lr\": \""
                        + learningRate + "\", \"optimizer\": \"adam\"}}");
        Recorder recorder = Recorder.in(run, model);
        Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), learningRate, model), 3)
                .withBatch(16)
                .withBudget(Budget.epochs(epochs))
                .withMetrics(Accuracy.ofLogits())
                .withListener(recorder)
                .withSteering((step, stop) -> {
                    LockSupport.parkNanos(STEP_NANOS);
                    if (ended) {
                        stop.stop("the test is over");
                    }
                    return recorder.after(step, stop);
                })
                .fit(quadrants(1600), quadrants(64));
    }

    // Two at a time: much of it is waiting.
    @Test
    void thePagesDoInABrowserWhatTheyShould() throws IOException, InterruptedException {
        inBrowser(server, "live", "lab", "pages", "cards", "games", "files");
    }

    @Test
    void whoHasNoRunSeesANetworkLearn(@TempDir Path empty) throws IOException, InterruptedException {
        try (StudioServer without = StudioServer.start(empty, 0)) {
            inBrowser(without, "first");
        }
    }

    private static void inBrowser(StudioServer server, String... tests) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("node", "--test", "--test-reporter=spec", "--test-concurrency=2"));
        for (String test : tests) {
            command.add("tests/" + test + ".test.mjs");
        }
        ProcessBuilder node = new ProcessBuilder(command);
        node.environment().put("NUDGE_STUDIO", server.address());
        node.environment().put("NUDGE_CHROMIUM", browser);
        Path said = Files.createTempFile(folder, "said", ".txt");
        Process process = node.directory(WEB.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean done = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        String text = Files.readString(said);
        assertTrue(done, () -> "still not done after " + LONGEST_MINUTES + " minutes:\n" + text);
        assertEquals(0, process.exitValue(), text);
    }

    @Test
    void theTestsOfThePagesAreAllRun() throws IOException {
        try (var files = Files.list(WEB.resolve("tests"))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .toList();
            assertEquals(
                    List.of(
                            "cards.test.mjs",
                            "files.test.mjs",
                            "first.test.mjs",
                            "games.test.mjs",
                            "lab.test.mjs",
                            "live.test.mjs",
                            "pages.test.mjs"),
                    names);
        }
    }
}
