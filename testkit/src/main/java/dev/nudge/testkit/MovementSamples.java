package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Samples of operations that move elements.
final class MovementSamples {
    private static final RandomKey KEY = RandomKey.of(4);

    private MovementSamples() {}

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (DType dtype : DType.values()) {
            add(samples, dtype);
        }
        return samples;
    }

    private static void add(List<OpSample> samples, DType dtype) {
        for (int size : OpSamples.SIZES) {
            one(samples, dtype, new Movement.Reshape(Shape.of(1, size)), size);
            one(samples, dtype, new Movement.Permute(List.of(0)), size);
            one(samples, dtype, new Movement.Permute(List.of(1, 0)), size, 3);
            one(samples, dtype, new Movement.Broadcast(Shape.of(size)), 1);
            one(samples, dtype, new Movement.Slice(List.of(0), List.of(size)), size);
            one(samples, dtype, new Movement.Slice(List.of(2), List.of(size)), size + 5);
            one(samples, dtype, new Movement.Pad(List.of(1), List.of(2)), size);
            one(samples, dtype, new Movement.Flip(List.of(0)), size);
            several(samples, dtype, new Movement.Concat(0), new int[] {size}, new int[] {3}, new int[] {size});
        }
        one(samples, dtype, new Movement.Reshape(Shape.of(6)), 2, 3);
        one(samples, dtype, new Movement.Reshape(Shape.SCALAR), 1, 1);
        one(samples, dtype, new Movement.Reshape(Shape.of(1, 1)));
        for (List<Integer> order : List.of(
                List.of(0, 1, 2),
                List.of(0, 2, 1),
                List.of(1, 0, 2),
                List.of(1, 2, 0),
                List.of(2, 0, 1),
                List.of(2, 1, 0))) {
            one(samples, dtype, new Movement.Permute(order), 2, 3, 5);
        }
        one(samples, dtype, new Movement.Permute(List.of()));
        one(samples, dtype, new Movement.Permute(List.of(1, 0)), 33, 65);
        one(samples, dtype, new Movement.Permute(List.of(3, 1, 0, 2)), 2, 3, 1, 4);
        one(samples, dtype, new Movement.Broadcast(Shape.of(3, 4)));
        one(samples, dtype, new Movement.Broadcast(Shape.of(3, 4)), 4);
        one(samples, dtype, new Movement.Broadcast(Shape.of(3, 4)), 3, 1);
        one(samples, dtype, new Movement.Broadcast(Shape.of(3, 4)), 1, 1);
        one(samples, dtype, new Movement.Broadcast(Shape.of(2, 3, 4)), 2, 1, 4);
        one(samples, dtype, new Movement.Broadcast(Shape.of(2, 3, 4)), 1, 3, 1);
        one(samples, dtype, new Movement.Broadcast(Shape.of(0, 4)), 4);
        one(samples, dtype, new Movement.Broadcast(Shape.of(0, 4)), 1, 1);
        one(samples, dtype, new Movement.Slice(List.of(1, 0, 2), List.of(1, 3, 2)), 2, 3, 5);
        one(samples, dtype, new Movement.Slice(List.of(2, 3), List.of(0, 1)), 2, 5);
        one(samples, dtype, new Movement.Slice(List.of(), List.of()));
        one(samples, dtype, new Movement.Pad(List.of(0, 1), List.of(2, 0)), 2, 3);
        one(samples, dtype, new Movement.Pad(List.of(1, 0, 2), List.of(0, 0, 1)), 1, 2, 3);
        one(samples, dtype, new Movement.Pad(List.of(), List.of()));
        one(samples, dtype, new Movement.Flip(List.of(1)), 3, 4);
        one(samples, dtype, new Movement.Flip(List.of(0, 2)), 2, 3, 4);
        one(samples, dtype, new Movement.Flip(List.of()), 2, 3);
        several(samples, dtype, new Movement.Concat(1), new int[] {2, 3}, new int[] {2, 0}, new int[] {2, 5});
        several(samples, dtype, new Movement.Concat(0), new int[] {2, 3}, new int[] {1, 3});
        several(samples, dtype, new Movement.Concat(2), new int[] {2, 2, 3}, new int[] {2, 2, 1});
        several(samples, dtype, new Movement.Concat(0), new int[] {4});
        for (int size : OpSamples.SIZES) {
            samples.add(updating(value(dtype, 0, size, 3), value(dtype, 1, 3), value(dtype, 2, 3)));
        }
        samples.add(updating(value(dtype, 0), value(dtype, 1, 2, 2), value(dtype, 2, 2, 2)));
        samples.add(beside(value(dtype, 0, 2, 3), value(dtype, 1, 4)));
        samples.add(beside(value(dtype, 0), value(dtype, 1, 2, 2)));
        samples.add(OpSample.of(new Movement.Detach(), value(dtype, 0)));
        samples.add(OpSample.of(new Movement.Detach(), value(dtype, 0, 2, 3)));
    }

    private static OpSample beside(Value x, Value other) {
        boolean smooth = x.type().dtype().isFloating();
        return new OpSample(new Movement.Beside(), List.of(x, other), smooth ? List.of(0) : List.of(), smooth);
    }

    private static OpSample updating(Value x, Value buffer, Value next) {
        boolean smooth = x.type().dtype().isFloating();
        List<Integer> differentiable = smooth ? List.of(0) : List.of();
        return new OpSample(new Movement.Updating(), List.of(x, buffer, next), differentiable, smooth);
    }

    private static void one(List<OpSample> samples, DType dtype, Op op, int... shape) {
        several(samples, dtype, op, shape);
    }

    private static void several(List<OpSample> samples, DType dtype, Op op, int[]... shapes) {
        Value[] inputs = new Value[shapes.length];
        for (int i = 0; i < shapes.length; i++) {
            inputs[i] = value(dtype, i, shapes[i]);
        }
        samples.add(dtype.isFloating() ? OpSample.smooth(op, inputs) : OpSample.of(op, inputs));
    }

    private static Value value(DType dtype, int index, int... shape) {
        return Draw.any(KEY.at(index), Type.of(dtype, Shape.of(shape)));
    }
}
