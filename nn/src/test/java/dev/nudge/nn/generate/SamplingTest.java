package dev.nudge.nn.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplingTest {
    private static final RandomKey KEY = RandomKey.of(3);

    /// Logits of the probabilities 0.4, 0.1, 0.3, 0.2.
    private static final float[] LOGITS = {
        (float) Math.log(0.4), (float) Math.log(0.1), (float) Math.log(0.3), (float) Math.log(0.2)
    };

    private static List<Integer> kept(Sampling rule) {
        return rule.table(LOGITS).stream()
                .filter(NextToken::kept)
                .map(NextToken::token)
                .toList();
    }

    private static double[] shares(Sampling rule, int draws) {
        double[] shares = new double[LOGITS.length];
        for (int i = 0; i < draws; i++) {
            shares[rule.draw(LOGITS, KEY, i)] += 1.0 / draws;
        }
        return shares;
    }

    @Test
    void theTableListsTheMostProbableFirst() {
        List<NextToken> table = Sampling.of().table(LOGITS);

        assertEquals(List.of(0, 2, 3, 1), table.stream().map(NextToken::token).toList());
        double[] expected = {0.4, 0.3, 0.2, 0.1};
        for (int rank = 0; rank < 4; rank++) {
            assertEquals(expected[rank], table.get(rank).probability(), 1e-7);
            assertTrue(table.get(rank).kept());
        }
    }

    @Test
    void temperatureRaisesProbabilitiesToAPower() {
        double total = 0;
        for (double p : new double[] {0.4, 0.3, 0.2, 0.1}) {
            total += p * p;
        }

        List<NextToken> table = Sampling.of().withTemperature(0.5).table(LOGITS);

        assertEquals(0.16 / total, table.getFirst().probability(), 1e-7);
        assertEquals(0.01 / total, table.getLast().probability(), 1e-7);
    }

    @Test
    void topKAndTopPCutTheImprobable() {
        assertEquals(List.of(0, 2), kept(Sampling.of().withTopK(2)));
        assertEquals(List.of(0, 2, 3, 1), kept(Sampling.of().withTopK(9)));
        assertEquals(List.of(0), kept(Sampling.of().withTopP(0.3)));
        assertEquals(List.of(0, 2), kept(Sampling.of().withTopP(0.69)));
        assertEquals(List.of(0, 2, 3), kept(Sampling.of().withTopP(0.71)));
        assertEquals(List.of(0), kept(Sampling.of().withTopP(1e-9)));
        assertEquals(List.of(0, 2), kept(Sampling.of().withTopK(3).withTopP(0.6))); // 4/9 and 3/9 reach it
        assertEquals(List.of(0), kept(Sampling.greedy()));
    }

    @Test
    void drawsFollowTheProbabilitiesOfWhatIsKept() {
        int draws = 20_000;
        double[] all = shares(Sampling.of(), draws);
        double[] two = shares(Sampling.of().withTopK(2), draws);

        double[] expected = {0.4, 0.1, 0.3, 0.2};
        for (int token = 0; token < 4; token++) {
            double deviation = Math.sqrt(expected[token] * (1 - expected[token]) / draws);
            assertEquals(expected[token], all[token], 5 * deviation);
        }
        assertEquals(4 / 7.0, two[0], 5 * 0.5 / Math.sqrt(draws));
        assertEquals(0, two[1] + two[3]);
    }

    @Test
    void aDrawDependsOnKeyAndIndexAlone() {
        Sampling rule = Sampling.of();
        List<Integer> once =
                IntStream.range(0, 50).mapToObj(i -> rule.draw(LOGITS, KEY, i)).toList();
        List<Integer> again = IntStream.range(0, 50)
                .mapToObj(i -> rule.draw(LOGITS, KEY, 49 - i))
                .toList()
                .reversed();
        List<Integer> other = IntStream.range(0, 50)
                .mapToObj(i -> rule.draw(LOGITS, KEY.at(1), i))
                .toList();

        assertEquals(once, again);
        assertTrue(!once.equals(other));
    }

    @Test
    void greedyTakesTheFirstOfEqualOnesAndNeedsNoChance() {
        assertEquals(1, Sampling.greedy().draw(new float[] {0, 5, 5, 1}, KEY, 0));
    }

    @Test
    void extremeLogitsAreNoTrouble() {
        float[] logits = {-3e38f, 3e38f, Float.NEGATIVE_INFINITY};

        assertEquals(1, Sampling.of().draw(logits, KEY, 0));
        assertEquals(1, Sampling.of().withTemperature(1e-300).draw(logits, KEY, 0));
        assertEquals(0, Sampling.of().table(logits).getLast().probability());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Sampling.of().withTemperature(-1));
        assertThrows(IllegalArgumentException.class, () -> Sampling.of().withTemperature(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Sampling.of().withTopK(0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.of().withTopP(0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.of().withTopP(1.1));
        assertThrows(IllegalArgumentException.class, () -> Sampling.of().table(new float[] {1, Float.NaN}));
        assertThrows(IllegalArgumentException.class, () -> Sampling.of().table(new float[0]));
    }
}
