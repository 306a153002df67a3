package dev.nudge.studio.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.studio.record.Curve;
import dev.nudge.studio.record.RunReader;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionRecordTest {
    @TempDir
    Path folder;

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.getBytes(StandardCharsets.UTF_8), "test", JsonRules.CONFIGURATION);
    }

    @Test
    void aSessionIsKeptWithEveryPointAndCanBeHadAgainFromItsRecord() throws IOException {
        try (Sessions sessions = new Sessions()) {
            Session session = sessions.create(json("{\"dropout\": 0.1}")).orElseThrow();
            session.step(json("{\"steps\": 10}"));
            session.set(json("{\"learningRate\": 0.1}"));
            session.step(json("{\"steps\": 10}"));
            session.set(json("{\"parameter\": \"layers.0.weight\", \"index\": [0, 1], \"value\": 0.5}"));
            session.step(json("{\"steps\": 40}"));
            session.record(_ -> folder);

            JsonObject history = session.history(60).object("batchLoss");
            try (RunReader reader = RunReader.open(folder)) {
                Curve loss = reader.curve("loss", 0, 60, 60);
                assertEquals(
                        history.array("mean"),
                        JsonArray.of(Numbers.of(loss.mean()).elements().toArray(new Json[0]))
                                .elements());
                assertEquals(60, loss.points());
                Curve rate = reader.curve("learningRate", 0, 60, 60);
                assertEquals(List.of(1L, 11L), List.of(rate.steps()[0], rate.steps()[1]));
                assertEquals(0.1, rate.mean()[1]);
                // 120 training points in batches of 16: 8 steps an epoch.
                assertEquals(7, reader.curve("validationLoss", 0, 60, 60).points());
                assertEquals(7, reader.curve("validation/accuracy", 0, 60, 60).points());
                List<String> kinds = reader.events(0, 100).stream()
                        .map(RunReader.Event::kind)
                        .toList();
                assertEquals("started", kinds.getFirst());
                assertEquals("stopped", kinds.getLast());
                assertTrue(kinds.contains("learningRate"), kinds.toString());
            }

            JsonObject run = json(Files.readString(folder.resolve("run.json")));
            assertEquals("playground", run.text("kind"));
            assertEquals(session.state().text("digest"), run.object("result").text("weights"));
            assertEquals(session.state().object("loss").number("knowNothing"), run.number("knowNothing"));
            JsonObject playground = run.object("playground");
            JsonObject again = playground
                    .object("specification")
                    .with("changes", new JsonArray(playground.array("changes")))
                    .with("steps", playground.integer("steps"));
            assertEquals(
                    session.state().text("digest"),
                    sessions.create(again).orElseThrow().state().text("digest"));
        }
    }

    @Test
    void beforeTheFirstStepThereIsNothingToKeep() {
        try (Sessions sessions = new Sessions()) {
            Session session = sessions.create(JsonObject.EMPTY).orElseThrow();
            assertThrows(NudgeException.class, () -> session.record(_ -> folder));
        }
    }
}
