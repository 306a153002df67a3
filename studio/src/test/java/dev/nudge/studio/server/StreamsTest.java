package dev.nudge.studio.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Linear;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.studio.record.Recorder;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.Budget;
import dev.nudge.train.Trainer;
import dev.nudge.train.TrainingEvent;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StreamsTest {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private StudioServer server;
    private String cookie;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(folder.resolve("one"));
        Files.writeString(folder.resolve("one/run.json"), "{\"program\": \"test\"}");
        server = StudioServer.start(folder, 0);
        cookie = "nudge-studio-" + server.port() + "="
                + server.address().substring(server.address().indexOf('=') + 1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// A client of the server, at the beginning of the answer's body.
    private final class Client implements AutoCloseable {
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final BufferedReader in;

        Client(String method, String path, String... headers) throws IOException, InterruptedException {
            String server = "http://127.0.0.1:" + StreamsTest.this.server.port();
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                    .timeout(WAIT)
                    .method(
                            method,
                            method.equals("POST")
                                    ? HttpRequest.BodyPublishers.ofString("{}")
                                    : HttpRequest.BodyPublishers.noBody())
                    .headers("Origin", server, "Cookie", cookie);
            if (headers.length > 0) {
                request.headers(headers);
            }
            HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(2, answer.statusCode() / 100);
            in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }

    @Test
    void theServerClosesQuietlyWhileClientsListen() throws Exception {
        Queue<String> said = new ConcurrentLinkedQueue<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getLevel().intValue() >= Level.WARNING.intValue() || record.getThrown() != null) {
                    said.add(record.getLoggerName() + ": " + record.getMessage() + " " + record.getThrown());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("");
        logger.addHandler(listener);
        try {
            List<Client> clients = new ArrayList<>();
            Client making = new Client("POST", "/api/lab");
            StringBuilder made = new StringBuilder();
            while (made.indexOf(",") < 0) {
                made.append((char) making.in.read());
            }
            String lab = made.substring(made.indexOf(":\"") + 2, made.indexOf("\","));
            clients.add(making);
            clients.add(new Client("GET", "/api/runs/one/stream"));
            clients.add(new Client("GET", "/api/runs/one/stream"));
            clients.add(new Client("GET", "/api/lab/" + lab + "/stream"));
            clients.add(new Client("GET", "/api/runs")); // and one that only keeps its connection
            server.close();
            for (Client client : clients) {
                while (client.in.readLine() != null) {
                    // up to the end, which is said
                }
                client.close();
            }
            Thread.sleep(300); // what is said late is said by threads that end now
        } finally {
            logger.removeHandler(listener);
        }
        assertEquals(List.of(), List.copyOf(said));
    }

    /// An event of a stream.
    private record Event(String id, JsonObject data) {}

    /// The next event that is no ping.
    private static Event next(Client client) throws IOException {
        String id = "";
        String data = "";
        boolean isRun = false;
        while (true) {
            String line = client.in.readLine();
            if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("event:")) {
                isRun = line.substring(6).strip().equals("run");
            } else if (line.startsWith("data:")) {
                data = line.substring(5).strip();
            } else if (line.isEmpty() && isRun) {
                return new Event(id, (JsonObject)
                        Json.parse(data.getBytes(StandardCharsets.UTF_8), "event", JsonRules.CONFIGURATION));
            }
        }
    }

    @Test
    void whoComesBackIsToldWhetherSomethingWasMissed() throws Exception {
        CompletableFuture<Void> half = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        Linear model = Linear.of(1, 2, RandomKey.of(1));
        CompletableFuture<Void> training = hundredSteps(model, Recorder.in(folder.resolve("one"), model), half, goOn);
        half.get();
        Thread.sleep(1200); // the recorder writes twice a second
        String last;
        try (Client client = new Client("GET", "/api/runs/one/stream")) {
            Event first = next(client);
            assertFalse(first.data().has("gap"), "a new client has asked for nothing yet");
            last = first.id();
        }
        String[] back = {"Last-Event-ID", last};
        try (Client client = new Client("GET", "/api/runs/one/stream", back)) {
            Thread.sleep(600); // two looks at the record
            goOn.complete(null);
            assertFalse(next(client).data().has("gap"), "nothing had happened in between");
        }
        training.get();
        try (Client client = new Client("GET", "/api/runs/one/stream", back)) {
            assertTrue(next(client).data().truth("gap"), "fifty steps were missed");
        }
    }

    @Test
    void howeverMuchHappensTheEndComesWithAllOfIt() throws Exception {
        CompletableFuture<Void> half = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        Linear model = Linear.of(1, 2, RandomKey.of(1));
        Recorder recorder = Recorder.in(folder.resolve("one"), model);
        CompletableFuture<Void> training = hundredSteps(model, recorder, half, goOn);
        half.get();
        Thread.sleep(1200); // the recorder writes twice a second
        try (Client client = new Client("GET", "/api/runs/one/stream")) {
            next(client);
            int burst = 2000;
            for (int i = 0; i < burst; i++) {
                recorder.accept(new TrainingEvent.CheckpointSaved(50));
            }
            goOn.complete(null);
            training.get();
            int came = 0;
            String status = "running";
            while (status.equals("running")) {
                JsonObject message = next(client).data();
                came += (int) message.array("events").stream()
                        .filter(event -> ((JsonObject) event).text("kind").equals("checkpoint"))
                        .count();
                status = message.text("status");
            }
            assertEquals(burst, came, "a page that shows the end shows what came before it");
        }
    }

    /// Trains in a thread of its own, and waits after the fiftieth step.
    private static CompletableFuture<Void> hundredSteps(
            Linear model, Recorder recorder, CompletableFuture<Void> half, CompletableFuture<Void> goOn) {
        Trainer trainer = Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Sgd.of(), 0.1, model), 1)
                .withBatch(1)
                .withBudget(Budget.steps(100))
                .withListener(recorder)
                .withListener(event -> {
                    if (event instanceof TrainingEvent.StepDone done && done.step() == 50) {
                        half.complete(null);
                        goOn.join();
                    }
                });
        return CompletableFuture.runAsync(
                () -> trainer.fit(ArrayDataset.of(new float[] {0, 1}, Shape.of(1), new int[] {0, 1}, 2)));
    }
}
