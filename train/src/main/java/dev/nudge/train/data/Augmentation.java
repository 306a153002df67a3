package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import java.util.Arrays;

/// A random change of an image that leaves its class as it was.
///
/// Images are `[height, width, channels]`, the channels last. What is drawn depends on the key alone; its text is part
/// of a data set's fingerprint, so that a run is not continued with other changes.
public sealed interface Augmentation {
    /// The changed image, a new array of the same length.
    float[] apply(float[] image, int height, int width, int channels, RandomKey key);

    /// What an image shows, which decides what may be done to it.
    enum Subject {
        /// Things that are the same when seen in a mirror: CIFAR-10's, or clothes.
        OBJECTS,
        /// Digits and letters: a mirror makes a 2 no digit at all, and half a turn makes a 6 a 9.
        CHARACTERS
    }

    /// Moves the image by up to `distance` pixels each way, so that every offset is equally likely; what is
    /// uncovered is filled with 0. With `distance = 4` it is the padded random crop of ResNet's training.
    ///
    /// Source: He et al. 2015, arXiv:1512.03385, section 4.2.
    ///
    /// @param distance most pixels, at least 0
    record Shift(int distance) implements Augmentation {
        /// Checks the distance.
        public Shift {
            if (distance < 0) {
                throw new IllegalArgumentException("shift: the distance must be at least 0, found " + distance);
            }
        }

        @Override
        public float[] apply(float[] image, int height, int width, int channels, RandomKey key) {
            int down = key.below(0, 2 * distance + 1) - distance;
            int right = key.below(1, 2 * distance + 1) - distance;
            float[] moved = new float[image.length];
            int count = (width - Math.abs(right)) * channels;
            for (int row = Math.max(0, down); row < Math.min(height, height + down) && count > 0; row++) {
                System.arraycopy(
                        image,
                        ((row - down) * width + Math.max(0, -right)) * channels,
                        moved,
                        (row * width + Math.max(0, right)) * channels,
                        count);
            }
            return moved;
        }
    }

    /// Shows every other image, on average, in a mirror: left and right change places.
    record Mirror() implements Augmentation {
        @Override
        public float[] apply(float[] image, int height, int width, int channels, RandomKey key) {
            if (key.below(0, 2) == 0) {
                return image.clone();
            }
            float[] mirrored = new float[image.length];
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    System.arraycopy(
                            image,
                            (row * width + column) * channels,
                            mirrored,
                            (row * width + width - 1 - column) * channels,
                            channels);
                }
            }
            return mirrored;
        }
    }

    /// Sets a square of pixels to 0, its centre anywhere in the image: cutout.
    ///
    /// Source: DeVries & Taylor 2017, arXiv:1708.04552.
    ///
    /// @param side rows and columns of the square before the image's edge cuts it; at least 1
    record Erase(int side) implements Augmentation {
        /// Checks the side.
        public Erase {
            if (side < 1) {
                throw new IllegalArgumentException("erase: the side must be at least 1, found " + side);
            }
        }

        @Override
        public float[] apply(float[] image, int height, int width, int channels, RandomKey key) {
            float[] erased = image.clone();
            int top = key.below(0, height) - side / 2;
            int left = key.below(1, width) - side / 2;
            int from = Math.max(0, left);
            int to = Math.min(width, left + side);
            for (int row = Math.max(0, top); row < Math.min(height, top + side); row++) {
                Arrays.fill(erased, (row * width + from) * channels, (row * width + to) * channels, 0);
            }
            return erased;
        }
    }
}
