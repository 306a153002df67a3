package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.examples.Example;
import dev.nudge.examples.Examples;
import dev.nudge.train.io.Json.JsonObject;
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

        Shell.Result refused = Shell.run("eval", run);
        assertEquals(Main.USAGE, refused.exitCode());
        assertTrue(refused.err().contains("example recommender"), refused.err());
        Shell.Result again = Shell.run("example", "--resume", run, "--json"); // done already: nothing is left to train
        assertEquals(Main.DONE, again.exitCode(), again.err());
        assertEquals(last.text("weights"), again.events().getLast().text("weights"));
    }
}
