package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run whose process is killed at any moment, again and again, ends with the bits of one that was left alone.
class KillTest {
    private static final long SEED = Long.getLong("seed", 4_711);
    private static final long STEPS = 100_000; // more than the killed processes reach

    @TempDir
    private Path folder;

    @Test
    void aFewKillsDoNotChangeABit() throws IOException, InterruptedException {
        killAndCompare(15);
    }

    @Test
    @Tag("slow")
    void aHundredKillsDoNotChangeABit() throws IOException, InterruptedException {
        killAndCompare(100);
    }

    private void killAndCompare(int kills) throws IOException, InterruptedException {
        Path killed = folder.resolve("killed");
        long reached = 0;
        for (int kill = 0; kill < kills; kill++) {
            RandomKey key = RandomKey.of(SEED).at(kill);
            long saved = kill(killed, key);
            assertTrue(saved >= reached, "kill " + kill + " of -Dseed=" + SEED + " went back from step " + reached);
            reached = saved;
        }
        long steps = reached + 50;
        assertEquals(
                TrainingProcess.run(folder.resolve("whole"), steps, Long.MAX_VALUE),
                TrainingProcess.run(killed, steps, Long.MAX_VALUE),
                "after " + kills + " kills, -Dseed=" + SEED + ", at step " + steps);
    }

    /// The step of the last checkpoint that a process reported before it was killed, while it saved or trained.
    private static long kill(Path place, RandomKey key) throws IOException, InterruptedException {
        Process process = TrainingProcess.start(place, STEPS, 1 + key.below(0, 3));
        long last = 0;
        try (BufferedReader out = process.inputReader()) {
            int lines = key.below(1, 8);
            String line = "";
            for (int i = 0; i <= lines && line != null; i++) {
                line = out.readLine();
                last = line == null ? last : number(line);
            }
            Thread.sleep(0, 1 + key.below(2, 900_000)); // not always right after a save
            process.toHandle().destroyForcibly(); // SIGKILL, and what it has said can still be read
            for (String rest = out.readLine(); rest != null; rest = out.readLine()) {
                last = Math.max(last, number(rest));
            }
        }
        process.waitFor();
        return last;
    }

    private static long number(String line) {
        return line.startsWith("saved ") ? Long.parseLong(line.substring("saved ".length())) : 0;
    }

    @Test
    void aColdProcessGivesTheBitsOfAWarmOne() throws IOException, InterruptedException {
        String here = TrainingProcess.run(folder.resolve("here"), 30, Long.MAX_VALUE);
        for (List<String> options : List.of(List.of("-Xint"), List.of("-XX:TieredStopAtLevel=4"))) {
            Process process = TrainingProcess.start(
                    folder.resolve("cold" + options.getFirst().hashCode()),
                    30,
                    Long.MAX_VALUE,
                    options.toArray(String[]::new));
            try (BufferedReader out = process.inputReader()) {
                String last = "";
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    last = line;
                }
                assertEquals(here, last, options.toString());
            }
            assertEquals(0, process.waitFor());
        }
    }
}
