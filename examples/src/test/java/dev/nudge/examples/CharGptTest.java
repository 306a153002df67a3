package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CharGptTest {
    @TempDir
    private Path folder;

    @Test
    void learnsATextThatCountingPairsCannotLearn() throws IOException {
        // After "a" comes "b" or "c", by turns: one character back says nothing, four back say all.
        Path file = Files.writeString(folder.resolve("turns.txt"), "ab.ac.".repeat(2000));

        TestSession session = TestSession.of(file);
        Result result = new CharGpt().run(session);

        assertTrue(TestSession.score(result, "validationLoss") < 0.1, () -> "" + result.scores());
        assertEquals(Math.log(2) / 3, TestSession.score(result, "baselineLoss"), 0.01); // unsure at every third place
        assertEquals(Math.log(4), TestSession.score(result, "uniformLoss"), 1e-12);
        assertTrue(
                session.shown().stream().anyMatch(line -> line.contains("ab.ac.ab.ac.ab.ac.ab.ac.ab.ac.")),
                () -> String.join("\n", session.shown()));
    }

    @Test
    void learnsFromTheSourcesOfTheJavaLibrary() {
        Assumptions.assumeTrue(
                Files.exists(Path.of(System.getProperty("java.home"), "lib", "src.zip")),
                "this JDK comes without lib/src.zip");

        Result result = new CharGpt().run(TestSession.of(null));

        double loss = TestSession.score(result, "validationLoss");
        assertTrue(loss < TestSession.score(result, "baselineLoss"), () -> "" + result.scores());
    }

    @Test
    void namesWhatIsNoText() throws IOException {
        Path few = Files.writeString(folder.resolve("few.txt"), "abc");
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertRefused("E518", few);
        assertRefused("E300", bytes);
        assertRefused("E300", folder.resolve("none.txt"));
    }

    private static void assertRefused(String code, Path file) {
        var error = assertThrows(NudgeException.class, () -> new CharGpt().run(TestSession.of(file)));
        assertTrue(error.getMessage().contains(code), error.getMessage());
    }
}
