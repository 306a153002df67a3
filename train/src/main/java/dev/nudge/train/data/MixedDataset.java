package dev.nudge.train.data;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.nio.charset.StandardCharsets;

/// Examples that are mixed with others at random each time they are shuffled for training; in order they
/// stay as they are.
///
/// Class indices become distributions over the classes, which cross-entropy takes as targets:
/// 1 at the class of an example in order, `λ` there and `1 - λ` at the class of its partner in a
/// shuffled pass. The partner is any row with equal chance; partner and share depend on the key of the
/// epoch and on the row alone, not on the batch. Wrap the training part only, and wrap augmented images,
/// so that both are changed before they are mixed.
///
/// {@snippet class="MixedSnippets" region="mix"}
public final class MixedDataset implements Dataset {
    // Keeps the draws of mixing apart from those that shuffle and augment.
    private static final long STREAM = 0x6D6978L;

    private final Dataset dataset;
    private final Mixing mixing;

    private MixedDataset(Dataset dataset, Mixing mixing) {
        this.dataset = dataset;
        this.mixing = mixing;
    }

    /// The examples, mixed.
    ///
    /// @param dataset class indices as targets, `F32` inputs; for cutmix images `[height, width,
    ///         channels]`
    /// @throws IllegalArgumentException if the data set has other inputs or targets
    public static MixedDataset of(Dataset dataset, Mixing mixing) {
        Type input = dataset.inputType();
        if (input.dtype() != DType.F32
                || mixing instanceof Mixing.CutMix && input.shape().rank() != 3) {
            throw new IllegalArgumentException("mixing: expected inputs of F32, and images [height, width, channels]"
                    + " for cutmix, found " + input);
        }
        if (dataset.classes() == 0 || !dataset.targetType().equals(Type.of(DType.I32, Shape.SCALAR))) {
            throw new IllegalArgumentException(
                    "mixing: expected class indices as targets, found " + dataset.targetType());
        }
        return new MixedDataset(dataset, mixing);
    }

    @Override
    public int size() {
        return dataset.size();
    }

    @Override
    public Type inputType() {
        return dataset.inputType();
    }

    /// One probability for each class.
    @Override
    public Type targetType() {
        return Type.of(DType.F32, Shape.of(dataset.classes()));
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(
                dataset.fingerprint().getBytes(StandardCharsets.UTF_8),
                mixing.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Dataset subset(int... rows) {
        return new MixedDataset(dataset.subset(rows), mixing);
    }

    @Override
    public Batch batch(int... rows) {
        Batch batch = dataset.batch(rows);
        return new Batch(batch.inputs(), shares(batch.targets()), rows);
    }

    @Override
    public Tensor targets(int... rows) {
        return shares(dataset.targets(rows));
    }

    private Tensor shares(Tensor classes) {
        int[] indices = classes.toInts();
        Value shares = shares(indices.length);
        for (int i = 0; i < indices.length; i++) {
            ((float[]) shares.array())[i * dataset.classes() + indices[i]] = 1;
        }
        return Tensor.data(shares);
    }

    @Override
    public Epoch shuffle(RandomKey key) {
        Epoch epoch = dataset.shuffle(key);
        return epoch.withDataset(new Mixed(epoch.dataset(), key.at(STREAM)));
    }

    private Value shares(int rows) {
        return Value.zeros(targetType().withShape(Shape.of(rows, dataset.classes())));
    }

    /// The examples as one epoch sees them.
    private final class Mixed implements Dataset {
        private final Dataset epoch;
        private final RandomKey key;

        Mixed(Dataset epoch, RandomKey key) {
            this.epoch = epoch;
            this.key = key;
        }

        @Override
        public int size() {
            return epoch.size();
        }

        @Override
        public Type inputType() {
            return epoch.inputType();
        }

        @Override
        public Type targetType() {
            return MixedDataset.this.targetType();
        }

        @Override
        public String fingerprint() {
            return MixedDataset.this.fingerprint();
        }

        @Override
        public Batch batch(int... rows) {
            int count = rows.length;
            int[] both = new int[2 * count];
            for (int i = 0; i < count; i++) {
                both[i] = rows[i];
                both[count + i] = key.at(rows[i]).below(0, size());
            }
            Batch batch = epoch.batch(both);
            float[] from = (float[]) batch.inputs().value().array();
            int[] classes = batch.targets().toInts();
            Shape each = inputType().shape();
            int length = each.elements();
            boolean image = each.rank() == 3;
            Value inputs = Value.zeros(inputType().withShape(Shape.of(count).append(each)));
            Value targets = shares(count);
            float[] shares = (float[]) targets.array();
            float[] example = new float[length];
            float[] partner = new float[length];
            for (int i = 0; i < count; i++) {
                System.arraycopy(from, i * length, example, 0, length);
                System.arraycopy(from, (count + i) * length, partner, 0, length);
                double share = mixing.mix(
                        example,
                        partner,
                        image ? each.extent(0) : 1,
                        image ? each.extent(1) : 1,
                        image ? each.extent(2) : length,
                        key.at(rows[i]).at(1));
                System.arraycopy(example, 0, inputs.array(), i * length, length);
                int row = i * dataset.classes();
                shares[row + classes[i]] += (float) share;
                shares[row + classes[count + i]] += (float) (1 - share);
            }
            return new Batch(Tensor.data(inputs), Tensor.data(targets), rows);
        }
    }
}
