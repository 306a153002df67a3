package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Parameter;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderTest {
    @Test
    void findsTheFactorsThatMadeTheRatings() {
        Result result = new Recommender().run(TestSession.of(null));
        assertTrue(TestSession.score(result, "factorRecovery") > 0.9, () -> "" + result.scores());
        double error = TestSession.score(result, "testRmse");
        assertTrue(error > 0.25 && error < 0.45, "the noise has deviation 0.3, the error is " + error);
        assertTrue(error < 0.6 * TestSession.score(result, "baselineRmse"), () -> "" + result.scores());
    }

    @Test
    void factorsTurnedAndShiftedCountAsFoundAndOthersDoNot() {
        double[][] truth = {{1, 0}, {0, 1}, {-1, 2}, {3, -1}, {2, 2}};
        float[] turned = new float[2 * truth.length];
        float[] unrelated = new float[2 * truth.length];
        for (int row = 0; row < truth.length; row++) {
            turned[2 * row] = (float) (2 * truth[row][0] - truth[row][1] + 5);
            turned[2 * row + 1] = (float) (truth[row][0] + truth[row][1] - 1);
            unrelated[2 * row] = row == 0 ? 1 : 0;
            unrelated[2 * row + 1] = row == 1 ? 1 : 0;
        }
        assertEquals(1, Recommender.recovery(truth, Parameter.of(turned, truth.length, 2)), 1e-9);
        assertTrue(Recommender.recovery(truth, Parameter.of(unrelated, truth.length, 2)) < 0.6);
    }

    @Test
    void readsTheRatingsOfAFolder(@TempDir Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int user = 1; user <= 100; user++) {
            for (int item = 1; item <= 30; item++) {
                lines.append("%d\t%d\t%d\t881250949\n".formatted(10 * user, 3 * item, item % 2 == 0 ? 5 : 1));
            }
        }
        Files.writeString(folder.resolve("u.data"), lines);
        Result result = new Recommender().run(TestSession.of(folder));
        assertTrue(TestSession.score(result, "testRmse") < 0.5, "an item's rating is the same for everyone");
    }

    @Test
    void namesTheLineThatIsNoRating(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("u.data"), List.of("1\t2\t3\t4", "1\t2"));
        NudgeException refused =
                assertThrows(NudgeException.class, () -> new Recommender().run(TestSession.of(folder)));
        assertEquals("E505", refused.code());
        assertTrue(refused.where().endsWith("line 2"), refused.where());
    }
}
