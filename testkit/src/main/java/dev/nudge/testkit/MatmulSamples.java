package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import java.util.ArrayList;
import java.util.List;

/// Samples of the matrix product: each operand transposed or not, thin, odd, batched and empty.
final class MatmulSamples {
    private static final RandomKey KEY = RandomKey.of(3);
    private static final int[][] EXTENTS = { // m, k, n
        {1, 1, 1},
        {2, 3, 4},
        {1, 5, 3},
        {5, 1, 3},
        {4, 6, 1},
        {3, 4, 2},
        {15, 16, 17},
        {16, 16, 16},
        {17, 33, 15},
        {33, 33, 33},
        {1, 100, 33},
        {100, 33, 17},
        {17, 100, 33},
        {33, 17, 100},
        {64, 300, 48},
        {0, 3, 2},
        {2, 3, 0},
        {2, 0, 3}
    };

    private MatmulSamples() {}

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (DType dtype : OpSamples.FLOATING) {
            for (int[] e : EXTENTS) {
                addCases(samples, dtype, Shape.SCALAR, e);
            }
            addCases(samples, dtype, Shape.of(2), new int[] {3, 2, 4});
            addCases(samples, dtype, Shape.of(3), new int[] {1, 17, 1});
            addCases(samples, dtype, Shape.of(2, 2), new int[] {2, 3, 1});
            addCases(samples, dtype, Shape.of(5), new int[] {33, 16, 17});
            addCases(samples, dtype, Shape.of(0), new int[] {2, 3, 4});
        }
        return samples;
    }

    private static void addCases(List<OpSample> samples, DType dtype, Shape batch, int... e) {
        for (boolean left : new boolean[] {false, true}) {
            for (boolean right : new boolean[] {false, true}) {
                Shape a = batch.append(left ? Shape.of(e[1], e[0]) : Shape.of(e[0], e[1]));
                Shape b = batch.append(right ? Shape.of(e[2], e[1]) : Shape.of(e[1], e[2]));
                samples.add(OpSample.smooth(
                        new Matmul(left, right),
                        Draw.uniform(KEY.at(0), Type.of(dtype, a), -1, 1),
                        Draw.uniform(KEY.at(1), Type.of(dtype, b), -1, 1)));
            }
        }
    }
}
