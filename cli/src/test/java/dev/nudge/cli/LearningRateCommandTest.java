package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonObject;
import org.junit.jupiter.api.Test;

class LearningRateCommandTest {
    @Test
    void theRateThatIsFoundTrains() {
        Shell.Result found = Shell.run("lr-find", "--json", "--model", "mlp:16", "--optimizer", "sgd");
        assertEquals(Main.DONE, found.exitCode(), found.err());
        JsonObject result = found.events().getLast();
        double rate = result.number("learningRate");

        assertEquals("result", result.text("event"));
        assertTrue(rate > 0.01 && rate < 3, "sgd on digits learns well around 0.1 to 1, found " + rate);
        assertEquals(result.integer("steps"), found.events("rate").size());
        assertTrue(rate < result.number("lowest"));
        assertEquals(rate, result.number("steepest"), "nothing exploded up to a rate of 10");
        assertTrue(result.find("divergence") instanceof JsonNull);
    }

    @Test
    void theCurveIsDrawnWithTheSuggestionBelow() {
        Shell.Result found = Shell.run("lr-find", "--model", "mlp:16", "--steps", "100");
        assertEquals(Main.DONE, found.exitCode(), found.err());

        assertTrue(found.out().lines().filter(line -> line.contains("*")).count() >= 4, found.out());
        assertTrue(found.out().lines().anyMatch(line -> line.strip().equals("^")), found.out());
        assertTrue(found.out().contains("learning rate"), found.out());
        found.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void theSameCommandFindsTheSame() {
        String[] words = {"lr-find", "--json", "--model", "mlp:8", "--steps", "40"};
        assertEquals(Shell.run(words).out(), Shell.run(words).out());
    }

    @Test
    void wrongRangesAreRefused() {
        assertEquals(
                Main.USAGE, Shell.run("lr-find", "--from", "1", "--to", "0.1").exitCode());
        assertEquals(Main.USAGE, Shell.run("lr-find", "--from", "0").exitCode());
        assertEquals(Main.USAGE, Shell.run("lr-find", "--steps", "3").exitCode());
        assertTrue(Shell.run("lr-find", "--optimizer", "adm").err().contains("Did you mean adam?"));
    }
}
