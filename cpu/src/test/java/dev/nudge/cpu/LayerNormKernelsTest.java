package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.LayerNormGradients.LayerNormGradient;
import dev.nudge.tensor.LayerNormGradients.LayerNormSums;
import dev.nudge.tensor.Normalizations.LayerNorm;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rows are taken four at a time where they are whole vectors: shapes with and without a rest of both.
class LayerNormKernelsTest {
    private static final double EPSILON = 1e-5;
    private static final int[][] SHAPES = {{1, 16}, {7, 16}, {8, 48}, {6, 100}, {9, 33}, {5, 1}, {301, 128}, {3, 4096}};

    private final Random random = new Random(11);

    @Test
    void vectorsGiveTheBitsOfScalarsForAnyThreads() {
        for (int[] shape : SHAPES) {
            float[] x = Samples.normal(random, shape[0] * shape[1]);
            float[] dy = Samples.normal(random, x.length);
            float[] weight = Samples.normal(random, shape[1]);
            float[] bias = Samples.normal(random, shape[1]);
            assertSameBits(shape, new LayerNorm(EPSILON), x.length, x, weight, bias);
            assertSameBits(shape, new LayerNormGradient(EPSILON), x.length, x, weight, dy);
            assertSameBits(shape, new LayerNormSums(EPSILON), 2 * shape[1], x, dy);
        }
    }

    @Test
    void sumsAreThoseInDouble() {
        for (int[] shape : SHAPES) {
            int features = shape[1];
            float[] x = Samples.normal(random, shape[0] * features);
            float[] dy = Samples.normal(random, x.length);
            double[] expected = new double[2 * features];
            for (int from = 0; from < x.length; from += features) {
                double mean = mean(x, from, features);
                double squares = 0;
                for (int i = from; i < from + features; i++) {
                    squares += (x[i] - mean) * (x[i] - mean);
                }
                for (int i = 0; i < features; i++) {
                    expected[i] += dy[from + i] * (x[from + i] - mean) / Math.sqrt(squares / features + EPSILON);
                    expected[features + i] += dy[from + i];
                }
            }
            float[] actual = run(vectors(2), shape, new LayerNormSums(EPSILON), 2 * features, x, dy);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 2e-5 * (1 + Math.sqrt(shape[0])));
            }
        }
    }

    private static double mean(float[] x, int from, int length) {
        return IntStream.range(from, from + length).mapToDouble(i -> x[i]).sum() / length;
    }

    private static LayerNormKernels vectors(int threads) {
        return new LayerNormKernels(new Workers(threads), new VectorRows(), new VectorLayerNorm());
    }

    private static void assertSameBits(int[] shape, Fused op, int length, float[]... inputs) {
        LayerNormKernels scalars = new LayerNormKernels(new Workers(1), new ScalarRows(), new LayerNormRows.Plain());
        int[] expected = Samples.bits(run(scalars, shape, op, length, inputs));
        assertArrayEquals(expected, Samples.bits(run(vectors(1), shape, op, length, inputs)));
        assertArrayEquals(expected, Samples.bits(run(vectors(3), shape, op, length, inputs)));
    }

    private static float[] run(LayerNormKernels kernels, int[] shape, Fused op, int length, float[]... inputs) {
        List<Type> types = Stream.of(inputs)
                .map(input -> Type.of(
                        DType.F32, input.length == shape[1] ? Shape.of(shape[1]) : Shape.of(shape[0], shape[1])))
                .toList();
        float[] out = new float[length];
        kernels.of(op, types).orElseThrow().run(inputs, new Object[] {out});
        return out;
    }
}
