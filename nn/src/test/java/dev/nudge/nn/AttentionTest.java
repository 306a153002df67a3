package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionTest {
    private static final RandomKey KEY = RandomKey.of(11);
    private static final Dropout NONE = new Dropout(0);

    private static Value value(DType dtype, RandomKey key, double scale, int... shape) {
        Value value = Value.zeros(Type.of(dtype, Shape.of(shape)));
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, scale * (2 * key.uniform(i) - 1));
        }
        return value;
    }

    private static Tensor doubles(int index, int... shape) {
        return Tensor.data(value(DType.F64, KEY.at(index), 2, shape));
    }

    private static Tensor floats(int index, int... shape) {
        return Tensor.data(value(DType.F32, KEY.at(index), 2, shape));
    }

    private static double[][] rows(double[] flat, int from, int count, int width) {
        return IntStream.range(from, from + count)
                .mapToObj(t -> Arrays.copyOfRange(flat, t * width, (t + 1) * width))
                .toArray(double[][]::new);
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static SelfAttention layer(int heads, int keyValueHeads) {
        SelfAttention layer = SelfAttention.of(
                12, heads, keyValueHeads, KEY.at(9), Initializers.normal(0.4), Initializers.normal(0.4));
        return InDouble.of(layer);
    }

    private static void assertLike(SelfAttention layer, Tensor mask, List<BiPredicate<Integer, Integer>> sees) {
        int time = 5;
        Tensor x = doubles(1, 2, time, 12);

        double[] y = layer.forward(x, mask, Pass.inference()).toDoubles();

        double[] inputs = x.toDoubles();
        for (int b = 0; b < 2; b++) {
            double[][] expected = NaiveTransformer.selfAttention(layer, rows(inputs, b * time, time, 12), sees.get(b));
            assertArrayEquals(flat(expected), flat(rows(y, b * time, time, 12)), 1e-12);
        }
    }

    @Test
    void attentionIsWhatItsFormulaSays() {
        BiPredicate<Integer, Integer> all = (_, _) -> true;
        for (int[] heads : new int[][] {{1, 1}, {4, 4}, {4, 2}, {6, 1}}) {
            assertLike(layer(heads[0], heads[1]), null, List.of(all, all));
            assertLike(layer(heads[0], heads[1]).withCausal(), null, List.of(all, all));
            assertLike(layer(heads[0], heads[1]).withoutBias(), null, List.of(all, all));
        }
    }

    @Test
    void aMaskHidesKeysAlsoUnderACausalOne() {
        Tensor mask = Attention.paddingMask(Sequences.mask(5, 5, 2));
        List<BiPredicate<Integer, Integer>> sees = List.of((_, _) -> true, (_, key) -> key < 2);

        assertLike(layer(4, 2), mask, sees);
        assertLike(layer(4, 2).withCausal(), mask, sees);
    }

    @Test
    void theOneOperationAndTheSingleStepsAgree() {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            SelfAttention layer = SelfAttention.of(12, 4, KEY);
            SelfAttention same = dtype == DType.F32 ? layer : InDouble.of(layer);
            Tensor x = Tensor.data(value(dtype, KEY.at(2), 2, 3, 7, 12));
            Tensor everything = Attention.paddingMask(Sequences.mask(7, 7, 7, 7));
            double tolerance = dtype == DType.F32 ? 1e-5 : 1e-13;

            assertArrayEquals(
                    same.forward(x, everything, Pass.inference()).toDoubles(),
                    same.forward(x, null, Pass.inference()).toDoubles(),
                    tolerance);
            assertArrayEquals(
                    same.withCausal().forward(x, everything, Pass.inference()).toDoubles(),
                    same.withCausal().forward(x, null, Pass.inference()).toDoubles(),
                    tolerance);
        }
    }

    @Test
    void permutedTimesGivePermutedOutputs() {
        int[] order = {3, 0, 4, 2, 1};
        SelfAttention layer = layer(4, 2);
        double[] inputs = doubles(3, 1, 5, 12).toDoubles();
        double[] permuted = new double[inputs.length];
        for (int t = 0; t < 5; t++) {
            System.arraycopy(inputs, order[t] * 12, permuted, t * 12, 12);
        }

        double[] y = layer.forward(Tensor.of(inputs, 1, 5, 12)).toDoubles();
        double[] z = layer.forward(Tensor.of(permuted, 1, 5, 12)).toDoubles();

        for (int t = 0; t < 5; t++) {
            assertArrayEquals(
                    Arrays.copyOfRange(y, order[t] * 12, order[t] * 12 + 12),
                    Arrays.copyOfRange(z, t * 12, t * 12 + 12),
                    1e-12);
        }
    }

    @Test
    void theFutureChangesNoBitOfThePast() {
        for (boolean masked : new boolean[] {false, true}) {
            SelfAttention layer = SelfAttention.of(12, 4, KEY).withCausal();
            Tensor mask = masked ? Attention.paddingMask(Sequences.mask(9, 9)) : null;
            float[] inputs = floats(4, 1, 9, 12).toFloats();
            float[] changed = inputs.clone();
            Arrays.fill(changed, 6 * 12, 7 * 12, 100);

            float[] y = layer.forward(Tensor.of(inputs, 1, 9, 12), mask, Pass.inference())
                    .toFloats();
            float[] z = layer.forward(Tensor.of(changed, 1, 9, 12), mask, Pass.inference())
                    .toFloats();

            assertArrayEquals(Arrays.copyOf(y, 6 * 12), Arrays.copyOf(z, 6 * 12));
            for (int t = 6; t < 9; t++) {
                assertNotEquals(y[t * 12], z[t * 12]);
            }
        }
    }

    @Test
    void aPaddedSequenceGivesWhatTheShortOneGives() {
        SelfAttention layer = layer(4, 2);
        double[] inputs = doubles(5, 1, 6, 12).toDoubles();

        double[] padded = layer.forward(
                        Tensor.of(inputs, 1, 6, 12), Attention.paddingMask(Sequences.mask(6, 4)), Pass.inference())
                .toDoubles();
        double[] small =
                layer.forward(Tensor.of(Arrays.copyOf(inputs, 48), 1, 4, 12)).toDoubles();

        assertArrayEquals(small, Arrays.copyOf(padded, 48), 1e-13);
    }

    @Test
    void groupsOfHeadsAreTheSameAsRepeatedKeysAndValues() {
        Tensor query = doubles(1, 2, 6, 3, 4);
        Tensor key = doubles(2, 2, 2, 5, 4);
        Tensor value = doubles(3, 2, 2, 5, 7);
        Tensor wideKey = key.unsqueeze(2).broadcastTo(Shape.of(2, 2, 3, 5, 4)).reshape(2, 6, 5, 4);
        Tensor wideValue =
                value.unsqueeze(2).broadcastTo(Shape.of(2, 2, 3, 5, 7)).reshape(2, 6, 5, 7);

        Tensor grouped = Attention.scaledDotProduct(query, key, value, null, NONE, Pass.inference());
        Tensor full = Attention.scaledDotProduct(query, wideKey, wideValue, null, NONE, Pass.inference());

        assertEquals(Shape.of(2, 6, 3, 7), grouped.shape());
        assertArrayEquals(full.toDoubles(), grouped.toDoubles(), 1e-13);
    }

    @Test
    void aQueryWithoutAnyKeyGetsZerosAndNoGradientIsNaN() {
        Tensor x = Tensor.data(value(DType.F32, KEY.at(6), 2, 2, 4, 12));
        SelfAttention layer = SelfAttention.of(12, 4, KEY);
        Tensor y = layer.forward(x, Attention.paddingMask(Sequences.mask(4, 3, 0)), Pass.inference());

        float[] outputs = y.toFloats();
        float[] gradient = layer.parameters().values().stream()
                .map(p -> y.square().sum().backward(List.of(p)).of(p).toFloats())
                .reduce(new float[0], (a, b) -> a.length > b.length ? a : b);

        float[] bias = layer.output().bias().tensor().toFloats();
        assertArrayEquals(bias, Arrays.copyOfRange(outputs, 4 * 12, 5 * 12)); // all that is left of the second one
        for (float element : gradient) {
            assertTrue(Float.isFinite(element));
        }
    }

    @Test
    void largeScoresPickTheLargestAndStayFinite() {
        Tensor query = Tensor.of(new float[] {1e18f, 0, 0, 1e18f}, 1, 1, 2, 2);
        Tensor key = Tensor.of(new float[] {1e18f, 0, 0, 1e18f, -1e18f, -1e18f}, 1, 1, 3, 2);
        Tensor value = Tensor.of(new float[] {1, 2, 3}, 1, 1, 3, 1);

        assertArrayEquals(
                new float[] {1, 2},
                Attention.scaledDotProduct(query, key, value, null, NONE, Pass.inference())
                        .toFloats());
        assertArrayEquals(
                new float[] {2, 2},
                Attention.scaledDotProduct(query, key, value, maskOf(0, 1, 0, 0, 1, 1), NONE, Pass.inference())
                        .toFloats());
    }

    private static Tensor maskOf(int... seen) {
        byte[] bits = new byte[seen.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = (byte) seen[i];
        }
        return Tensor.data(new Value(Type.of(DType.BOOL, Shape.of(seen.length / 3, 3)), bits));
    }

    @Test
    void gradientsAgreeWithDifferences() {
        Tensor x = doubles(7, 2, 4, 12);
        Tensor mask = Attention.paddingMask(Sequences.mask(4, 4, 3));
        for (SelfAttention layer :
                List.of(layer(4, 2), layer(3, 3).withCausal(), layer(2, 1).withoutBias())) {
            assertTrue(InDouble.worstGradientError(
                            layer, () -> layer.forward(x).square().sum())
                    < 1e-6);
            assertTrue(InDouble.worstGradientError(
                            layer,
                            () -> layer.forward(x, mask, Pass.inference())
                                    .square()
                                    .sum())
                    < 1e-6);
        }
    }

    @Test
    void crossAttentionReadsTheMemory() {
        CrossAttention layer = InDouble.of(CrossAttention.of(12, 10, 4, 2, KEY));
        Tensor x = doubles(1, 1, 3, 12);
        Tensor memory = doubles(2, 1, 5, 10);

        double[] y = layer.forward(x, memory, Attention.paddingMask(Sequences.mask(5, 4)), Pass.inference())
                .toDoubles();

        double[][] both = NaiveTransformer.linear(layer.keyValue(), rows(memory.toDoubles(), 0, 5, 10));
        double[][] expected = NaiveTransformer.linear(
                layer.output(),
                NaiveTransformer.attention(
                        NaiveTransformer.linear(layer.query(), rows(x.toDoubles(), 0, 3, 12)),
                        NaiveTransformer.columns(both, 0, 6),
                        NaiveTransformer.columns(both, 6, 6),
                        4,
                        2,
                        (_, key) -> key < 4));
        assertArrayEquals(flat(expected), y, 1e-12);
        assertTrue(InDouble.worstGradientError(
                        layer,
                        () -> layer.forward(x, memory, null, Pass.inference())
                                .square()
                                .sum())
                < 1e-6);
    }

    @Test
    void dropoutOfTheWeightsKeepsTheMeanAndDrawsByTheKeyOfThePass() {
        Tensor ones = Tensor.of(new float[64 * 64], 1, 1, 64, 64).add(1); // every weight 1/64
        Tensor once = Attention.scaledDotProduct(ones, ones, ones, null, new Dropout(0.25), Pass.training(KEY));
        Tensor again = Attention.scaledDotProduct(ones, ones, ones, null, new Dropout(0.25), Pass.training(KEY));
        Tensor other = Attention.scaledDotProduct(ones, ones, ones, null, new Dropout(0.25), Pass.training(KEY.at(1)));

        float[] y = once.toFloats();

        double mean = 0;
        for (int i = 0; i < 64; i++) {
            mean += y[i * 64] / 64;
        }
        assertEquals(1, mean, 5 * Math.sqrt(0.25 / 0.75 / (64 * 64))); // five deviations of the mean
        assertArrayEquals(y, again.toFloats());
        assertTrue(!Arrays.equals(y, other.toFloats()));
    }

    @Test
    void dropoutActsInTrainingOnly() {
        Tensor x = floats(1, 1, 4, 12);
        SelfAttention layer = SelfAttention.of(12, 4, KEY).withDropout(0.5, 0.5);

        assertArrayEquals(
                SelfAttention.of(12, 4, KEY).forward(x).toFloats(),
                layer.forward(x).toFloats());
        float[] trained = layer.forward(x, Pass.training(KEY)).toFloats();
        assertTrue(
                IntStream.range(0, trained.length).filter(i -> trained[i] == 0).count() > 10);
    }

    @Test
    void turningQueriesAndKeysGivesPositions() {
        Layer turning = (x, _) -> { // multiplies each time by its number plus one
            int time = x.shape().extent(2);
            double[] numbers = IntStream.range(0, time).mapToDouble(t -> t + 1).toArray();
            return x.mul(Tensor.of(numbers, time, 1));
        };
        SelfAttention layer = layer(4, 2);
        Tensor x = doubles(1, 1, 3, 12);

        double[] y = layer.withRotary(turning).forward(x).toDoubles();

        double[][] packed = NaiveTransformer.linear(layer.projection(), rows(x.toDoubles(), 0, 3, 12));
        for (int t = 0; t < 3; t++) {
            for (int i = 0; i < 18; i++) {
                packed[t][i] *= t + 1;
            }
        }
        double[][] expected = NaiveTransformer.linear(
                layer.output(),
                NaiveTransformer.attention(
                        NaiveTransformer.columns(packed, 0, 12),
                        NaiveTransformer.columns(packed, 12, 6),
                        NaiveTransformer.columns(packed, 18, 6),
                        4,
                        2,
                        (_, _) -> true));
        assertArrayEquals(flat(expected), y, 1e-12);
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheShapes() {
        SelfAttention layer = SelfAttention.of(12, 4, KEY);

        var width = assertThrows(ShapeException.class, () -> layer.forward(floats(1, 2, 3, 10)));
        var heads = assertThrows(IllegalArgumentException.class, () -> SelfAttention.of(10, 4, KEY));
        var mask = assertThrows(
                ShapeException.class,
                () -> layer.forward(
                        floats(1, 2, 3, 12), Attention.paddingMask(Sequences.mask(4, 1, 2)), Pass.inference()));
        var length = assertThrows(ShapeException.class, () -> Attention.paddingMask(floats(1, 2, 4)));
        var memory = assertThrows(
                ShapeException.class,
                () -> CrossAttention.of(12, 10, 4, KEY)
                        .forward(floats(1, 2, 3, 12), floats(1, 1, 3, 10), null, Pass.inference()));
        var values = assertThrows(
                ShapeException.class,
                () -> Attention.scaledDotProduct(
                        floats(1, 1, 2, 3, 4),
                        floats(1, 1, 2, 5, 4),
                        floats(1, 1, 2, 6, 4),
                        null,
                        NONE,
                        Pass.inference()));

        assertTrue(width.getMessage().contains("[batch, time, 12]"), width.getMessage());
        assertTrue(heads.getMessage().contains("width = 10"), heads.getMessage());
        assertTrue(mask.getMessage().contains("[2, 4, 3, 3]"), mask.getMessage());
        assertTrue(length.getMessage().contains("F32 [2, 4]"), length.getMessage());
        assertTrue(memory.getMessage().contains("[1, 3, 10]"), memory.getMessage());
        assertTrue(values.getMessage().contains("[1, 2, 6, 4]"), values.getMessage());
    }
}
