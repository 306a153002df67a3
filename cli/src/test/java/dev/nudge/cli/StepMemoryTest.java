package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepMemoryTest {
    @TempDir
    Path folder;

    private Shell.Result train(String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--json", "--batch", "256", "--steps", "3"));
        arguments.addAll(List.of("--model", "mlp:" + String.join(",", Collections.nCopies(12, "32"))));
        arguments.addAll(List.of("--out", folder.resolve(name).toString()));
        arguments.addAll(List.of(more));
        return Shell.run(arguments.toArray(String[]::new));
    }

    private static String weights(Shell.Result result) {
        assertEquals(Main.DONE, result.exitCode(), result.err());
        return result.events().getLast().text("weights");
    }

    @Test
    void aRunInLessMemoryGivesTheSameWeights() {
        String expected = weights(train("a"));
        assertEquals(expected, weights(train("b", "--memory", "least")));
        assertEquals(expected, weights(train("c", "--memory", "500kB")));
        String run = folder.resolve("b").toString();
        Shell.Result again = Shell.run(
                "train", "--json", "--replay", run, "--out", folder.resolve("d").toString(), "--memory", "1GB");
        assertEquals(expected, weights(again));
    }

    @Test
    void tooLittleIsRefusedWithWhatWouldDo() {
        Shell.Result refused = train("a", "--memory", "100kB");
        assertEquals(Main.USAGE, refused.exitCode());
        assertTrue(refused.err().contains("where activations are computed again, the budget is 100000"), refused.err());
    }

    @Test
    void anExampleInLessMemoryGivesTheSameWeights() {
        List<String> words = List.of("example", "recommender", "--small", "--json", "--out");
        List<String> kept = new ArrayList<>(words);
        kept.add(folder.resolve("a").toString());
        List<String> again = new ArrayList<>(words);
        again.addAll(List.of(folder.resolve("b").toString(), "--memory", "least"));
        assertEquals(weights(Shell.run(kept.toArray(String[]::new))), weights(Shell.run(again.toArray(String[]::new))));
        again.set(again.size() - 1, "1B");
        Shell.Result refused = Shell.run(again.toArray(String[]::new));
        assertTrue(refused.err().contains("error[E611] --memory: expected a size"), refused.err());
    }

    private static long planned(String... memory) {
        List<String> arguments = new ArrayList<>(List.of("plan", "--json", "--batch", "256", "--model", "mlp:32,32"));
        arguments.addAll(List.of(memory));
        Shell.Result result = Shell.run(arguments.toArray(String[]::new));
        return result.events().getLast().integer("memoryBytes");
    }

    @Test
    void thePlanCountsNoMoreThanTheLimit() {
        // 64 pixels, and 32, 32 and 10 units with sum and activation, forth and back, for 256 examples
        long all = 4L * 256 * (64 + 4 * (32 + 32 + 10));
        assertEquals(all - 100_000, planned() - planned("--memory", "100kB"));
        assertEquals(all, planned() - planned("--memory", "least"));
    }
}
