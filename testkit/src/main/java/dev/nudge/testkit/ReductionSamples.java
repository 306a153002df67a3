package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Reduction;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Samples of reductions, over each axis.
final class ReductionSamples {
    private static final RandomKey KEY = RandomKey.of(2);

    private ReductionSamples() {}

    static List<OpSample> all() {
        List<Shape> shapes = new ArrayList<>(List.of(
                Shape.of(3, 17),
                Shape.of(17, 3),
                Shape.of(33, 1),
                Shape.of(1, 33),
                Shape.of(2, 3, 5),
                Shape.of(2, 1, 3, 2),
                Shape.of(37, 100),
                Shape.of(0, 3),
                Shape.of(3, 0)));
        OpSamples.SIZES.forEach(size -> shapes.add(Shape.of(size)));
        List<OpSample> samples = new ArrayList<>();
        for (Shape shape : shapes) {
            for (int axis = 0; axis < shape.rank(); axis++) {
                for (DType dtype : List.of(DType.F32, DType.F64, DType.I32, DType.I64)) {
                    add(samples, Type.of(dtype, shape), axis);
                }
            }
        }
        return samples;
    }

    private static void add(List<OpSample> samples, Type type, int axis) {
        boolean floating = type.dtype().isFloating();
        Value uniform = Draw.any(KEY.at(axis), type);
        samples.add(
                floating
                        ? OpSample.smooth(new Reduction.Sum(axis), uniform)
                        : OpSample.of(new Reduction.Sum(axis), uniform));
        if (type.shape().extent(axis) > 0) {
            Value distinct = Draw.distinct(KEY.at(axis + 10), type);
            for (Reduction op : List.of(new Reduction.Max(axis), new Reduction.Min(axis))) {
                samples.add(floating ? OpSample.kinked(op, distinct) : OpSample.of(op, distinct));
                samples.add(OpSample.of(op, uniform));
            }
            samples.add(OpSample.of(new Reduction.ArgMax(axis), distinct));
            samples.add(OpSample.of(new Reduction.ArgMax(axis), Draw.repeated(type, 1, 2, 2, 0)));
        }
    }

    /// NaN, infinities and zeros of both signs among other numbers.
    static List<OpSample> special() {
        List<OpSample> samples = new ArrayList<>();
        for (DType dtype : OpSamples.FLOATING) {
            for (double number :
                    new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 3e38, 1e-45}) {
                Value value = Draw.uniform(KEY.at(20), Type.of(dtype, Shape.of(4, 33)), -3, 3);
                value.set(0, number);
                value.set(50, number);
                value.set(131, number);
                for (int axis = 0; axis < 2; axis++) {
                    samples.add(OpSample.of(new Reduction.Sum(axis), value));
                    samples.add(OpSample.of(new Reduction.Max(axis), value));
                    samples.add(OpSample.of(new Reduction.Min(axis), value));
                    samples.add(OpSample.of(new Reduction.ArgMax(axis), value));
                }
            }
        }
        return samples;
    }
}
