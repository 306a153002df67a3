package dev.nudge.train.data;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// Examples in two Java arrays, one row after the other.
///
/// The arrays are kept, not copied, because they may be most of the memory: leave them alone after handing them over.
public final class ArrayDataset implements Dataset {
    private final int size;
    private final Value inputs;
    private final Value targets;
    private final int classes;

    private ArrayDataset(int size, Value inputs, Value targets, int classes) {
        this.size = size;
        this.inputs = inputs;
        this.targets = targets;
        this.classes = classes;
    }

    /// Examples with a class index each.
    ///
    /// @param inputs one input after the other
    /// @param each   shape of one input
    /// @param labels class indices in `0..classes-1`
    /// @throws IllegalArgumentException if the lengths do not fit or a label is not a class index
    public static ArrayDataset of(float[] inputs, Shape each, int[] labels, int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("data set: the number of classes must be at least 1, found " + classes);
        }
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < 0 || labels[row] >= classes) {
                throw new IllegalArgumentException(
                        "data set: label of row " + row + " must be in 0.." + (classes - 1) + ", found " + labels[row]);
            }
        }
        Value targets = new Value(Type.of(DType.I32, Shape.of(labels.length)), labels);
        return new ArrayDataset(labels.length, rows("inputs", inputs, each, labels.length), targets, classes);
    }

    /// Examples with numbers as targets.
    ///
    /// @param inputs  one input after the other
    /// @param each    shape of one input; not empty
    /// @param targets one target after the other
    /// @param target  shape of one target
    /// @throws IllegalArgumentException if the lengths do not fit
    public static ArrayDataset of(float[] inputs, Shape each, float[] targets, Shape target) {
        if (each.elements() == 0) {
            throw new IllegalArgumentException("data set: an input needs at least one element, found shape " + each);
        }
        int size = inputs.length / each.elements();
        return new ArrayDataset(size, rows("inputs", inputs, each, size), rows("targets", targets, target, size), 0);
    }

    /// Examples of any element type, such as token ids.
    ///
    /// @param inputs  one row for each example: `[rows, ...]`
    /// @param targets one row for each example: `[rows, ...]`
    /// @throws IllegalArgumentException if the numbers of rows differ
    public static ArrayDataset of(Value inputs, Value targets) {
        if (inputs.type().shape().rank() < 1
                || targets.type().shape().rank() < 1
                || inputs.type().shape().extent(0) != targets.type().shape().extent(0)) {
            throw new IllegalArgumentException("data set: inputs and targets need a row for each example, found inputs "
                    + inputs.type() + ", targets " + targets.type());
        }
        return new ArrayDataset(inputs.type().shape().extent(0), inputs, targets, 0);
    }

    private static Value rows(String what, float[] elements, Shape each, int size) {
        if ((long) size * each.elements() != elements.length) {
            throw new IllegalArgumentException("data set: " + size + " rows of " + what + " of shape " + each + " need "
                    + (long) size * each.elements() + " elements, found " + elements.length);
        }
        return new Value(Type.of(DType.F32, Shape.of(size).append(each)), elements);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Type inputType() {
        return each(inputs);
    }

    @Override
    public Type targetType() {
        return each(targets);
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public Batch batch(int... rows) {
        return new Batch(gather(inputs, rows), gather(targets, rows), rows);
    }

    @Override
    public Tensor targets(int... rows) {
        return gather(targets, rows);
    }

    @Override
    public String fingerprint() {
        return Fingerprint.start().add(inputs).add(targets).text();
    }

    private static Type each(Value value) {
        Shape shape = value.type().shape();
        return value.type().withShape(shape.range(1, shape.rank()));
    }

    private Tensor gather(Value from, int[] rows) {
        Type each = each(from);
        int length = each.shape().elements();
        Value to = Value.zeros(each.withShape(Shape.of(rows.length).append(each.shape())));
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(from.array(), checkRow(rows[i], size) * length, to.array(), i * length, length);
        }
        return Tensor.data(to);
    }

    static int checkRow(int row, int size) {
        if (row < 0 || row >= size) {
            throw new IllegalArgumentException("data set: row " + row + " does not exist, there are " + size + " rows");
        }
        return row;
    }
}
