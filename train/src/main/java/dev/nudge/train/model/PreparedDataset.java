package dev.nudge.train.model;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Epoch;
import dev.nudge.train.data.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Examples as a model takes them: each goes through the stages that the model file will hold.
///
/// Rows are prepared when they are asked for, so that raw data larger than memory stays where it is.
public final class PreparedDataset implements Dataset {
    private final Dataset raw;
    private final Shape shape;
    private final List<Preprocessing> stages;

    private PreparedDataset(Dataset raw, Shape shape, List<Preprocessing> stages) {
        this.raw = raw;
        this.shape = shape;
        this.stages = stages;
    }

    /// The examples after these stages, in order.
    ///
    /// @param raw   inputs of `F32`
    /// @param shape what one prepared input has; `[numbers]` lays an image out flat, say
    /// @throws IllegalArgumentException if the inputs have another type, or too few or too many numbers
    ///         for `shape`
    public static PreparedDataset of(Dataset raw, Shape shape, Preprocessing... stages) {
        Shape wanted = shape;
        for (Preprocessing stage : List.of(stages).reversed()) {
            wanted = stage.raw(wanted);
        }
        if (raw.inputType().dtype() != DType.F32 || raw.inputType().shape().elements() != wanted.elements()) {
            throw new IllegalArgumentException("prepared data set: inputs " + shape + " come from " + wanted.elements()
                    + " numbers of F32, found " + raw.inputType());
        }
        return new PreparedDataset(raw, shape, List.of(stages));
    }

    @Override
    public int size() {
        return raw.size();
    }

    @Override
    public Type inputType() {
        return raw.inputType().withShape(shape);
    }

    @Override
    public Type targetType() {
        return raw.targetType();
    }

    @Override
    public int classes() {
        return raw.classes();
    }

    @Override
    public int[] labels() {
        return raw.labels();
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(
                raw.fingerprint().getBytes(StandardCharsets.UTF_8),
                (shape + " " + stages).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Dataset subset(int... rows) {
        return new PreparedDataset(raw.subset(rows), shape, stages);
    }

    @Override
    public Epoch shuffle(RandomKey key) {
        Epoch epoch = raw.shuffle(key);
        return epoch.withDataset(new PreparedDataset(epoch.dataset(), shape, stages));
    }

    @Override
    public Tensor targets(int... rows) {
        return raw.targets(rows);
    }

    @Override
    public Batch batch(int... rows) {
        Batch batch = raw.batch(rows);
        float[] from = (float[]) batch.inputs().value().array();
        Value to = Value.zeros(inputType().withShape(Shape.of(rows.length).append(shape)));
        int length = raw.inputType().shape().elements();
        int prepared = shape.elements();
        for (int i = 0; i < rows.length; i++) {
            float[] example = Arrays.copyOfRange(from, i * length, (i + 1) * length);
            for (Preprocessing stage : stages) {
                example = stage.apply(example);
            }
            System.arraycopy(example, 0, to.array(), i * prepared, prepared);
        }
        return new Batch(Tensor.data(to), batch.targets(), rows);
    }
}
