package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReductionsTest {
    private static final int[][] SHAPES = {
        {3, 0, 1},
        {3, 1, 1},
        {4, 15, 1},
        {1, 16, 1},
        {5, 17, 1},
        {2, 31, 1},
        {2, 33, 1},
        {3, 100, 1},
        {2, 4096, 1},
        {1, 4097, 1},
        {1, 10_000, 1},
        {1, 32, 128},
        {1, 100, 10},
        {3, 7, 5},
        {2, 33, 17},
        {1, 1, 100},
        {1, 5000, 3},
        {1, 9000, 70},
        {1, 39, 300},
        {1, 4099, 257},
        {1, 0, 4}
    };

    private final Reductions vector = new Reductions(new VectorRows());
    private final Reductions scalar = new Reductions(new ScalarRows());

    @Test
    void sumsAreThoseInDouble() {
        for (int[] shape : SHAPES) {
            float[] x = Samples.normal(new Random(1), shape[0] * shape[1] * shape[2] + 3);
            float[] actual = new float[shape[0] * shape[2] + 1];
            vector.sum(x, 3, shape[0], shape[1], shape[2], actual, 1);
            for (int o = 0; o < shape[0]; o++) {
                for (int j = 0; j < shape[2]; j++) {
                    double sum = 0;
                    double magnitude = 0;
                    for (int i = 0; i < shape[1]; i++) {
                        double value = x[3 + (o * shape[1] + i) * shape[2] + j];
                        sum += value;
                        magnitude += Math.abs(value);
                    }
                    assertEquals(sum, actual[1 + o * shape[2] + j], 1e-6 * magnitude, () -> Arrays.toString(shape));
                }
            }
        }
    }

    @Test
    void aRowIsSummedInTheDocumentedOrder() {
        float[] x = Samples.normal(new Random(2), 9_001);
        double total = 0;
        for (int block = 0; block < x.length; block += 4096) {
            float[] lanes = new float[16];
            for (int i = block; i < Math.min(x.length, block + 4096); i++) {
                lanes[(i - block) & 15] += x[i];
            }
            float[] eight = new float[8];
            for (int l = 0; l < 8; l++) {
                eight[l] = lanes[l] + lanes[l + 8];
            }
            float[] four = new float[4];
            for (int l = 0; l < 4; l++) {
                four[l] = eight[l] + eight[l + 4];
            }
            total += (four[0] + four[2]) + (four[1] + four[3]);
        }
        assertEquals(total, vector.sum(x, 0, x.length));
        assertEquals(total, scalar.sum(x, 0, x.length));
    }

    @Test
    void twentyMillionOnesAddUpExactly() {
        float[] ones = new float[20_000_000];
        Arrays.fill(ones, 1f);
        assertEquals(2e7, vector.sum(ones, 0, ones.length));
        float[] out = new float[2];
        vector.sum(ones, 0, 1, 10_000_000, 2, out, 0);
        assertArrayEquals(new float[] {1e7f, 1e7f}, out);
    }

    @Test
    void varianceSurvivesABigMean() {
        for (double mean : new double[] {0, 1e4, 1e6}) {
            Random random = new Random(3);
            float[] x = new float[100_000];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) (mean + random.nextGaussian());
            }
            double exactMean = 0;
            for (float value : x) {
                exactMean += value;
            }
            exactMean /= x.length;
            double squares = 0;
            for (float value : x) {
                squares += (value - exactMean) * (value - exactMean);
            }
            double variance = squares / (x.length - 1);
            assertEquals(variance, vector.variance(x, 0, x.length, 1), 1e-5);
            float[] out = new float[2];
            vector.variance(x, 0, 1, x.length, 1, 1, out, 0);
            assertEquals(variance, out[0], 1e-5);
            vector.variance(x, 0, 1, x.length / 2, 2, 0, out, 0);
            assertEquals(1, out[0], 0.02);
        }
    }

    @Test
    void theVarianceOfEqualNumbersIsZero() {
        float[] x = new float[5_000];
        Arrays.fill(x, 0.1f);
        assertEquals(0, vector.variance(x, 0, x.length, 0));
    }

    @Test
    void extremesAndTheirPlacesAreThoseOfALoop() {
        Random random = new Random(4);
        for (int repeat = 0; repeat < 20; repeat++) {
            for (int[] shape : SHAPES) {
                int size = shape[0] * shape[1] * shape[2];
                float[] x = repeat % 2 == 0 ? Samples.normal(random, size) : Samples.mixed(random, size);
                int outputs = shape[0] * shape[2];
                float[] max = new float[outputs];
                float[] min = new float[outputs];
                float[] actual = new float[outputs];
                int[] places = new int[outputs];
                vector.argmax(x, 0, shape[0], shape[1], shape[2], places, 0);
                for (int o = 0; o < outputs; o++) {
                    max[o] = Float.NEGATIVE_INFINITY;
                    min[o] = Float.POSITIVE_INFINITY;
                    int place = 0;
                    for (int i = 0; i < shape[1]; i++) {
                        float value = x[(o / shape[2] * shape[1] + i) * shape[2] + o % shape[2]];
                        boolean isNew = i == 0 || value > max[o] || Float.isNaN(value) && !Float.isNaN(max[o]);
                        place = isNew ? i : place;
                        max[o] = Math.max(max[o], value);
                        min[o] = Math.min(min[o], value);
                    }
                    assertEquals(place, places[o]);
                }
                vector.max(x, 0, shape[0], shape[1], shape[2], actual, 0);
                assertArrayEquals(Samples.bits(max), Samples.bits(actual));
                scalar.max(x, 0, shape[0], shape[1], shape[2], actual, 0);
                assertArrayEquals(Samples.bits(max), Samples.bits(actual));
                vector.min(x, 0, shape[0], shape[1], shape[2], actual, 0);
                assertArrayEquals(Samples.bits(min), Samples.bits(actual));
                scalar.min(x, 0, shape[0], shape[1], shape[2], actual, 0);
                assertArrayEquals(Samples.bits(min), Samples.bits(actual));
            }
        }
    }

    @Test
    void vectorsGiveTheBitsOfScalars() {
        Random random = new Random(5);
        for (int[] shape : SHAPES) {
            float[] x = Samples.normal(random, shape[0] * shape[1] * shape[2] + 2);
            float[] expected = new float[shape[0] * shape[2]];
            float[] actual = new float[shape[0] * shape[2]];
            scalar.sum(x, 2, shape[0], shape[1], shape[2], expected, 0);
            vector.sum(x, 2, shape[0], shape[1], shape[2], actual, 0);
            assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
            scalar.variance(x, 2, shape[0], shape[1], shape[2], 0, expected, 0);
            vector.variance(x, 2, shape[0], shape[1], shape[2], 0, actual, 0);
            assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
        }
    }

    @Test
    void blocksOfAnyLengthHaveTheBitsOfScalars() {
        RowKernels vectors = new VectorRows();
        RowKernels scalars = new ScalarRows();
        Random random = new Random(7);
        float[] x = Samples.normal(random, 80);
        float[] y = Samples.normal(random, 80);
        for (int length = 0; length <= 70; length++) {
            float[] expected = {
                scalars.sum(x, 3, length),
                scalars.sumOfDifferences(x, 3, length, 0.7f),
                scalars.sumOfSquares(x, 3, length, 0.7f),
                scalars.sumOfProducts(y, x, 3, length, 0.7f)
            };
            float[] actual = {
                vectors.sum(x, 3, length),
                vectors.sumOfDifferences(x, 3, length, 0.7f),
                vectors.sumOfSquares(x, 3, length, 0.7f),
                vectors.sumOfProducts(y, x, 3, length, 0.7f)
            };
            assertArrayEquals(Samples.bits(expected), Samples.bits(actual), "length " + length);
        }
    }

    @Test
    void aRangeOfColumnsGivesTheSameBitsAsAllColumns() {
        float[] x = Samples.normal(new Random(6), 300 * 150);
        float[] all = new float[150];
        float[] parts = new float[150];
        vector.sumColumns(x, 0, 300, 150, 150, all, 0);
        vector.sumColumns(x, 0, 300, 150, 37, parts, 0);
        vector.sumColumns(x, 37, 300, 150, 113, parts, 37);
        assertArrayEquals(all, parts);
        assertTrue(all[149] != 0);
    }
}
