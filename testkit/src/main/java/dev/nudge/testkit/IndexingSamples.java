package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import java.util.ArrayList;
import java.util.List;

/// Samples of operations that pick rows.
final class IndexingSamples {
    private static final RandomKey KEY = RandomKey.of(5);

    private IndexingSamples() {}

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (DType index : List.of(DType.I32, DType.I64)) {
            for (DType dtype : OpSamples.FLOATING) {
                for (int size : OpSamples.SIZES) {
                    add(samples, dtype, index, Shape.of(4), size);
                }
                add(samples, dtype, index, Shape.SCALAR, 5);
                add(samples, dtype, index, Shape.of(33), 6);
                add(samples, dtype, index, Shape.of(2, 3), 4);
                add(samples, dtype, index, Shape.of(3), 2, 3);
                add(samples, dtype, index, Shape.of(3));
            }
            for (DType dtype : DType.values()) {
                samples.add(OpSample.of(new Indexing.OneHot(4, dtype), Draw.indices(KEY, index, 4, 17)));
                samples.add(OpSample.of(new Indexing.OneHot(1, dtype), Draw.indices(KEY, index, 1, 2, 3)));
                samples.add(OpSample.of(new Indexing.OneHot(5, dtype), Draw.indices(KEY, index, 5)));
                samples.add(OpSample.of(new Indexing.OneHot(3, dtype), Draw.indices(KEY, index, 3, 0)));
            }
        }
        return samples;
    }

    private static void add(List<OpSample> samples, DType dtype, DType index, Shape row, int... shape) {
        int rows = 7; // fewer than most samples have indices, so that rows repeat
        samples.add(OpSample.smooth(
                new Indexing.Gather(),
                Draw.uniform(KEY.at(1), Type.of(dtype, Shape.of(rows).append(row)), -3, 3),
                Draw.indices(KEY.at(2), index, rows, shape)));
        samples.add(OpSample.smooth(
                new Indexing.ScatterAdd(rows),
                Draw.uniform(KEY.at(3), Type.of(dtype, Shape.of(shape).append(row)), -3, 3),
                Draw.indices(KEY.at(4), index, rows, shape)));
    }
}
