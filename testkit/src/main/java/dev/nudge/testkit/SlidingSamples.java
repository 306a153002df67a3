package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Pooling;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/// Samples of convolutions and pooling: strides, uneven padding, dilation, groups, single channels, kernels larger
/// than the image, empty batches, and channels around the lanes of vector registers.
final class SlidingSamples {
    private static final RandomKey KEY = RandomKey.of(12);
    private static final Window ONE = Window.of(1);

    private record Case(int batch, int h, int w, int in, int out, int groups, Window height, Window width) {
        Shape x() {
            return Shape.of(batch, h, w, in);
        }

        Shape weight() {
            return Shape.of(height.extent(), width.extent(), in / groups, out);
        }

        Shape y() {
            return Shape.of(batch, height.places(h), width.places(w), out);
        }
    }

    private static final List<Case> CASES = List.of(
            // few enough elements for a check of gradients
            new Case(1, 3, 3, 1, 1, 1, Window.of(2), Window.of(2)),
            new Case(2, 3, 2, 2, 3, 1, ONE, ONE),
            new Case(1, 4, 3, 2, 2, 1, Window.of(2).withStride(2), Window.of(2).withPadding(1, 0)),
            new Case(1, 3, 4, 2, 2, 2, Window.of(2).withPadding(1), Window.of(2).withDilation(2)),
            new Case(1, 3, 3, 2, 4, 2, Window.of(2), Window.of(2).withStride(2)),
            new Case(1, 1, 7, 2, 2, 1, ONE, Window.of(3).withStride(2).withPadding(1, 2)),
            new Case(1, 2, 2, 1, 2, 1, Window.of(5).withPadding(2), Window.of(4).withPadding(1, 2)),
            new Case(1, 5, 4, 1, 1, 1, Window.of(2).withStride(3), Window.of(1).withStride(2)),
            // awkward sizes
            new Case(0, 4, 4, 2, 3, 1, Window.of(3), Window.of(3)),
            new Case(2, 6, 5, 3, 4, 1, Window.of(3).withPadding(1), Window.of(3).withPadding(1)),
            new Case(
                    2,
                    5,
                    9,
                    16,
                    17,
                    1,
                    Window.of(3).withPadding(1),
                    Window.of(3).withPadding(1)),
            new Case(
                    1,
                    7,
                    8,
                    17,
                    15,
                    1,
                    Window.of(5).withPadding(2),
                    Window.of(3).withStride(2).withPadding(0, 1)),
            new Case(
                    2,
                    9,
                    7,
                    8,
                    33,
                    1,
                    Window.of(3).withDilation(2).withPadding(2),
                    Window.of(2).withDilation(3)),
            new Case(
                    1,
                    11,
                    13,
                    1,
                    6,
                    1,
                    Window.of(5).withPadding(2),
                    Window.of(5).withPadding(2)),
            new Case(
                    2, 6, 6, 12, 8, 4, Window.of(3).withPadding(1), Window.of(3).withStride(2)),
            new Case(
                    2,
                    5,
                    6,
                    33,
                    33,
                    33,
                    Window.of(3).withPadding(1),
                    Window.of(3).withPadding(1)),
            new Case(
                    1,
                    6,
                    5,
                    16,
                    32,
                    16,
                    Window.of(3).withStride(2),
                    Window.of(3).withPadding(2, 1)),
            new Case(3, 4, 5, 20, 48, 1, ONE, ONE),
            new Case(2, 5, 4, 16, 16, 1, ONE.withStride(2), ONE.withStride(2)),
            // windows that tile the image
            new Case(2, 4, 6, 1, 1, 1, Window.of(2).withStride(2), Window.of(3).withStride(3)),
            new Case(3, 6, 4, 37, 3, 1, Window.of(2).withStride(2), Window.of(2).withStride(2)),
            new Case(
                    1, 3, 3, 40, 5, 1, Window.of(7).withPadding(3), Window.of(7).withPadding(3)));

    private SlidingSamples() {}

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (DType dtype : OpSamples.FLOATING) {
            for (Case c : CASES) {
                addConvolutions(samples, dtype, c);
                addPooling(samples, dtype, c);
            }
        }
        return samples;
    }

    /// Convolutions whose work is shared out among threads.
    static List<OpSample> large() {
        Window three = Window.of(3).withPadding(1);
        List<OpSample> samples = new ArrayList<>();
        addConvolutions(samples, DType.F32, new Case(5, 17, 19, 13, 37, 1, three, three));
        addConvolutions(samples, DType.F32, new Case(9, 16, 15, 16, 16, 1, three.withStride(2), three));
        addConvolutions(samples, DType.F32, new Case(3, 33, 31, 35, 35, 35, three, three.withStride(2)));
        addConvolutions(
                samples,
                DType.F32,
                new Case(7, 12, 11, 24, 18, 3, three, Window.of(2).withDilation(2)));
        // groups of few channels, some of which share a vector
        addConvolutions(samples, DType.F32, new Case(5, 9, 11, 32, 32, 32, three, three));
        addConvolutions(samples, DType.F32, new Case(2, 8, 9, 16, 16, 16, three.withStride(2), three));
        addConvolutions(samples, DType.F32, new Case(17, 13, 11, 32, 32, 8, three, three));
        addConvolutions(
                samples,
                DType.F32,
                new Case(3, 9, 20, 16, 16, 8, three.withStride(2), Window.of(3).withDilation(2)));
        addConvolutions(
                samples, DType.F32, new Case(2, 7, 30, 48, 48, 6, Window.of(5).withPadding(2), three.withStride(2)));
        addConvolutions(
                samples,
                DType.F32,
                new Case(
                        2,
                        3,
                        4,
                        16,
                        16,
                        4,
                        Window.of(3).withPadding(4, 0),
                        Window.of(2).withPadding(0, 3)));
        addConvolutions(samples, DType.F32, new Case(17, 28, 28, 1, 6, 1, Window.of(5), Window.of(5)));
        addConvolutions(samples, DType.F32, new Case(4, 15, 14, 64, 48, 1, ONE, ONE));
        addPooling(
                samples,
                DType.F32,
                new Case(6, 41, 37, 19, 19, 1, three.withStride(2), Window.of(2).withStride(2)));
        return samples;
    }

    private static void addConvolutions(List<OpSample> samples, DType dtype, Case c) {
        Value x = Draw.uniform(KEY.at(0), Type.of(dtype, c.x()), -1, 1);
        Value w = Draw.uniform(KEY.at(1), Type.of(dtype, c.weight()), -1, 1);
        Value y = Draw.uniform(KEY.at(2), Type.of(dtype, c.y()), -1, 1);
        samples.add(OpSample.smooth(new Sliding.Convolve(c.height, c.width, c.groups), x, w));
        samples.add(OpSample.smooth(new Sliding.ConvolveTransposed(c.height, c.width, c.groups, c.h, c.w), y, w));
        samples.add(OpSample.smooth(new Sliding.ConvolveWeight(c.height, c.width, c.groups), x, y));
    }

    private static void addPooling(List<OpSample> samples, DType dtype, Case c) {
        Value x = Draw.distinct(KEY.at(3), Type.of(dtype, c.x()));
        Value values = Draw.uniform(KEY.at(4), Type.of(dtype, c.x()), -1, 1);
        Shape places = c.y().with(3, c.in);
        Value dy = Draw.uniform(KEY.at(5), Type.of(dtype, places), -1, 1);
        Sliding.Windows windows = new Sliding.Windows(c.height, c.width);
        Type spread = windows.type(List.of(x.type()));
        samples.add(OpSample.smooth(windows, values));
        samples.add(
                OpSample.smooth(new Sliding.Fold(c.height, c.width, c.h, c.w), Draw.uniform(KEY.at(6), spread, -1, 1)));
        if (!c.height.alwaysReads(c.h) || !c.width.alwaysReads(c.w)) {
            return;
        }
        samples.add(selecting(new Pooling.MaxPool(c.height, c.width), x, values));
        samples.add(selecting(new Pooling.MaxPool(c.height, c.width), ties(x), values));
        samples.add(OpSample.of(new Pooling.MaxPool(c.height, c.width), extremes(x), extremes(x)));
        samples.add(selecting(new Pooling.MaxUnpool(c.height, c.width), x, dy));
        samples.add(selecting(new Pooling.MaxUnpool(c.height, c.width), ties(x), dy));
        samples.add(OpSample.of(new Pooling.MaxUnpool(c.height, c.width), extremes(x), dy));
        samples.add(OpSample.smooth(new Pooling.AveragePool(c.height, c.width), values));
        samples.add(OpSample.smooth(new Pooling.AverageUnpool(c.height, c.width, c.h, c.w), dy));
    }

    /// The gradient flows to the second input alone.
    private static OpSample selecting(Fused op, Value x, Value second) {
        return new OpSample(op, List.of(x, second), List.of(1), true);
    }

    private static Value ties(Value x) {
        return Draw.map(x, element -> Math.floorMod(Math.round(element), 2));
    }

    private static Value extremes(Value x) {
        Value result = Draw.repeated(
                x.type(),
                Double.NEGATIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                1,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                2,
                0);
        for (int i = 0; i < result.elements() / 2; i++) {
            result.set(i, Double.NEGATIVE_INFINITY);
        }
        return result;
    }
}
