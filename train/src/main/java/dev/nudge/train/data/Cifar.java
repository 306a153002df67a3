package dev.nudge.train.data;

import dev.nudge.tensor.Shape;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Images of CIFAR-10 and CIFAR-100 in their binary files.
///
/// A record is one byte for the class, or two in CIFAR-100, and 3072 for an image of 32 x 32: all red
/// values row by row, then all green, then all blue ones. Images are given as `[32, 32, 3]`, the
/// channels last, with brightness in `[0, 1]`.
///
/// Source: Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"; the layout is
/// described on the page that the data sets are downloaded from.
public final class Cifar {
    /// Rows and columns of an image.
    public static final int SIDE = 32;
    /// Number of classes of CIFAR-10.
    public static final int CLASSES = 10;

    private static final int PIXELS = SIDE * SIDE;
    private static final int CHANNELS = 3;
    private static final float BRIGHTEST = 255;
    private static final List<String> TRAINING =
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
    private static final List<String> TEST = List.of("test_batch.bin");

    /// Which classes images are given.
    public enum Labels {
        /// The ten of CIFAR-10.
        TEN(CLASSES, 0, 1, "batches.meta.txt"),
        /// The twenty kinds of CIFAR-100, such as fish.
        COARSE(20, 0, 2, "coarse_label_names.txt"),
        /// The hundred classes of CIFAR-100, such as trout.
        FINE(100, 1, 2, "fine_label_names.txt");

        private final int classes;
        private final int offset; // of the label in a record
        private final int labels; // bytes of labels in a record
        private final String names;

        Labels(int classes, int offset, int labels, String names) {
            this.classes = classes;
            this.offset = offset;
            this.labels = labels;
            this.names = names;
        }

        /// Number of classes.
        public int classes() {
            return classes;
        }

        private int record() {
            return labels + CHANNELS * PIXELS;
        }

        private String dataset() {
            return this == TEN ? "CIFAR-10" : "CIFAR-100";
        }
    }

    private Cifar() {}

    /// Whether the folder has the files of CIFAR-10's binary version.
    public static boolean isFolder(Path folder) {
        return Files.isRegularFile(folder.resolve(TEST.getFirst()));
    }

    /// Whether the folder has the files of CIFAR-100's binary version.
    public static boolean isFolderOfHundred(Path folder) {
        return Files.isRegularFile(folder.resolve("train.bin")) && Files.isRegularFile(folder.resolve("test.bin"));
    }

    /// The images to train on, from the five files `data_batch_1.bin` to `data_batch_5.bin` of a folder.
    ///
    /// @throws NudgeException if a file is missing (E300) or damaged (E520)
    public static ArrayDataset training(Path folder) {
        return training(folder, Labels.TEN);
    }

    /// The images to train on: of CIFAR-100 those in the file `train.bin`.
    ///
    /// @throws NudgeException if a file is missing (E300) or damaged (E520)
    public static ArrayDataset training(Path folder, Labels labels) {
        List<String> files = labels == Labels.TEN ? TRAINING : List.of("train.bin");
        return read(files.stream().map(folder::resolve).toList(), labels);
    }

    /// The images to test with, from the file `test_batch.bin` of a folder.
    ///
    /// @throws NudgeException if the file is missing (E300) or damaged (E520)
    public static ArrayDataset test(Path folder) {
        return test(folder, Labels.TEN);
    }

    /// The images to test with: of CIFAR-100 those in the file `test.bin`.
    ///
    /// @throws NudgeException if the file is missing (E300) or damaged (E520)
    public static ArrayDataset test(Path folder, Labels labels) {
        List<String> files = labels == Labels.TEN ? TEST : List.of("test.bin");
        return read(files.stream().map(folder::resolve).toList(), labels);
    }

    /// Names of the classes as the text file beside the images has them, one a line; their numbers if
    /// there is none.
    ///
    /// @throws NudgeException if the file cannot be read (E300) or has too few lines (E520)
    public static List<String> names(Path folder, Labels labels) {
        Path file = folder.resolve(labels.names);
        if (!Files.isRegularFile(file)) {
            return IntStream.range(0, labels.classes)
                    .mapToObj(Integer::toString)
                    .toList();
        }
        List<String> names = new String(bytes(file), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .map(String::strip)
                .toList();
        if (names.size() != labels.classes) {
            throw new NudgeException(
                    "E520",
                    file.toString(),
                    "expected " + labels.classes + " names of classes, one a line, found " + names.size() + ".");
        }
        return names;
    }

    /// The images of these files of CIFAR-10, one file after the other.
    ///
    /// @throws NudgeException if a file is missing (E300) or damaged (E520), or there are no images
    ///         (E501)
    public static ArrayDataset read(List<Path> files) {
        return read(files, Labels.TEN);
    }

    private static ArrayDataset read(List<Path> files, Labels labels) {
        long records = 0;
        for (Path file : files) {
            records += records(file, labels);
        }
        if (records == 0) {
            throw new NudgeException("E501", String.valueOf(files), "no data rows - expected images.");
        }
        if (records > Integer.MAX_VALUE / (CHANNELS * PIXELS)) {
            throw new NudgeException(
                    "E520",
                    String.valueOf(files),
                    "too many images for one array - expected at most " + Integer.MAX_VALUE / (CHANNELS * PIXELS)
                            + ", found " + records + ".");
        }
        float[] images = new float[(int) records * CHANNELS * PIXELS];
        int[] classes = new int[(int) records];
        int row = 0;
        for (Path file : files) {
            byte[] bytes = bytes(file);
            for (int at = 0; at + labels.record() <= bytes.length && row < classes.length; at += labels.record()) {
                classes[row] = label(file, bytes[at + labels.offset], at + labels.offset, labels.classes);
                unpack(bytes, at + labels.labels, images, row * CHANNELS * PIXELS);
                row++;
            }
        }
        if (row != classes.length) {
            throw new NudgeException("E520", String.valueOf(files), "changed while being read. Try again.");
        }
        return ArrayDataset.of(images, Shape.of(SIDE, SIDE, CHANNELS), classes, labels.classes);
    }

    private static long records(Path file, Labels labels) {
        if (!Files.isRegularFile(file)) {
            throw new NudgeException(
                    "E300", file.toString(), "no such file - expected " + labels.dataset() + "'s binary version.");
        }
        long size;
        try {
            size = Files.size(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (size % labels.record() != 0) {
            throw new NudgeException(
                    "E520",
                    file.toString(),
                    "not a whole number of " + labels.dataset() + " records - expected a multiple of " + labels.record()
                            + " bytes, found " + size + ". Is the download complete?");
        }
        return size / labels.record();
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static NudgeException unreadable(Path file, IOException e) {
        return new NudgeException("E300", file.toString(), "cannot be read: " + e.getMessage() + ".", e);
    }

    private static int label(Path file, byte found, int at, int classes) {
        int label = Byte.toUnsignedInt(found);
        if (label >= classes) {
            throw new NudgeException(
                    "E520",
                    file.toString(),
                    "wrong class at byte " + at + " - expected 0.." + (classes - 1) + ", found " + label + ".");
        }
        return label;
    }

    /// From a plane for each channel to the channels of each pixel side by side.
    private static void unpack(byte[] bytes, int from, float[] images, int to) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                images[to + pixel * CHANNELS + channel] =
                        Byte.toUnsignedInt(bytes[from + channel * PIXELS + pixel]) / BRIGHTEST;
            }
        }
    }
}
