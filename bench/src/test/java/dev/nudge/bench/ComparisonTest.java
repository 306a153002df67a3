package dev.nudge.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Measurement measured(String peer, String workload, double examples) {
        return new Measurement(
                peer, workload, 100, 8, 1000, 2_000_000_000L, examples, 100 / examples, 0.5, 200, 1.5, 2.3, 0.1, 0);
    }

    private static Comparison.Point point(String workload, double[] nudge, double[] peer) {
        Map<String, List<Measurement>> measured = new LinkedHashMap<>();
        for (double examples : nudge) {
            measured.computeIfAbsent("nudge", _ -> new ArrayList<>()).add(measured("nudge", workload, examples));
        }
        for (double examples : peer) {
            measured.computeIfAbsent("libtorch", _ -> new ArrayList<>()).add(measured("libtorch", workload, examples));
        }
        return new Comparison.Point(workload, 100, 8, measured);
    }

    private static Comparison comparison(Comparison.Point... points) {
        return new Comparison(List.of("nudge", "libtorch"), List.of(points), 100e9);
    }

    @Test
    void theRatioIsTheMedianOfThoseOfEachRound() {
        // 1/1, 8/2 and 6/3: the median is 2; that of the medians, 6/2, would be 3.
        Comparison.Point point = point("W1", new double[] {1, 8, 6}, new double[] {1, 2, 3});
        assertEquals(2, point.ratio("libtorch"));
    }

    @Test
    void mediansAndMeansAreThoseOfTheBook() {
        assertEquals(2, Comparison.median(3, 1, 2));
        assertEquals(2.5, Comparison.median(4, 1, 2, 3));
        assertEquals(4, Comparison.geometricMean(2, 8), 1e-12);
        assertEquals(1, Comparison.geometricMean(0.5, 2), 1e-12);
    }

    @Test
    void theTableHasARowForEachWorkloadAndAMeanOfAll() {
        List<String> lines = comparison(
                        point("W1", new double[] {1000, 1000}, new double[] {500, 500}),
                        point("W2", new double[] {400}, new double[] {50}))
                .table()
                .lines()
                .toList();
        assertEquals(
                "| workload | batch | width | step, ms | nudge, examples/s | libtorch, examples/s | nudge : libtorch"
                        + " | share of peak | memory, MiB | first step, s |",
                lines.get(0));
        assertEquals("|---|---|---|---|---|---|---|---|---|---|", lines.get(1));
        // 100 examples at 1000 a second are 0.1 s; 2 GFLOP in 0.1 s are 20 GFLOP/s, a fifth of the peak of 100.
        assertEquals(
                "| W1 | 100 | 8 | 100.000 | 1000 | 500 | 2.00 | 20 % / 10 % | 200 / 200 | 0.50 / 0.50 |", lines.get(2));
        assertEquals(
                "| W2 | 100 | 8 | 250.000 | 400 | 50 | 8.00 | 8 % / 1 % | 200 / 200 | 0.50 / 0.50 |", lines.get(3));
        assertEquals("Geometric mean of nudge : libtorch over 2 rows: 4.00.", lines.get(5));
        assertEquals("Peak of all threads: 100 GFLOP/s. Cells of several numbers: nudge / libtorch.", lines.get(6));
        assertEquals("Jars that a program needs, MiB: 1.5 / 1.5.", lines.get(7));
    }

    @Test
    void aSweepShowsTheCostOfAStepBesideThatOfTheFirst() {
        String table = comparison(
                        point("W1", new double[] {1000}, new double[] {}),
                        point("W1", new double[] {250}, new double[] {}))
                .table();
        assertTrue(table.contains("| of the first |"), table);
        assertTrue(table.contains("| W1 | 100 | 8 | 400.000 | 4.00 | 250 | - | - | 5 % / - | 200 / - |"), table);
    }

    @Test
    void aPeerThatLacksAWorkloadIsLeftOutOfItsMean() {
        String table = comparison(
                        point("W1", new double[] {1000}, new double[] {500}),
                        point("W2", new double[] {1000}, new double[] {}))
                .table();
        assertTrue(table.contains("over 1 rows: 2.00"), table);
    }

    @Test
    void whatDidNotDoTheSameWorkIsNamed() {
        Measurement nudge = measured("nudge", "W1", 10);
        assertEquals(List.of(), differences(nudge, with(1004, 2.3)));
        assertEquals(List.of(), differences(nudge, with(1000, 9)));
        assertEquals(List.of("W1: libtorch trains 1006 parameters, nudge 1000"), differences(nudge, with(1006, 2.3)));
        assertEquals(
                List.of("W1: the loss of libtorch goes from 12.000 to 0.100, that of nudge from 2.300 to 0.100"),
                differences(nudge, with(1000, 12)));
        assertEquals(1, differences(nudge, with(1000, Double.NaN)).size());
        Measurement ofOne = new Measurement("nudge", "W1", 1, 8, 1000, 0, 10, 10, 0.5, 200, 1.5, 2.3, 0.1, 0);
        assertEquals(List.of(), differences(ofOne, with(1000, 12))); // one example may be far from the mean
        assertEquals(1, differences(ofOne, with(1000, Double.NaN)).size());
    }

    private static Measurement with(long parameters, double firstLoss) {
        return new Measurement("libtorch", "W1", 100, 8, parameters, 0, 10, 10, 0.5, 200, 1.5, firstLoss, 0.1, 0);
    }

    private static List<String> differences(Measurement nudge, Measurement peer) {
        Map<String, List<Measurement>> measured = Map.of("nudge", List.of(nudge), "libtorch", List.of(peer));
        return comparison(new Comparison.Point("W1", 100, 8, measured)).differences();
    }
}
