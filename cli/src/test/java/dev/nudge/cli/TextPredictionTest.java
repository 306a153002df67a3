package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextPredictionTest {
    @TempDir
    Path folder;

    @Test
    void theModelFileOfTheSpamFilterTellsItFromLetters() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            lines.add("ham\tsee you at lunch, " + (char) ('a' + i % 26) + i);
            lines.add("spam\tWIN a prize now, call " + (char) ('a' + i % 26) + i);
        }
        Path data = Files.write(folder.resolve("sms.tsv"), lines);
        String run = folder.resolve("run").toString();
        Shell.Result trained =
                Shell.run("example", "spam", "--small", "--threads", "1", "--data", data.toString(), "--out", run);
        assertEquals(Main.DONE, trained.exitCode(), trained.err());

        Shell.Result one = Shell.run("predict", run, "--text", "WIN a prize, call now");
        assertEquals(Main.DONE, one.exitCode(), one.err());
        assertTrue(one.out().startsWith("spam ("), one.out());
        Path texts = Files.write(folder.resolve("texts.txt"), List.of("lunch, see you?", "call now: a prize"));
        Shell.Result two = Shell.run("predict", run + "/model.nudge", texts.toString(), "--json");
        assertEquals(Main.DONE, two.exitCode(), two.err());
        assertEquals(
                List.of("ham", "spam"),
                two.events("prediction").stream().map(seen -> seen.text("name")).toList());
        JsonObject seen = two.events("prediction").getFirst();
        assertEquals(2, seen.array("probabilities").size());

        Shell.Result none = Shell.run("predict", run, folder.resolve("none.txt").toString());
        assertEquals(Main.USAGE, none.exitCode());
        Shell.Result generated = Shell.run("generate", run);
        assertTrue(generated.err().contains("error[E347]"), generated.err());
    }
}
