package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextsTest {
    private static final RandomKey KEY = RandomKey.of(11);

    @TempDir
    private Path folder;

    /// A pair of words that may come in either order; only the order tells the kinds apart, so words alone cannot.
    private static String sentence(int row, int kind) {
        String[] first = {"dog", "cat", "man"};
        String[] second = {"bites", "likes", "sees"};
        String a = first[KEY.below(3L * row, 3)];
        String b = second[KEY.below(3L * row + 1, 3)];
        String filler = "word" + (char) ('a' + KEY.below(3L * row + 2, 20));
        return filler + " " + (kind == 0 ? a + " " + b : b + " " + a);
    }

    @Test
    void spamIsToldByTheOrderOfWordsThatALinearModelCannotSee() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < 600; row++) {
            lines.add((row % 2 == 0 ? "ham\t" : "spam\t") + sentence(row, row % 2));
        }
        Result result = new Spam().run(TestSession.of(Files.write(folder.resolve("sms.tsv"), lines)));
        assertTrue(TestSession.score(result, "testAccuracy") > 0.9, () -> "" + result.scores());
        assertTrue(TestSession.score(result, "baselineAccuracy") < 0.7, () -> "" + result.scores());
    }

    @Test
    void aMessageWithoutAKindIsNamedByItsLine() throws IOException {
        Path file = Files.write(folder.resolve("sms.tsv"), List.of("ham\thello", "eggs\tbuy"));
        NudgeException refused = assertThrows(NudgeException.class, () -> new Spam().run(TestSession.of(file)));
        assertEquals("E505", refused.code());
        assertTrue(refused.where().endsWith("line 2"), refused.where());
        Path few = Files.write(folder.resolve("few.tsv"), List.of("ham\thello", "spam\tbuy"));
        assertEquals(
                "E518",
                assertThrows(NudgeException.class, () -> new Spam().run(TestSession.of(few)))
                        .code());
    }

    @Test
    void formalSentencesAreThoseAboveTheMedian() throws IOException {
        List<String> lines = new ArrayList<>(List.of("Formality,Actual sentence"));
        for (int row = 0; row < 400; row++) {
            boolean formal = row % 2 == 0;
            double score = (formal ? 5 : 2) + KEY.below(row, 10) / 10.0;
            lines.add(score + ",\"" + row + (formal ? "Sincerely, the Committee " : "Hey, wanna come ")
                    + sentence(row, KEY.below(1000L + row, 2)) + "\"");
        }
        Result result = new Formality().run(TestSession.of(Files.write(folder.resolve("f.csv"), lines)));
        assertTrue(TestSession.score(result, "testAccuracy") > 0.95, () -> "" + result.scores());
    }

    @Test
    void praiseAndBlameAreReadFromTheTwoFiles() throws IOException {
        List<String> praise = new ArrayList<>();
        List<String> blame = new ArrayList<>();
        for (int row = 0; row < 200; row++) {
            praise.add("a fine film " + sentence(row, 0));
            blame.add("a poor film caf\u00e9 " + sentence(row, 0));
        }
        Files.write(folder.resolve("rt-polarity.pos"), praise);
        Files.write(folder.resolve("rt-polarity.neg"), blame, StandardCharsets.ISO_8859_1);
        Result result = new Sentiment().run(TestSession.of(folder));
        assertTrue(TestSession.score(result, "testAccuracy") > 0.95, () -> "" + result.scores());
        assertEquals(
                "a poor film café",
                Texts.lines(folder.resolve("rt-polarity.neg")).getFirst().substring(0, 16));
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> new Sentiment().run(TestSession.of(folder.resolve("no"))))
                        .code());
    }

    @Test
    void onASliceOfRealMessagesItDoesBetterThanTheLargerKind() throws IOException {
        Path slice = SharedData.slice("text/sms-spam.tsv", 1000, folder);
        Result result = new Spam().run(TestSession.of(slice));
        double accuracy = TestSession.score(result, "testAccuracy");
        assertTrue(accuracy > TestSession.score(result, "majorityAccuracy") + 0.05, () -> "" + result.scores());
    }
}
