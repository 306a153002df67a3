package dev.nudge.train.data;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Augmentation.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Images that are changed at random each time they are shuffled for training; in order they stay as
/// they are, or show their middle where a change cuts.
///
/// What happens to an image depends on the key of the epoch and on its row alone: any number of workers,
/// and a run that was stopped and resumed, see the same pixels. Wrap the training part only, after
/// splitting: validation and test images are never changed.
public final class AugmentedDataset implements Dataset {
    // Keeps the draws of changes apart from those that shuffle.
    private static final long STREAM = 0x6175676D656E74L;

    private final Dataset images;
    private final Subject subject;
    private final List<Augmentation> augmentations;
    private final Type inputType;

    private AugmentedDataset(Dataset images, Subject subject, List<Augmentation> augmentations) {
        this.images = images;
        this.subject = subject;
        this.augmentations = augmentations;
        Shape shape = images.inputType().shape();
        for (Augmentation augmentation : augmentations) {
            shape = augmentation.shape(shape);
        }
        this.inputType = images.inputType().withShape(shape);
    }

    /// The images with these changes, one after the other.
    ///
    /// @param images  inputs `[height, width, channels]`
    /// @param subject what the images show
    /// @throws IllegalArgumentException if the inputs are not images, or a change may alter the class
    public static AugmentedDataset of(Dataset images, Subject subject, Augmentation... augmentations) {
        if (images.inputType().shape().rank() != 3 || images.inputType().dtype() != DType.F32) {
            throw new IllegalArgumentException(
                    "augmentation: expected images [height, width, channels] of F32 as inputs, found "
                            + images.inputType());
        }
        for (Augmentation augmentation : augmentations) {
            augmentation.objection(subject).ifPresent(objection -> {
                throw new IllegalArgumentException("augmentation: " + objection + " - leave out " + augmentation
                        + ", or say that the images show objects");
            });
        }
        return new AugmentedDataset(images, subject, List.of(augmentations));
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public Type inputType() {
        return inputType;
    }

    @Override
    public Type targetType() {
        return images.targetType();
    }

    @Override
    public int classes() {
        return images.classes();
    }

    @Override
    public Batch batch(int... rows) {
        Batch batch = images.batch(rows);
        return inputType.equals(images.inputType()) ? batch : changed(batch, null);
    }

    @Override
    public Tensor targets(int... rows) {
        return images.targets(rows);
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(
                images.fingerprint().getBytes(StandardCharsets.UTF_8),
                augmentations.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Dataset subset(int... rows) {
        return new AugmentedDataset(images.subset(rows), subject, augmentations);
    }

    @Override
    public Epoch shuffle(RandomKey key) {
        Epoch epoch = images.shuffle(key);
        return epoch.withDataset(new Changed(epoch.dataset(), key.at(STREAM)));
    }

    /// The batch with its images changed, or still where there is no key.
    private Batch changed(Batch batch, @Nullable RandomKey key) {
        float[] from = (float[]) batch.inputs().value().array();
        Value to = Value.zeros(inputType.withShape(Shape.of(batch.size()).append(inputType.shape())));
        int length = images.inputType().shape().elements();
        int newLength = inputType.shape().elements();
        for (int i = 0; i < batch.size(); i++) {
            float[] image = Arrays.copyOfRange(from, i * length, (i + 1) * length);
            float[] changed = change(image, key == null ? null : key.at(batch.rows()[i]));
            System.arraycopy(changed, 0, to.array(), i * newLength, newLength);
        }
        return new Batch(Tensor.data(to), batch.targets(), batch.rows());
    }

    private float[] change(float[] image, @Nullable RandomKey sample) {
        float[] changed = image;
        Shape shape = images.inputType().shape();
        for (int i = 0; i < augmentations.size(); i++) {
            Augmentation augmentation = augmentations.get(i);
            int height = shape.extent(0);
            int width = shape.extent(1);
            int channels = shape.extent(2);
            changed = sample == null
                    ? augmentation.still(changed, height, width, channels)
                    : augmentation.apply(changed, height, width, channels, sample.at(i));
            shape = augmentation.shape(shape);
        }
        return changed;
    }

    /// The images as one epoch sees them.
    private final class Changed implements Dataset {
        private final Dataset epoch;
        private final RandomKey key;

        Changed(Dataset epoch, RandomKey key) {
            this.epoch = epoch;
            this.key = key;
        }

        @Override
        public int size() {
            return epoch.size();
        }

        @Override
        public Type inputType() {
            return inputType;
        }

        @Override
        public Type targetType() {
            return epoch.targetType();
        }

        @Override
        public int classes() {
            return epoch.classes();
        }

        @Override
        public String fingerprint() {
            return AugmentedDataset.this.fingerprint();
        }

        @Override
        public Batch batch(int... rows) {
            return changed(epoch.batch(rows), key);
        }
    }
}
