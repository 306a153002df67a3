package dev.nudge.testkit;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Pairs of shapes that broadcast, in every mode.
final class BroadcastSamples {
    private BroadcastSamples() {}

    static List<BroadcastSample> all() {
        List<BroadcastSample> samples = new ArrayList<>();
        for (DType dtype : OpSamples.FLOATING) {
            for (int size : OpSamples.SIZES) {
                addBoth(samples, dtype, Shape.of(size), Shape.SCALAR, Shape.of(size));
                addBoth(samples, dtype, Shape.of(size), Shape.of(1), Shape.of(size));
                addBoth(samples, dtype, Shape.of(3, size), Shape.of(size), Shape.of(3, size));
                addBoth(samples, dtype, Shape.of(3, size), Shape.of(3, 1), Shape.of(3, size));
                addBoth(samples, dtype, Shape.of(size, 3), Shape.of(size, 1), Shape.of(size, 3));
                addBoth(samples, dtype, Shape.of(size, 1), Shape.of(1, 5), Shape.of(size, 5));
            }
            addBoth(samples, dtype, Shape.of(4), Shape.of(3, 1), Shape.of(3, 4));
            addBoth(samples, dtype, Shape.of(2, 1, 4), Shape.of(3, 1), Shape.of(2, 3, 4));
            addBoth(samples, dtype, Shape.of(2, 1, 4), Shape.of(1, 3, 1), Shape.of(2, 3, 4));
            addBoth(samples, dtype, Shape.of(1, 1, 5), Shape.of(5), Shape.of(1, 1, 5));
            addBoth(samples, dtype, Shape.of(1, 1, 1), Shape.of(1), Shape.of(1, 1, 1));
            addBoth(samples, dtype, Shape.of(2, 3, 4, 5), Shape.of(3, 1, 5), Shape.of(2, 3, 4, 5));
            addBoth(samples, dtype, Shape.of(0, 3), Shape.of(1, 3), Shape.of(0, 3));
            addBoth(samples, dtype, Shape.of(3, 0), Shape.of(3, 1), Shape.of(3, 0));
            addBoth(samples, dtype, Shape.of(0), Shape.of(3, 1), Shape.of(3, 0));
            addBoth(samples, dtype, Shape.of(0), Shape.SCALAR, Shape.of(0));
        }
        return samples;
    }

    private static void addBoth(List<BroadcastSample> samples, DType dtype, Shape a, Shape b, Shape result) {
        add(samples, dtype, a, b, result);
        add(samples, dtype, b, a, result);
    }

    private static void add(List<BroadcastSample> samples, DType dtype, Shape a, Shape b, Shape result) {
        samples.add(new BroadcastSample(new Binary.Add(), Tensor::add, dtype, a, b, result));
        samples.add(new BroadcastSample(new Binary.Sub(), Tensor::sub, dtype, a, b, result));
        samples.add(new BroadcastSample(new Binary.Mul(), Tensor::mul, dtype, a, b, result));
        samples.add(new BroadcastSample(new Binary.Div(), Tensor::div, dtype, a, b, result));
        samples.add(new BroadcastSample(new Binary.Max(), Tensor::max, dtype, a, b, result));
        samples.add(new BroadcastSample(new Binary.Min(), Tensor::min, dtype, a, b, result));
        samples.add(new BroadcastSample(new Binary.Pow(), Tensor::pow, dtype, a, b, result));
        samples.add(new BroadcastSample(new Compare(Compare.Relation.LESS), Tensor::less, dtype, a, b, result));
    }
}
