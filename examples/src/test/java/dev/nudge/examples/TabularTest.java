package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TabularTest {
    private static final String[] WORK = {"Private", "State-gov", "?"};

    /// Forms in which who is married *or else* has studied long, but not both, earns much: no weighted sum says
    /// so.
    private static String forms(int count) {
        RandomKey key = RandomKey.of(3);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            boolean married = key.below(4L * i, 2) == 1;
            int years = 6 + key.below(4L * i + 1, 10);
            String income = married != years > 10 ? ">50K" : "<=50K";
            lines.append("%d, %s, 1000, School, %d, %s, Sales, Own, White, Male, 0, 0, %d, United-States, %s\n"
                    .formatted(
                            20 + key.below(4L * i + 2, 40),
                            WORK[i % 3],
                            years,
                            married ? "Married" : "Single",
                            30 + key.below(4L * i + 3, 20),
                            income));
        }
        return lines.toString();
    }

    @Test
    void findsWhatALinearModelCannot(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("adult.data"), forms(1500));

        Result result = new Tabular().run(TestSession.of(file));

        assertTrue(TestSession.score(result, "testAccuracy") > 0.9, () -> "" + result.scores());
        assertTrue(TestSession.score(result, "baselineAccuracy") < 0.7, () -> "" + result.scores());
    }

    @Test
    void doesBetterThanTheLargerClassOnASliceOfTheRealForms(@TempDir Path folder) throws IOException {
        Path slice = SharedData.slice("tables/adult.data", 4000, folder);

        Result result = new Tabular().run(TestSession.of(slice));

        double accuracy = TestSession.score(result, "testAccuracy");
        assertTrue(accuracy > TestSession.score(result, "majorityAccuracy") + 0.04, () -> "" + result.scores());
    }

    @Test
    void namesTheLineWithoutAnIncome(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("adult.data"), forms(20).replaceFirst(">50K", "much"));

        NudgeException refused = assertThrows(NudgeException.class, () -> new Tabular().run(TestSession.of(file)));

        assertEquals("E505", refused.code());
        assertTrue(refused.where().contains("line") && refused.getMessage().contains("much"), refused.getMessage());
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> new Tabular().run(TestSession.of(null)))
                        .code());
    }
}
