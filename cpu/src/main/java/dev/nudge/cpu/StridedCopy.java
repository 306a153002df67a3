package dev.nudge.cpu;

import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;

/// Copies of rectangular blocks between f32 arrays with any strides: what rearranging elements comes down to.
final class StridedCopy {
    private final int[] extents;
    private final int from;
    private final int[] fromStrides;
    private final int to;
    private final int[] toStrides;

    private StridedCopy(int[] extents, int from, int[] fromStrides, int to, int[] toStrides) {
        this.extents = extents;
        this.from = from;
        this.fromStrides = fromStrides;
        this.to = to;
        this.toStrides = toStrides;
    }

    /// The kernel of a movement of f32 elements.
    static Kernel of(Movement op, List<Type> inputs, Type output) {
        Shape in = inputs.getFirst().shape();
        Shape out = output.shape();
        int[] strides = in.strides();
        int[] extents = out.toArray();
        return switch (op) {
            case Movement.Reshape _, Movement.Detach _, Movement.Updating _, Movement.Beside _ ->
                whole(extents, 0, out.strides(), out);
            case Movement.Permute(List<Integer> axes) ->
                whole(extents, 0, axes.stream().mapToInt(axis -> strides[axis]).toArray(), out);
            case Movement.Broadcast(Shape shape) -> whole(extents, 0, in.stridesBroadcastTo(shape), out);
            case Movement.Slice(List<Integer> starts, List<Integer> _) ->
                whole(extents, offset(starts, strides), strides, out);
            case Movement.Flip(List<Integer> axes) -> {
                int[] flipped = strides.clone();
                int start = 0;
                for (int axis : axes) {
                    start += (in.extent(axis) - 1) * strides[axis];
                    flipped[axis] = -strides[axis];
                }
                yield whole(extents, start, flipped, out);
            }
            case Movement.Pad(List<Integer> before, List<Integer> _) -> {
                StridedCopy copy =
                        new StridedCopy(in.toArray(), 0, strides, offset(before, out.strides()), out.strides());
                yield (arrays, results) -> {
                    float[] target = (float[]) results[0];
                    Arrays.fill(target, 0, out.elements(), 0);
                    copy.run((float[]) arrays[0], target);
                };
            }
            case Movement.Concat(int axis) -> {
                StridedCopy[] copies = new StridedCopy[inputs.size()];
                int start = 0;
                for (int i = 0; i < copies.length; i++) {
                    Shape part = inputs.get(i).shape();
                    copies[i] = new StridedCopy(
                            part.toArray(), 0, part.strides(), start * out.strides()[axis], out.strides());
                    start += part.extent(axis);
                }
                yield (arrays, results) -> {
                    for (int i = 0; i < copies.length; i++) {
                        copies[i].run((float[]) arrays[i], (float[]) results[0]);
                    }
                };
            }
        };
    }

    private static Kernel whole(int[] extents, int from, int[] strides, Shape out) {
        StridedCopy copy = new StridedCopy(extents, from, strides, 0, out.strides());
        return (arrays, results) -> copy.run((float[]) arrays[0], (float[]) results[0]);
    }

    private static int offset(List<Integer> starts, int[] strides) {
        int offset = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            offset += starts.get(axis) * strides[axis];
        }
        return offset;
    }

    private void run(float[] source, float[] target) {
        for (int extent : extents) {
            if (extent == 0) {
                return;
            }
        }
        copy(source, from, target, to, 0);
    }

    private void copy(float[] source, int sourceAt, float[] target, int targetAt, int axis) {
        if (axis >= extents.length - 1) {
            row(source, sourceAt, target, targetAt);
            return;
        }
        for (int i = 0; i < extents[axis]; i++) {
            copy(source, sourceAt + i * fromStrides[axis], target, targetAt + i * toStrides[axis], axis + 1);
        }
    }

    private void row(float[] source, int sourceAt, float[] target, int targetAt) {
        int last = extents.length - 1;
        int count = last < 0 ? 1 : extents[last];
        int step = last < 0 ? 1 : fromStrides[last];
        if (step == 1) {
            System.arraycopy(source, sourceAt, target, targetAt, count);
        } else if (step == 0) {
            Arrays.fill(target, targetAt, targetAt + count, source[sourceAt]);
        } else {
            for (int i = 0; i < count; i++) {
                target[targetAt + i] = source[sourceAt + i * step];
            }
        }
    }
}
