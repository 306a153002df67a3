package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ColumnKernelsTest {
    private static final int ROWS = 1700; // three blocks and a part
    private static final int COLUMNS = 19;

    private static float[] moments(ColumnSums kernels, int threads, float[] x, int rows) {
        float[] moments = new float[2 * COLUMNS];
        new ColumnKernels(new Workers(threads), kernels)
                .moments(rows, COLUMNS)
                .run(new Object[] {x}, new Object[] {moments});
        return moments;
    }

    /// Numbers around 1000 with a spread of 1, where mean squares minus squared means would lose all digits.
    private static float[] farFromZero() {
        return Tensor.normal(RandomKey.of(6), ROWS, COLUMNS).add(1000).toFloats();
    }

    @Test
    void variancesFarFromZeroKeepTheirDigits() {
        float[] x = farFromZero();
        float[] moments = moments(new VectorColumns(), 1, x, ROWS);
        for (int column = 0; column < COLUMNS; column++) {
            double mean = 0;
            for (int row = 0; row < ROWS; row++) {
                mean += x[row * COLUMNS + column] / (double) ROWS;
            }
            double variance = 0;
            for (int row = 0; row < ROWS; row++) {
                variance += Math.pow(x[row * COLUMNS + column] - mean, 2) / ROWS;
            }
            assertEquals(mean, moments[column], 1e-6 * mean);
            assertEquals(variance, moments[COLUMNS + column], 1e-4 * variance);
        }
    }

    @Test
    void neitherThreadsNorVectorsChangeABit() {
        float[] x = farFromZero();
        float[] expected = moments(new ColumnSums.Plain(), 1, x, ROWS);
        assertArrayEquals(expected, moments(new VectorColumns(), 1, x, ROWS));
        assertArrayEquals(expected, moments(new VectorColumns(), 3, x, ROWS));
    }

    @Test
    void centeredSumsAreThoseInDoubleWithAnyKernelsAndThreads() {
        for (int columns : new int[] {5, 16, 19, 51, 64}) {
            float[] g = Tensor.normal(RandomKey.of(7), ROWS, columns).toFloats();
            float[] x = Tensor.normal(RandomKey.of(8), ROWS, columns).toFloats();
            float[] mean = Tensor.normal(RandomKey.of(9), columns).toFloats();
            float[] sums = centeredSums(new VectorColumns(), 1, columns, g, x, mean);
            assertArrayEquals(sums, centeredSums(new ColumnSums.Plain(), 1, columns, g, x, mean));
            assertArrayEquals(sums, centeredSums(new VectorColumns(), 3, columns, g, x, mean));
            for (int column = 0; column < columns; column++) {
                double sum = 0;
                double product = 0;
                for (int at = column; at < g.length; at += columns) {
                    sum += g[at];
                    product += g[at] * ((double) x[at] - mean[column]);
                }
                assertEquals(sum, sums[column], 1e-3);
                assertEquals(product, sums[columns + column], 1e-3);
            }
        }
    }

    private static float[] centeredSums(
            ColumnSums kernels, int threads, int columns, float[] g, float[] x, float[] mean) {
        float[] sums = new float[2 * columns];
        new ColumnKernels(new Workers(threads), kernels)
                .centeredSums(ROWS, columns)
                .run(new Object[] {g, x, mean}, new Object[] {sums});
        return sums;
    }

    @Test
    void noRowsHaveMeanAndVarianceZero() {
        assertArrayEquals(new float[2 * COLUMNS], moments(new VectorColumns(), 1, new float[0], 0));
    }
}
