package dev.nudge.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomKeyTest {
    private static final int COUNT = 100_000;

    private static int[] block(long key, long low, long high) {
        int[] out = new int[4];
        Philox.block(key, low, high, out);
        return out;
    }

    /// The known answers that the authors of Philox publish with their library Random123, for philox4x32 of 10 rounds.
    @Test
    void philoxGivesThePublishedAnswers() {
        assertArrayEquals(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, block(0, 0, 0));
        assertArrayEquals(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, block(-1, -1, -1));
        assertArrayEquals(
                new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
                block(0x299f31d0a4093822L, 0x85a308d3243f6a88L, 0x0370734413198a2eL));
    }

    @Test
    void uniformNumbersHaveTheMomentsOfTheUniformDistribution() {
        double[] drawn = Tensor.uniform(RandomKey.of(1), COUNT).toDoubles();
        assertTrue(Arrays.stream(drawn).allMatch(x -> x >= 0 && x < 1));
        assertMoments(drawn, 0.5, 1.0 / 12);
        long below = Arrays.stream(drawn).filter(x -> x < 0.1).count();
        assertEquals(0.1 * COUNT, below, 5 * Math.sqrt(0.09 * COUNT));
    }

    @Test
    void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
        double[] drawn = Tensor.normal(RandomKey.of(2), COUNT).toDoubles();
        assertMoments(drawn, 0, 1);
        double third = Arrays.stream(drawn).map(x -> x * x * x).average().orElseThrow();
        double fourth = Arrays.stream(drawn).map(x -> x * x * x * x).average().orElseThrow();
        assertEquals(0, third, 5 * Math.sqrt(15.0 / COUNT)); // the sixth moment is 15
        assertEquals(3, fourth, 5 * Math.sqrt(96.0 / COUNT)); // the eighth is 105
        long within = Arrays.stream(drawn).filter(x -> Math.abs(x) < 1).count();
        assertEquals(0.682689 * COUNT, within, 5 * Math.sqrt(0.2166 * COUNT));
    }

    @Test
    void bernoulliNumbersAreOnesAsOftenAsTheProbabilitySays() {
        double[] drawn = Tensor.bernoulli(RandomKey.of(3), 0.3, COUNT).toDoubles();
        assertTrue(Arrays.stream(drawn).allMatch(x -> x == 0 || x == 1));
        assertEquals(0.3 * COUNT, Arrays.stream(drawn).sum(), 5 * Math.sqrt(0.21 * COUNT));
        assertEquals(
                0,
                Arrays.stream(Tensor.bernoulli(RandomKey.of(3), 0, 999).toDoubles())
                        .sum());
        assertEquals(
                999,
                Arrays.stream(Tensor.bernoulli(RandomKey.of(3), 1, 999).toDoubles())
                        .sum());
    }

    private static void assertMoments(double[] drawn, double mean, double variance) {
        double average = Arrays.stream(drawn).average().orElseThrow();
        double spread = Arrays.stream(drawn)
                .map(x -> (x - average) * (x - average))
                .average()
                .orElseThrow();
        assertEquals(mean, average, 5 * Math.sqrt(variance / COUNT));
        assertEquals(variance, spread, 5 * variance * Math.sqrt(2.0 / COUNT));
    }

    @Test
    void equalKeysGiveEqualNumbersAndPartsDifferentOnes() {
        RandomKey key = RandomKey.of(4);
        assertArrayEquals(
                Tensor.normal(key, 9).toFloats(),
                Tensor.normal(RandomKey.of(4), 9).toFloats());
        Set<RandomKey> keys = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            keys.add(RandomKey.of(seed));
            for (int part = -5; part < 45; part++) {
                keys.add(RandomKey.of(seed).at(part));
            }
        }
        assertEquals(20 * 51, keys.size());
        assertNotEquals(key.at(1).at(2), key.at(2).at(1));
    }

    @Test
    void drawsOfNeighbouringKeysAreUncorrelated() {
        double[] a = Tensor.normal(RandomKey.of(5).at(0), COUNT).toDoubles();
        double[] b = Tensor.normal(RandomKey.of(5).at(1), COUNT).toDoubles();
        double product = IntStream.range(0, COUNT)
                .mapToDouble(i -> a[i] * b[i])
                .average()
                .orElseThrow();
        assertEquals(0, product, 5 / Math.sqrt(COUNT));
        double lagged = IntStream.range(1, COUNT)
                .mapToDouble(i -> a[i] * a[i - 1])
                .average()
                .orElseThrow();
        assertEquals(0, lagged, 5 / Math.sqrt(COUNT));
    }

    @Test
    void permutationsHoldEveryNumberOnce() {
        for (int count : new int[] {0, 1, 2, 17, 1000}) {
            int[] order = RandomKey.of(6).at(count).permutation(count);
            assertArrayEquals(
                    IntStream.range(0, count).toArray(),
                    Arrays.stream(order).sorted().toArray());
        }
    }

    @Test
    void allSixPermutationsOfThreeAreEquallyLikely() {
        int[] seen = new int[27];
        int draws = 12_000;
        for (int i = 0; i < draws; i++) {
            int[] order = RandomKey.of(7).at(i).permutation(3);
            seen[order[0] * 9 + order[1] * 3 + order[2]]++;
        }
        int[] counts = Arrays.stream(seen).filter(count -> count > 0).toArray();
        assertEquals(6, counts.length);
        for (int count : counts) {
            assertEquals(draws / 6.0, count, 5 * Math.sqrt(draws * 5 / 36.0));
        }
    }

    @Test
    void belowStaysInItsRange() {
        RandomKey key = RandomKey.of(8);
        int[] seen = new int[7];
        for (int i = 0; i < 7000; i++) {
            seen[key.below(i, 7)]++;
        }
        for (int count : seen) {
            assertEquals(1000, count, 5 * Math.sqrt(7000 * 6 / 49.0));
        }
        assertEquals(0, key.below(3, 1));
        assertThrows(IllegalArgumentException.class, () -> key.below(0, 0));
    }
}
