package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousingTest {
    /// Districts whose price depends on the income and on the distance to a city in the middle of the map; some
    /// numbers of bedrooms are missing.
    private static String districts(int count) {
        RandomKey key = RandomKey.of(4);
        StringBuilder lines = new StringBuilder("longitude,latitude,housing_median_age,total_rooms,total_bedrooms,"
                + "population,households,median_income,median_house_value,ocean_proximity\n");
        for (int i = 0; i < count; i++) {
            double longitude = -120 + key.uniform(5L * i);
            double latitude = 35 + key.uniform(5L * i + 1);
            double income = 1 + 5 * key.uniform(5L * i + 2);
            int households = 100 + key.below(5L * i + 3, 900);
            double away = Math.hypot(longitude + 119.5, latitude - 35.5);
            lines.append("%.4f,%.4f,%d,%d,%s,%d,%d,%.4f,%.1f,%s\n"
                    .formatted(
                            longitude,
                            latitude,
                            10 + i % 30,
                            5 * households,
                            i % 20 == 0 ? "" : households,
                            3 * households,
                            households,
                            income,
                            50_000 + 30_000 * income + 200_000 * Math.exp(-8 * away * away),
                            i % 2 == 0 ? "INLAND" : "NEAR BAY"));
        }
        return lines.toString();
    }

    @Test
    void findsThePlaceThatALinearModelCannot(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("housing.csv"), districts(1200));

        Result result = new Housing().run(TestSession.of(file));

        double error = TestSession.score(result, "testRmse");
        double baseline = TestSession.score(result, "baselineRmse");
        assertTrue(baseline > 40_000, () -> "no weighted sum is high in the middle alone: " + result.scores());
        assertTrue(error < 0.6 * baseline, () -> "" + result.scores());
    }

    @Test
    void doesBetterThanALinearModelOnASliceOfTheRealDistricts(@TempDir Path folder) throws IOException {
        Path slice = SharedData.slice("tables/california-housing.csv", 3000, folder);

        Result result = new Housing().run(TestSession.of(slice));

        double error = TestSession.score(result, "testRmse");
        assertTrue(error < TestSession.score(result, "baselineRmse"), () -> "" + result.scores());
    }
}
