package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesTest {
    @TempDir
    private Path folder;

    /// Names of two or three syllables, each drawn from nine; the last syllable is the first again.
    private static List<String> names(int count) {
        RandomKey key = RandomKey.of(8);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder name = new StringBuilder();
            String first = syllable(key.below(4L * i, 9));
            name.append(first);
            if (key.below(4L * i + 1, 2) == 1) {
                name.append(syllable(key.below(4L * i + 2, 9)));
            }
            names.add(name.append(first).toString());
        }
        return names;
    }

    private static String syllable(int index) {
        return "" + "bdg".charAt(index / 3) + "aio".charAt(index % 3);
    }

    @Test
    void itRemembersWhatATableOfPairsForgets() throws IOException {
        TestSession session = TestSession.of(Files.write(folder.resolve("names.txt"), names(800)));

        Result result = new Names().run(session);

        double loss = TestSession.score(result, "testLoss");
        // What no model can know of a name: its first syllable, its length, and half the time another syllable; spread
        // over 5 or 7 characters with the end.
        double least = (Math.log(9) + Math.log(2) + 0.5 * Math.log(9)) / 6;
        assertTrue(loss > 0.9 * least && loss < 1.25 * least, "least " + least + ", found " + result.scores());
        assertTrue(loss < TestSession.score(result, "baselineLoss") - 0.2, () -> "" + result.scores());
        String bold = session.shown().stream()
                .filter(line -> line.startsWith("at temperature 0.5"))
                .findFirst()
                .orElseThrow();
        String[] written = bold.substring(bold.indexOf("0.5") + 3).strip().split(" ");
        assertTrue(
                Arrays.stream(written)
                                .filter(name ->
                                        name.length() >= 4 && name.startsWith(name.substring(name.length() - 2)))
                                .count()
                        >= 6,
                bold);
    }

    @Test
    void refusesWhatIsNoListOfNames() throws IOException {
        Path empty = Files.write(folder.resolve("empty.txt"), List.of("", " "));
        assertEquals(
                "E505",
                assertThrows(NudgeException.class, () -> new Names().run(TestSession.of(empty)))
                        .code());
        Path book = Files.writeString(folder.resolve("book.txt"), "x".repeat(101));
        assertEquals(
                "E505",
                assertThrows(NudgeException.class, () -> new Names().run(TestSession.of(book)))
                        .code());
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> new Names().run(TestSession.of(folder.resolve("no.txt"))))
                        .code());
    }
}
