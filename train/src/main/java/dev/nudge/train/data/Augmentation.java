package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/// A random change of an image that leaves its class as it was.
///
/// Images are `[height, width, channels]`, the channels last. What is drawn depends on the key alone;
/// its text is part of a data set's fingerprint, so that a run is not continued with other changes.
public sealed interface Augmentation {
    /// The changed image, a new array.
    float[] apply(float[] image, int height, int width, int channels, RandomKey key);

    /// The shape of changed images `[height, width, channels]`: the same, unless this one cuts.
    ///
    /// @throws IllegalArgumentException if such images cannot be changed
    default Shape shape(Shape image) {
        return image;
    }

    /// The image as it is when nothing is drawn, as in validation: of the shape of changed ones, else
    /// unchanged.
    default float[] still(float[] image, int height, int width, int channels) {
        return image;
    }

    /// Why this may alter what an image of `subject` shows, if it may.
    default Optional<String> objection(Subject subject) {
        return Optional.empty();
    }

    /// What an image shows, which decides what may be done to it.
    enum Subject {
        /// Things that are the same when seen in a mirror: CIFAR-10's, or clothes.
        OBJECTS,
        /// Digits and letters: a mirror makes a 2 no digit at all, and half a turn makes a 6 a 9.
        CHARACTERS
    }

    /// Moves the image by up to `distance` pixels each way, so that every offset is equally likely; what
    /// is uncovered is filled with 0. With `distance = 4` it is the padded random crop of ResNet's
    /// training.
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
        public Optional<String> objection(Subject subject) {
            return subject == Subject.CHARACTERS
                    ? Optional.of("a mirror turns a digit or letter into none or another")
                    : Optional.empty();
        }

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

    /// Cuts a window out of the image, anywhere inside it with equal chance; images in order show the
    /// middle. For subjects that are larger than the window or may be anywhere; for small margins,
    /// [Shift] keeps the size.
    ///
    /// @param height rows of the window
    /// @param width  columns of the window
    record Crop(int height, int width) implements Augmentation {
        /// Checks the size.
        public Crop {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException(
                        "crop: the size must be at least 1 x 1, found " + height + " x " + width);
            }
        }

        @Override
        public Shape shape(Shape image) {
            if (height > image.extent(0) || width > image.extent(1)) {
                throw new IllegalArgumentException("crop: a window of " + height + " x " + width
                        + " does not fit into images " + image + " - resize them first, or cut less");
            }
            return Shape.of(height, width, image.extent(2));
        }

        @Override
        public float[] still(float[] image, int from, int fromWidth, int channels) {
            return Resampling.centre(image, from, fromWidth, channels, height, width);
        }

        @Override
        public float[] apply(float[] image, int from, int fromWidth, int channels, RandomKey key) {
            int top = key.below(0, from - height + 1);
            int left = key.below(1, fromWidth - width + 1);
            return Resampling.window(image, from, fromWidth, channels, top, left, height, width);
        }
    }

    /// Cuts out a window of random area and form and scales it to the size of the image: things look
    /// nearer, and a bit wider or higher. The area is uniform in `[smallest, 1]` of the image's, width
    /// by height log-uniform in `[3/4, 4/3]`, both before the window is cut to what fits into the image.
    ///
    /// For photographs; half a digit may be none, so of characters a window must keep at least half.
    ///
    /// Source: Szegedy et al. 2014, arXiv:1409.4842, section 6.
    ///
    /// @param smallest least share of the area, in `(0, 1]`
    record ResizedCrop(double smallest) implements Augmentation {
        private static final double LEAST_OF_CHARACTERS = 0.5;
        private static final double WIDEST = 4.0 / 3;

        /// Checks the share.
        public ResizedCrop {
            if (!(smallest > 0 && smallest <= 1)) {
                throw new IllegalArgumentException(
                        "resized crop: the smallest share must be in (0, 1], found " + smallest);
            }
        }

        @Override
        public Optional<String> objection(Subject subject) {
            return subject == Subject.CHARACTERS && smallest < LEAST_OF_CHARACTERS
                    ? Optional.of("less than half a digit or letter may be none or another")
                    : Optional.empty();
        }

        @Override
        public float[] apply(float[] image, int height, int width, int channels, RandomKey key) {
            double area = (smallest + (1 - smallest) * key.uniform(0)) * height * width;
            double form = StrictMath.pow(WIDEST, 2 * key.uniform(1) - 1);
            int rows = Math.clamp(Math.round(Math.sqrt(area / form)), 1, height);
            int columns = Math.clamp(Math.round(Math.sqrt(area * form)), 1, width);
            int top = key.below(2, height - rows + 1);
            int left = key.below(3, width - columns + 1);
            float[] part = Resampling.window(image, height, width, channels, top, left, rows, columns);
            return Resampling.resize(part, rows, columns, channels, height, width);
        }
    }

    /// Turns the image by an angle uniform in `[-degrees, degrees]`; what is uncovered is 0.
    ///
    /// Up to 180 degrees suits what has no upper side, such as a view from above. Of characters an angle
    /// must stay within 45 degrees, from where on a 6 is on its way to a 9; 10 to 15 are usual.
    ///
    /// @param degrees largest angle, in `[0, 180]`
    record Rotate(double degrees) implements Augmentation {
        private static final double MOST_OF_CHARACTERS = 45;

        /// Checks the angle.
        public Rotate {
            if (!(degrees >= 0 && degrees <= 180)) {
                throw new IllegalArgumentException("rotate: the angle must be in [0, 180] degrees, found " + degrees);
            }
        }

        @Override
        public Optional<String> objection(Subject subject) {
            return subject == Subject.CHARACTERS && degrees > MOST_OF_CHARACTERS
                    ? Optional.of("a digit or letter turned that far is none or another")
                    : Optional.empty();
        }

        @Override
        public float[] apply(float[] image, int height, int width, int channels, RandomKey key) {
            return Resampling.turn(image, height, width, channels, (2 * key.uniform(0) - 1) * degrees);
        }
    }

    /// Changes brightness, then contrast, then saturation, each by a factor `f` uniform in `[1 - s,
    /// 1 + s]` of its strength `s`: brightness is `f x`, contrast `f x + (1 - f) m` with the mean
    /// grey `m` of the image, saturation `f x + (1 - f) g` with the grey `g` of the pixel. Results
    /// are kept in `[0, 1]`, so it belongs before standardizing. Grey is `0.299 R + 0.587 G + 0.114
    /// B` (ITU-R BT.601); an image of one channel is grey already.
    ///
    /// For photographs; where colour is the class, as with ripe and unripe fruit, leave saturation 0.
    ///
    /// @param brightness strength in `[0, 1]`
    /// @param contrast   strength in `[0, 1]`
    /// @param saturation strength in `[0, 1]`
    record ColorJitter(double brightness, double contrast, double saturation) implements Augmentation {
        /// Checks the strengths.
        public ColorJitter {
            for (double strength : new double[] {brightness, contrast, saturation}) {
                if (!(strength >= 0 && strength <= 1)) {
                    throw new IllegalArgumentException("color jitter: a strength must be in [0, 1], found " + strength);
                }
            }
        }

        @Override
        public Shape shape(Shape image) {
            if (image.extent(2) != 1 && image.extent(2) != 3) {
                throw new IllegalArgumentException("color jitter: expected images of 1 or 3 channels, found " + image);
            }
            return image;
        }

        @Override
        public float[] apply(float[] image, int height, int width, int channels, RandomKey key) {
            float[] changed = image.clone();
            double brighter = factor(key, 0, brightness);
            for (int i = 0; i < changed.length; i++) {
                changed[i] = blend(changed[i], 0, brighter);
            }
            double sharper = factor(key, 1, contrast);
            double mean = 0;
            for (int i = 0; i < changed.length; i += channels) {
                mean += grey(changed, i, channels);
            }
            mean /= (double) height * width;
            for (int i = 0; i < changed.length; i++) {
                changed[i] = blend(changed[i], mean, sharper);
            }
            double richer = factor(key, 2, saturation);
            for (int i = 0; i < changed.length; i += channels) {
                double grey = grey(changed, i, channels);
                for (int channel = 0; channel < channels; channel++) {
                    changed[i + channel] = blend(changed[i + channel], grey, richer);
                }
            }
            return changed;
        }

        private static double factor(RandomKey key, int draw, double strength) {
            return 1 + (2 * key.uniform(draw) - 1) * strength;
        }

        private static float blend(double value, double other, double factor) {
            return (float) Math.clamp(factor * value + (1 - factor) * other, 0.0, 1.0);
        }

        private static double grey(float[] image, int at, int channels) {
            return channels == 1 ? image[at] : 0.299 * image[at] + 0.587 * image[at + 1] + 0.114 * image[at + 2];
        }
    }
}
