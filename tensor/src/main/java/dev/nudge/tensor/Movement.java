package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An operation that rearranges elements without computing with them.
public sealed interface Movement extends Op {
    /// Where the element at `index` of the result comes from: an input and a position in it, or nowhere (zero).
    ///
    /// @param inputs shapes of the inputs
    /// @param index  index of the element along each axis of the result
    Source source(List<Shape> inputs, int[] index);

    /// An element of an input.
    record Source(int input, int position) {
        /// Stands for a zero that comes from no input.
        public static final Source ZERO = new Source(-1, 0);
    }

    @Override
    default void reference(List<Value> inputs, Value out) {
        Shape shape = out.type().shape();
        List<Shape> shapes = inputs.stream().map(v -> v.type().shape()).toList();
        int[] index = new int[shape.rank()];
        for (int i = 0; i < out.elements(); i++) {
            Source source = source(shapes, index);
            if (source.input() < 0) {
                out.set(i, 0);
            } else if (out.type().dtype() == DType.I64) {
                ((long[]) out.array())[i] = inputs.get(source.input()).longAt(source.position());
            } else {
                out.set(i, inputs.get(source.input()).at(source.position()));
            }
            advance(index, shape);
        }
    }

    private static void advance(int[] index, Shape shape) {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            if (++index[axis] < shape.extent(axis)) {
                return;
            }
            index[axis] = 0;
        }
    }

    private static int position(Shape shape, int[] index) {
        int position = 0;
        for (int axis = 0; axis < index.length; axis++) {
            position = position * shape.extent(axis) + index[axis];
        }
        return position;
    }

    /// The same elements with another shape. Costs nothing: no element moves.
    record Reshape(Shape shape) implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            Type input = inputs.getFirst();
            if (input.shape().elements() != shape.elements()) {
                throw new ShapeException("reshape: " + input.shape() + " has "
                        + input.shape().elements() + " elements, " + shape + " wants " + shape.elements());
            }
            return input.withShape(shape);
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            return new Source(0, position(shape, index));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.reshape(y.input(0).shape()));
        }
    }

    /// Axes in another order: axis `i` of the result is axis `axes[i]` of the input.
    record Permute(List<Integer> axes) implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            Shape shape = inputs.getFirst().shape();
            if (!axes.stream()
                    .sorted()
                    .toList()
                    .equals(IntStream.range(0, shape.rank()).boxed().toList())) {
                throw new ShapeException("permute: " + axes + " is not an order of the axes of " + shape);
            }
            return inputs.getFirst()
                    .withShape(Shape.of(axes.stream().mapToInt(shape::extent).toArray()));
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            int[] strides = inputs.getFirst().strides();
            int position = 0;
            for (int i = 0; i < index.length; i++) {
                position += index[i] * strides[axes.get(i)];
            }
            return new Source(0, position);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            int[] inverse = new int[axes.size()];
            for (int i = 0; i < inverse.length; i++) {
                inverse[axes.get(i)] = i;
            }
            return Elementwise.gradients(dy.permute(inverse));
        }
    }

    /// Elements repeated along new axes and along axes of extent 1. The gradient is the sum over the repeats.
    record Broadcast(Shape shape) implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            Shape from = inputs.getFirst().shape();
            if (!Shape.broadcast("broadcast", from, shape).equals(shape)) {
                throw new ShapeException("broadcast: " + from + " cannot become " + shape);
            }
            return inputs.getFirst().withShape(shape);
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            int[] strides = inputs.getFirst().stridesBroadcastTo(shape);
            int position = 0;
            for (int i = 0; i < index.length; i++) {
                position += index[i] * strides[i];
            }
            return new Source(0, position);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.sumTo(y.input(0).shape()));
        }
    }

    /// A block: `lengths[i]` elements from `starts[i]` along axis `i`.
    record Slice(List<Integer> starts, List<Integer> lengths) implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            Shape shape = inputs.getFirst().shape();
            if (starts.size() != shape.rank() || lengths.size() != shape.rank()) {
                throw new ShapeException("slice: " + shape + " needs " + shape.rank() + " starts and lengths, found "
                        + starts + " and " + lengths);
            }
            for (int axis = 0; axis < shape.rank(); axis++) {
                int start = starts.get(axis);
                int length = lengths.get(axis);
                if (start < 0 || length < 0 || start > shape.extent(axis) - length) {
                    throw new ShapeException("slice: elements " + start + " to " + ((long) start + length) + " of axis "
                            + axis + " are outside " + shape);
                }
            }
            return inputs.getFirst()
                    .withShape(Shape.of(lengths.stream().mapToInt(i -> i).toArray()));
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            int[] from = new int[index.length];
            for (int i = 0; i < index.length; i++) {
                from[i] = index[i] + starts.get(i);
            }
            return new Source(0, position(inputs.getFirst(), from));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Shape from = y.input(0).shape();
            int[] before = starts.stream().mapToInt(i -> i).toArray();
            int[] after = IntStream.range(0, from.rank())
                    .map(i -> from.extent(i) - starts.get(i) - lengths.get(i))
                    .toArray();
            return Elementwise.gradients(dy.pad(before, after));
        }
    }

    /// Zeros added before and after along each axis.
    record Pad(List<Integer> before, List<Integer> after) implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            Shape shape = inputs.getFirst().shape();
            if (before.size() != shape.rank() || after.size() != shape.rank()) {
                throw new ShapeException("pad: " + shape + " needs " + shape.rank() + " widths on each side, found "
                        + before + " and " + after);
            }
            int[] extents = new int[shape.rank()];
            for (int axis = 0; axis < extents.length; axis++) {
                if (before.get(axis) < 0 || after.get(axis) < 0) {
                    throw new ShapeException("pad: widths must be at least 0, found " + before + " and " + after);
                }
                extents[axis] = before.get(axis) + shape.extent(axis) + after.get(axis);
            }
            return inputs.getFirst().withShape(Shape.of(extents));
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            Shape shape = inputs.getFirst();
            int[] from = new int[index.length];
            for (int i = 0; i < index.length; i++) {
                from[i] = index[i] - before.get(i);
                if (from[i] < 0 || from[i] >= shape.extent(i)) {
                    return Source.ZERO;
                }
            }
            return new Source(0, position(shape, from));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.slice(
                    before.stream().mapToInt(i -> i).toArray(),
                    y.input(0).shape().toArray()));
        }
    }

    /// Inputs one after the other along `axis`; their other extents agree.
    record Concat(int axis) implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            Type first = inputs.getFirst();
            if (axis < 0 || axis >= first.shape().rank()) {
                throw new ShapeException("concat: axis " + axis + " does not exist in " + first);
            }
            int extent = 0;
            for (Type input : inputs) {
                if (input.dtype() != first.dtype()
                        || input.shape().rank() != first.shape().rank()
                        || !input.shape().with(axis, 0).equals(first.shape().with(axis, 0))) {
                    throw new ShapeException(
                            "concat: " + first + " and " + input + " differ in more than axis " + axis);
                }
                extent += input.shape().extent(axis);
            }
            return first.withShape(first.shape().with(axis, extent));
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            int[] from = index.clone();
            int input = 0;
            while (from[axis] >= inputs.get(input).extent(axis)) {
                from[axis] -= inputs.get(input++).extent(axis);
            }
            return new Source(input, position(inputs.get(input), from));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            List<@Nullable Tensor> gradients = new ArrayList<>();
            int start = 0;
            for (Tensor input : y.inputs()) {
                int length = input.shape().extent(axis);
                gradients.add(dy.slice(axis, start, length));
                start += length;
            }
            return gradients;
        }
    }

    /// Elements in reverse order along the given axes.
    record Flip(List<Integer> axes) implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            Shape shape = inputs.getFirst().shape();
            for (int axis : axes) {
                if (axis < 0 || axis >= shape.rank()) {
                    throw new ShapeException("flip: axis " + axis + " does not exist in " + shape);
                }
            }
            return inputs.getFirst();
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            Shape shape = inputs.getFirst();
            int[] from = index.clone();
            for (int axis : axes) {
                from[axis] = shape.extent(axis) - 1 - index[axis];
            }
            return new Source(0, position(shape, from));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.flip(axes.stream().mapToInt(i -> i).toArray()));
        }
    }

    /// The first input, unchanged. Beside it stand the node that reads a buffer and the value that the buffer is
    /// to get when an optimizer takes a step on what is computed from this node; computing it changes nothing.
    ///
    /// The gradient flows to the first input only.
    record Updating() implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            if (!inputs.get(1).equals(inputs.get(2))) {
                throw new ShapeException(
                        "updating: the buffer is " + inputs.get(1) + ", the value for it " + inputs.get(2));
            }
            return inputs.getFirst();
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            return new Source(0, position(inputs.getFirst(), index));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy, null, null);
        }
    }

    /// The first input, unchanged. Whoever computes it passes by the second, which is then computed too if it is
    /// wanted ([Tensor#keep()]).
    ///
    /// The gradient flows to the first input only.
    record Beside() implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            return inputs.getFirst();
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            return new Source(0, position(inputs.getFirst(), index));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy, null);
        }
    }

    /// The same elements, through which no gradient flows.
    record Detach() implements Movement {
        @Override
        public Type type(List<Type> inputs) {
            return inputs.getFirst();
        }

        @Override
        public Source source(List<Shape> inputs, int[] index) {
            return new Source(0, position(inputs.getFirst(), index));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients((Tensor) null);
        }
    }
}
