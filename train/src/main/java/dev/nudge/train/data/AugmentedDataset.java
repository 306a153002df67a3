package dev.nudge.train.data;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Augmentation.Subject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Images that are changed at random each time they are shuffled for training; in order they stay as they are.
///
/// What happens to an image depends on the key of the epoch and on its row alone: any number of workers, and a run that
/// was stopped and resumed, see the same pixels. Wrap the training part only, after splitting: validation and test
/// images are never changed.
public final class AugmentedDataset implements Dataset {
    // Keeps the draws of changes apart from those that shuffle.
    private static final long STREAM = 0x6175676D656E74L;

    private final Dataset images;
    private final Subject subject;
    private final List<Augmentation> augmentations;

    private AugmentedDataset(Dataset images, Subject subject, List<Augmentation> augmentations) {
        this.images = images;
        this.subject = subject;
        this.augmentations = augmentations;
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
            if (subject == Subject.CHARACTERS && augmentation instanceof Augmentation.Mirror) {
                throw new IllegalArgumentException(
                        "augmentation: a mirror turns a digit or letter into none or another - leave out "
                                + augmentation + ", or say that the images show objects");
            }
        }
        return new AugmentedDataset(images, subject, List.of(augmentations));
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public Type inputType() {
        return images.inputType();
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
        return images.batch(rows);
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
        return Epoch.of(new Changed(key.at(STREAM)), key.permutation(size()));
    }

    /// The images as one epoch sees them.
    private final class Changed implements Dataset {
        private final RandomKey key;

        Changed(RandomKey key) {
            this.key = key;
        }

        @Override
        public int size() {
            return images.size();
        }

        @Override
        public Type inputType() {
            return images.inputType();
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
        public String fingerprint() {
            return AugmentedDataset.this.fingerprint();
        }

        @Override
        public Batch batch(int... rows) {
            Batch batch = images.batch(rows);
            Shape each = inputType().shape();
            int length = each.elements();
            float[] from = (float[]) batch.inputs().value().array();
            Value to = Value.zeros(batch.inputs().type());
            float[] image = new float[length];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(from, i * length, image, 0, length);
                float[] changed = change(image, each, key.at(rows[i]));
                System.arraycopy(changed, 0, to.array(), i * length, length);
            }
            return new Batch(Tensor.data(to), batch.targets(), rows);
        }

        private float[] change(float[] image, Shape each, RandomKey sample) {
            float[] changed = image;
            for (int i = 0; i < augmentations.size(); i++) {
                changed = augmentations
                        .get(i)
                        .apply(changed, each.extent(0), each.extent(1), each.extent(2), sample.at(i));
            }
            return changed;
        }
    }
}
