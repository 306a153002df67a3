package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
    private static final int[] WIDTHS = {1, 2, 10, 15, 16, 17, 31, 33, 100, 5000};

    private final Softmax vector = new Softmax(new VectorRows());
    private final Softmax scalar = new Softmax(new ScalarRows());

    @Test
    void allAreThoseInDouble() {
        Random random = new Random(1);
        for (int n : WIDTHS) {
            int rows = 3;
            float[] x = Samples.normal(random, 2 + rows * n);
            int[] classes = {0, n - 1, n / 2};
            float[] probabilities = new float[rows * n];
            float[] logs = new float[rows * n];
            float[] logSums = new float[rows];
            float[] losses = new float[rows];
            float[] gradient = new float[rows * n];
            vector.softmax(x, 2, rows, n, probabilities, 0);
            vector.logSoftmax(x, 2, rows, n, logs, 0);
            vector.logSumExp(x, 2, rows, n, logSums, 0);
            vector.crossEntropy(x, 2, rows, n, classes, 0, losses, 0);
            vector.crossEntropyGradient(x, 2, rows, n, classes, 0, 0.25f, gradient, 0);
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += Math.exp(x[2 + row * n + i]);
                }
                assertEquals(Math.log(sum), logSums[row], 2e-6);
                assertEquals(Math.log(sum) - x[2 + row * n + classes[row]], losses[row], 4e-6);
                for (int i = 0; i < n; i++) {
                    double probability = Math.exp(x[2 + row * n + i]) / sum;
                    assertEquals(probability, probabilities[row * n + i], 1e-6 * probability);
                    assertEquals(Math.log(probability), logs[row * n + i], 4e-6);
                    double expected = 0.25 * (probability - (i == classes[row] ? 1 : 0));
                    assertEquals(expected, gradient[row * n + i], 1e-7);
                }
            }
        }
    }

    @Test
    void vectorsGiveTheBitsOfScalars() {
        Random random = new Random(2);
        for (int n : WIDTHS) {
            for (int repeat = 0; repeat < 6; repeat++) {
                float[] x = repeat < 3 ? Samples.normal(random, 4 * n) : Samples.mixed(random, 4 * n);
                int[] classes = {0, n - 1, n / 2, n / 3};
                float[] scales = Samples.normal(random, 4);
                float[] expected = new float[18 * n + 8];
                float[] actual = new float[18 * n + 8];
                run(scalar, x, n, classes, scales, expected);
                run(vector, x, n, classes, scales, actual);
                assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
            }
        }
    }

    private static void run(Softmax softmax, float[] x, int n, int[] classes, float[] scales, float[] out) {
        softmax.softmax(x, 0, 4, n, out, 0);
        softmax.logSoftmax(x, 0, 4, n, out, 4 * n);
        softmax.crossEntropyGradient(x, 0, 4, n, classes, 0, scales, 0, out, 8 * n);
        softmax.crossEntropyGradient(x, 0, 4, n, classes, 0, 0.5f, out, 12 * n);
        softmax.logSumExp(x, 0, 4, n, out, 18 * n);
        softmax.crossEntropy(x, 0, 4, n, classes, 0, out, 18 * n + 4);
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        float[] x = {1e4f, 0f, -1e4f, 3e38f, -3e38f, 0f};
        float[] out = new float[6];
        vector.softmax(x, 0, 2, 3, out, 0);
        assertArrayEquals(new float[] {1, 0, 0, 1, 0, 0}, out);
        float[] losses = new float[2];
        vector.crossEntropy(x, 0, 2, 3, new int[] {1, 0}, 0, losses, 0);
        assertArrayEquals(new float[] {1e4f, 0}, losses);
    }

    @Test
    void aRowOfMinusInfinityHasNoProbabilities() {
        float[] x = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
        float[] out = new float[2];
        vector.softmax(x, 0, 1, 2, out, 0);
        assertTrue(Float.isNaN(out[0]) && Float.isNaN(out[1]));
        vector.logSumExp(x, 0, 1, 2, out, 0);
        assertEquals(Float.NEGATIVE_INFINITY, out[0]);
    }
}
