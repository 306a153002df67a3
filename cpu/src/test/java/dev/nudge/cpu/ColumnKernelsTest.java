package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ColumnKernelsTest {
    private static final int ROWS = 1700; // three blocks and a part
    private static final int COLUMNS = 19;

    private static float[] moments(RowKernels kernels, int threads, float[] x, int rows) {
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
        float[] moments = moments(new VectorRows(), 1, x, ROWS);
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
        float[] expected = moments(new ScalarRows(), 1, x, ROWS);
        assertArrayEquals(expected, moments(new VectorRows(), 1, x, ROWS));
        assertArrayEquals(expected, moments(new VectorRows(), 3, x, ROWS));
    }

    @Test
    void noRowsHaveMeanAndVarianceZero() {
        assertArrayEquals(new float[2 * COLUMNS], moments(new VectorRows(), 1, new float[0], 0));
    }
}
