package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation that picks rows by integer indices.
public sealed interface Indexing extends Op {
    /// Checks one index.
    ///
    /// @throws IllegalArgumentException naming the index and where it stands
    private static int checked(String operation, Value indices, int position, int rows) {
        long index = indices.longAt(position);
        if (index < 0 || index >= rows) {
            throw outside(operation, index, position, rows);
        }
        return (int) index;
    }

    /// The error for an index outside a table.
    static IllegalArgumentException outside(String operation, long index, int position, int rows) {
        return new IllegalArgumentException(
                operation + ": index " + index + " at position " + position + " is outside 0.." + (rows - 1));
    }

    private static void requireIntegers(String operation, Type indices) {
        if (!indices.dtype().isInteger()) {
            throw new ShapeException(operation + ": expected I32 or I64 indices, found " + indices);
        }
    }

    /// Rows of a table: inputs table `[rows, ..row]` and indices `[..i]`, result `[..i, ..row]`.
    record Gather() implements Indexing {
        @Override
        public Type type(List<Type> inputs) {
            Type table = inputs.get(0);
            requireIntegers("gather", inputs.get(1));
            if (table.shape().rank() == 0) {
                throw new ShapeException("gather: expected a table of rows, found a scalar");
            }
            return table.withShape(inputs.get(1)
                    .shape()
                    .append(table.shape().range(1, table.shape().rank())));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value table = inputs.get(0);
            Value indices = inputs.get(1);
            int rows = table.type().shape().extent(0);
            int width = table.type().shape().product(1, table.type().shape().rank());
            for (int i = 0; i < indices.elements(); i++) {
                int row = checked("gather", indices, i, rows);
                for (int j = 0; j < width; j++) {
                    out.set(i * width + j, table.at(row * width + j));
                }
            }
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            int rows = y.input(0).shape().extent(0);
            return Elementwise.gradients(Tensor.apply(new ScatterAdd(rows), dy, y.input(1)), null);
        }
    }

    /// Sums of rows: inputs updates `[..i, ..row]` and indices `[..i]`, result `[rows, ..row]`, where row `r` is the
    /// sum, in order, of the updates whose index is `r`.
    record ScatterAdd(int rows) implements Indexing {
        @Override
        public Type type(List<Type> inputs) {
            Shape updates = inputs.get(0).shape();
            Shape indices = inputs.get(1).shape();
            requireIntegers("scatterAdd", inputs.get(1));
            if (updates.rank() < indices.rank()
                    || !updates.range(0, indices.rank()).equals(indices)) {
                throw new ShapeException("scatterAdd: updates " + updates + " do not start with the extents of the"
                        + " indices " + indices);
            }
            return inputs.get(0).withShape(Shape.of(rows).append(updates.range(indices.rank(), updates.rank())));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value updates = inputs.get(0);
            Value indices = inputs.get(1);
            int width = out.type().shape().product(1, out.type().shape().rank());
            double[] sums = new double[out.elements()];
            for (int i = 0; i < indices.elements(); i++) {
                int row = checked("scatterAdd", indices, i, rows);
                for (int j = 0; j < width; j++) {
                    sums[row * width + j] += updates.at(i * width + j);
                }
            }
            for (int i = 0; i < sums.length; i++) {
                out.set(i, sums[i]);
            }
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.gather(y.input(1)), null);
        }
    }

    /// Rows with a 1 at the index and 0 elsewhere: `[..i]` to `[..i, classes]`; no gradient.
    record OneHot(int classes, DType dtype) implements Indexing {
        @Override
        public Type type(List<Type> inputs) {
            requireIntegers("oneHot", inputs.getFirst());
            return Type.of(dtype, inputs.getFirst().shape().append(Shape.of(classes)));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value indices = inputs.getFirst();
            for (int i = 0; i < out.elements(); i++) {
                out.set(i, 0);
            }
            for (int i = 0; i < indices.elements(); i++) {
                out.set(i * classes + checked("oneHot", indices, i, classes), 1);
            }
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients((Tensor) null);
        }
    }
}
