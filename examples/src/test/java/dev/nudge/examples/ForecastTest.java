package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastTest {
    @TempDir
    private Path folder;

    @Test
    void comesCloseToTheNoiseOfTheGeneratedSeries() {
        Result result = new Forecast().run(TestSession.of(null));

        double error = TestSession.score(result, "testRmse");
        assertTrue(error < 0.7 * TestSession.score(result, "seasonalNaiveRmse"), () -> "" + result.scores());
        assertTrue(error > 0.7 * TestSession.score(result, "noise"), () -> "it knew the future: " + result.scores());
    }

    @Test
    void aSeriesThatReturnsEveryYearIsForecastAsAYearAgo() throws IOException {
        List<String> lines = new ArrayList<>(List.of("month,sales"));
        for (int month = 0; month < 120; month++) {
            lines.add("%d-%02d,%d".formatted(1990 + month / 12, 1 + month % 12, month % 12 * 10 - 20));
        }

        Result result = new Forecast().run(TestSession.of(file(lines)));

        assertEquals(0, TestSession.score(result, "seasonalNaiveRmse"));
        assertTrue(TestSession.score(result, "testRmse") < 4, () -> "of 110 between the months: " + result.scores());
    }

    @Test
    void beatsBothNaiveForecastsOnRealDaysAndMonths() {
        for (String name : List.of("tables/airline-passengers.csv", "tables/daily-min-temperatures.csv")) {
            Result result = new Forecast().run(TestSession.of(SharedData.file(name)));

            double error = TestSession.score(result, "testRmse");
            assertTrue(error < TestSession.score(result, "seasonalNaiveRmse"), () -> name + " " + result.scores());
            assertTrue(error < TestSession.score(result, "lastValueRmse"), () -> name + " " + result.scores());
        }
    }

    @Test
    void namesWhatIsNoSeries() throws IOException {
        assertRefused("E505", List.of("a,b", "1999-01,1", "1999-02,"));
        assertRefused("E505", List.of("a,b", "1999-02,1", "1999-01,2"));
        assertRefused("E505", List.of("a,b", "yesterday,1", "yesterday noon,2"));
        assertRefused("E504", List.of("a,b,c", "1999-01,1,2"));
        assertRefused("E518", List.of("a,b", "1999-01,1", "1999-02,2", "1999-03,2"));
    }

    private void assertRefused(String code, List<String> lines) throws IOException {
        Path file = file(lines);
        NudgeException refused = assertThrows(NudgeException.class, () -> new Forecast().run(TestSession.of(file)));
        assertEquals(code, refused.code(), refused.getMessage());
    }

    private Path file(List<String> lines) throws IOException {
        return Files.write(folder.resolve("series.csv"), lines);
    }
}
