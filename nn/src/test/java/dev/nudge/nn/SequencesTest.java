package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Rotary.Pairing;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SequencesTest {
    private static final Embedding TABLE =
            new Embedding(Parameter.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2), OptionalInt.empty());

    private static Tensor normal(int seed, int... shape) {
        return Tensor.data(
                Tensor.normal(RandomKey.of(seed), shape).cast(DType.F64).value());
    }

    // ---- embedding ------------------------------------------------------------------------------------------------

    @Test
    void anIdGetsItsRow() {
        Tensor y = TABLE.forward(Tensor.of(new int[] {2, 0, 2, 3}, 2, 2));
        assertEquals(Shape.of(2, 2, 2), y.shape());
        assertArrayEquals(new double[] {5, 6, 1, 2, 5, 6, 7, 8}, y.toDoubles());
    }

    @Test
    void embeddingIsTheProductOfOneHotRowsAndTheTable() {
        Tensor ids = Tensor.of(new int[] {3, 1, 1, 0}, 4);
        Tensor product = ids.oneHot(4).cast(DType.F64).matmul(TABLE.weight().tensor());
        assertArrayEquals(product.toDoubles(), TABLE.forward(ids).toDoubles());
    }

    @Test
    void aRowGetsTheGradientsOfAllItsUses() {
        Tensor weights = Tensor.of(new double[] {1, 10, 100, 1000, 10000, 100000}, 3, 2);
        Tensor loss =
                TABLE.forward(Tensor.of(new int[] {1, 3, 1}, 3)).mul(weights).sum();
        Parameter table = TABLE.weight();
        assertArrayEquals(
                new double[] {0, 0, 10001, 100010, 0, 0, 100, 1000},
                loss.backward(List.of(table)).of(table).toDoubles());
    }

    @Test
    void paddingIsZeroAndTrainingDoesNotTouchItsRow() {
        Embedding layer = Embedding.of(5, 3, RandomKey.of(1)).withPadding(2);
        float[] before = layer.weight().tensor().toFloats();
        Tensor ids = Tensor.of(new int[] {2, 1, 4, 2}, 2, 2);
        float[] y = layer.forward(ids).toFloats();
        assertArrayEquals(new float[3], Arrays.copyOf(y, 3));
        assertArrayEquals(new float[3], Arrays.copyOfRange(y, 9, 12));

        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(0), 0.1, layer);
        optimizer.step(layer.forward(ids).sum().backward(optimizer.parameters().values()));

        float[] after = layer.weight().tensor().toFloats();
        for (int row = 0; row < 5; row++) {
            boolean same = Arrays.equals(before, 3 * row, 3 * row + 3, after, 3 * row, 3 * row + 3);
            assertEquals(row != 1 && row != 4, same, "row " + row);
        }
    }

    @Test
    void anIdOutsideIsNamedWithTheVocabulary() {
        var large = assertThrows(
                IllegalArgumentException.class, () -> TABLE.forward(Tensor.of(new int[] {0, 1, 2, 4}, 2, 2)));
        assertTrue(
                large.getMessage().contains("id 4 at position 3 of [2, 2]")
                        && large.getMessage().contains("vocabulary of 4"),
                large.getMessage());
        assertThrows(IllegalArgumentException.class, () -> TABLE.forward(Tensor.of(new int[] {-1}, 1)));
        Tensor computed = Tensor.of(new int[] {3}, 1).add(Tensor.of(new int[] {9}, 1));
        var late = assertThrows(
                IllegalArgumentException.class, () -> TABLE.forward(computed).value());
        assertTrue(late.getMessage().contains("12"), late.getMessage());
        assertThrows(ShapeException.class, () -> TABLE.forward(Tensor.of(new float[] {1}, 1)));
        assertThrows(IllegalArgumentException.class, () -> TABLE.withPadding(4));
        assertThrows(IllegalArgumentException.class, () -> Embedding.of(0, 3, RandomKey.of(1)));
    }

    @Test
    void theVectorsStartWithLengthsAroundOne() {
        Tensor lengths = Embedding.of(500, 64, RandomKey.of(4))
                .weight()
                .tensor()
                .square()
                .sum(1);
        assertEquals(1, lengths.mean().item(), 0.03);
    }

    @Test
    void aBagAddsOrAveragesWhatIsNotPadding() {
        Tensor ids = Tensor.of(new int[] {1, 3, 0, 0, 0, 0}, 2, 3);
        Embedding padded = TABLE.withPadding(0);
        assertArrayEquals(
                new double[] {10, 12, 0, 0},
                new EmbeddingBag(padded, EmbeddingBag.Pooling.SUM).forward(ids).toDoubles());
        assertArrayEquals(
                new double[] {5, 6, 0, 0},
                new EmbeddingBag(padded, EmbeddingBag.Pooling.MEAN).forward(ids).toDoubles());
        assertArrayEquals(
                new double[] {11 / 3.0, 14 / 3.0, 1, 2},
                new EmbeddingBag(TABLE, EmbeddingBag.Pooling.MEAN).forward(ids).toDoubles(),
                1e-15);
    }

    @Test
    void theSummaryKnowsIds() {
        Summary summary = Summary.of(SequenceSnippets.bag(), Type.of(DType.I32, Shape.of(8, 20)));
        assertEquals(5000 * 32 + 32 * 2 + 2, summary.parameters());
        assertTrue(summary.toString().contains("EmbeddingBag"), summary.toString());
    }

    // ---- positions ------------------------------------------------------------------------------------------------

    @Test
    void sinusoidalPositionsAreTheWavesOfThePaper() {
        double[] y = Positions.sinusoidal()
                .forward(Tensor.of(new double[3 * 4], 1, 3, 4))
                .toDoubles();
        for (int t = 0; t < 3; t++) { // the second pair: 10000^(2/4) = 100
            assertArrayEquals(
                    new double[] {Math.sin(t), Math.cos(t), Math.sin(t / 100.0), Math.cos(t / 100.0)},
                    Arrays.copyOfRange(y, 4 * t, 4 * t + 4),
                    1e-14);
        }
    }

    @Test
    void learnedPositionsAreRowsAddedToEachTimeAndNoLongerThanTheContext() {
        Positions positions = new Positions.Learned(Parameter.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2));
        assertArrayEquals(
                new double[] {11, 12, 23, 24, 31, 32, 43, 44},
                positions
                        .forward(Tensor.of(new double[] {10, 10, 20, 20, 30, 30, 40, 40}, 2, 2, 2))
                        .toDoubles());
        var refused = assertThrows(ShapeException.class, () -> positions.forward(Tensor.of(new double[8], 1, 4, 2)));
        assertTrue(refused.getMessage().contains("at most 3 times"), refused.getMessage());
        assertEquals(List.of("weight"), List.copyOf(positions.parameters().keySet()));
    }

    @Test
    void rotaryTurnsPairsByAnglesInProportionToTheTime() {
        double[] x = {1, 2, 3, 4};
        double slow = 1 / 100.0; // 10000^(-2/4)
        double[] adjacent = Rotary.of(Pairing.ADJACENT)
                .withStart(5)
                .forward(Tensor.of(x, 1, 4))
                .toDoubles();
        assertArrayEquals(
                new double[] {
                    Math.cos(5) - 2 * Math.sin(5),
                    Math.sin(5) + 2 * Math.cos(5),
                    3 * Math.cos(5 * slow) - 4 * Math.sin(5 * slow),
                    3 * Math.sin(5 * slow) + 4 * Math.cos(5 * slow)
                },
                adjacent,
                1e-14);
        double[] halves = Rotary.of(Pairing.HALVES)
                .withStart(5)
                .forward(Tensor.of(x, 1, 4))
                .toDoubles();
        assertArrayEquals(
                new double[] {
                    Math.cos(5) - 3 * Math.sin(5),
                    2 * Math.cos(5 * slow) - 4 * Math.sin(5 * slow),
                    Math.sin(5) + 3 * Math.cos(5),
                    2 * Math.sin(5 * slow) + 4 * Math.cos(5 * slow)
                },
                halves,
                1e-14);
    }

    @ParameterizedTest
    @EnumSource(Pairing.class)
    void theProductOfTurnedVectorsDependsOnTheirDistanceOnly(Pairing pairing) {
        Tensor query = normal(1, 1, 8);
        Tensor key = normal(2, 1, 8);
        double[] products = new double[3];
        for (int i = 0; i < products.length; i++) {
            Rotary rotary = Rotary.of(pairing);
            products[i] = rotary.withStart(7 + 100 * i)
                    .forward(query)
                    .mul(rotary.withStart(3 + 100 * i).forward(key))
                    .sum()
                    .item();
        }
        assertEquals(products[0], products[1], 1e-12);
        assertEquals(products[0], products[2], 1e-12);
    }

    @ParameterizedTest
    @EnumSource(Pairing.class)
    void rotaryKeepsLengthsAndWhatItDoesNotTurn(Pairing pairing) {
        Tensor x = normal(3, 2, 3, 5, 8);
        Rotary part = Rotary.of(pairing).withTurned(4);
        Tensor y = part.forward(x);
        assertEquals(x.shape(), y.shape());
        assertArrayEquals(x.square().sum(-1).toDoubles(), y.square().sum(-1).toDoubles(), 1e-12);
        assertArrayEquals(x.slice(-1, 4, 4).toDoubles(), y.slice(-1, 4, 4).toDoubles());
        assertArrayEquals(x.slice(2, 0, 1).toDoubles(), y.slice(2, 0, 1).toDoubles(), 0.0, "time 0 is not turned");
        assertTrue(GradientCheck.run(
                                in -> part.forward(in.getFirst())
                                        .square()
                                        .mul(normal(4, 2, 3, 8))
                                        .sum(),
                                List.of(normal(5, 2, 3, 8).value()))
                        .worst()
                < 1e-7);
        assertThrows(ShapeException.class, () -> Rotary.of(pairing).forward(normal(6, 2, 3)));
        assertThrows(ShapeException.class, () -> part.forward(normal(6, 2, 2)));
    }

    // ---- masks ----------------------------------------------------------------------------------------------------

    @Test
    void aMaskHoldsWithinTheLengths() {
        assertArrayEquals(
                new double[] {1, 1, 0, 0, 0, 0, 1, 1, 1},
                Sequences.mask(3, 2, 0, 3).toDoubles());
        var refused = assertThrows(IllegalArgumentException.class, () -> Sequences.mask(3, 2, 4));
        assertTrue(refused.getMessage().contains("length 4 of sequence 1"), refused.getMessage());
    }

    @Test
    void meanAndLastSeeOnlyWhatIsThereEvenBesideNaN() {
        double nan = Double.NaN;
        Tensor x = Tensor.of(
                new double[] {1, 2, 3, 4, nan, nan, 5, 6, 7, 8, 9, 10, nan, nan, nan, nan, nan, nan}, 3, 3, 2);
        Tensor mask = Sequences.mask(3, 2, 3, 0);
        assertArrayEquals(
                new double[] {2, 3, 7, 8, 0, 0}, Sequences.mean(x, mask).toDoubles());
        assertArrayEquals(
                new double[] {3, 4, 9, 10, 0, 0}, Sequences.last(x, mask).toDoubles());
        Tensor gaps = Tensor.of(new double[] {0, 1, 0, 0, 1, 0}, 2, 3).greater(0.5);
        assertArrayEquals(
                new double[] {3, 4, 7, 8},
                Sequences.last(x.slice(0, 0, 2), gaps).toDoubles());
    }

    @Test
    void noGradientFlowsToPadding() {
        Parameter x = Parameter.of(new double[] {1, Double.NaN, 3, 4}, 2, 2, 1);
        Tensor mask = Sequences.mask(2, 1, 2);
        Tensor mean = Sequences.mean(x.tensor(), mask).square().sum();
        assertArrayEquals(
                new double[] {2, 0, 3.5, 3.5}, mean.backward(List.of(x)).of(x).toDoubles());
        Tensor last = Sequences.last(x.tensor(), mask).square().sum();
        assertArrayEquals(
                new double[] {2, 0, 0, 8}, last.backward(List.of(x)).of(x).toDoubles());
        assertThrows(ShapeException.class, () -> Sequences.mean(x.tensor(), Sequences.mask(3, 1, 2)));
    }
}
