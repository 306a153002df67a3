package dev.nudge.train.data;

import dev.nudge.tensor.Shape;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Images of CIFAR-10 in their binary files.
///
/// A record is one byte for the class and 3072 for an image of 32 x 32: all red values row by row, then all green,
/// then all blue ones. Images are given as `[32, 32, 3]`, the channels last, with brightness in `[0, 1]`.
///
/// Source: Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"; the layout is described on the
/// page that the data set is downloaded from.
public final class Cifar {
    /// Rows and columns of an image.
    public static final int SIDE = 32;
    /// Number of classes.
    public static final int CLASSES = 10;

    private static final int PIXELS = SIDE * SIDE;
    private static final int CHANNELS = 3;
    private static final int RECORD = 1 + CHANNELS * PIXELS;
    private static final float BRIGHTEST = 255;
    private static final List<String> TRAINING =
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
    private static final List<String> TEST = List.of("test_batch.bin");

    private Cifar() {}

    /// Whether the folder has the files of CIFAR-10's binary version.
    public static boolean isFolder(Path folder) {
        return Files.isRegularFile(folder.resolve(TEST.getFirst()));
    }

    /// The images to train on, from the five files `data_batch_1.bin` to `data_batch_5.bin` of a folder.
    ///
    /// @throws NudgeException if a file is missing (E300) or damaged (E520)
    public static ArrayDataset training(Path folder) {
        return read(TRAINING.stream().map(folder::resolve).toList());
    }

    /// The images to test with, from the file `test_batch.bin` of a folder.
    ///
    /// @throws NudgeException if the file is missing (E300) or damaged (E520)
    public static ArrayDataset test(Path folder) {
        return read(TEST.stream().map(folder::resolve).toList());
    }

    /// The images of these files, one file after the other.
    ///
    /// @throws NudgeException if a file is missing (E300) or damaged (E520), or there are no images (E501)
    public static ArrayDataset read(List<Path> files) {
        long records = 0;
        for (Path file : files) {
            records += records(file);
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
        int[] labels = new int[(int) records];
        int row = 0;
        for (Path file : files) {
            byte[] bytes = bytes(file);
            for (int at = 0; at + RECORD <= bytes.length && row < labels.length; at += RECORD) {
                labels[row] = label(file, bytes[at], at);
                unpack(bytes, at + 1, images, row * CHANNELS * PIXELS);
                row++;
            }
        }
        if (row != labels.length) {
            throw new NudgeException("E520", String.valueOf(files), "changed while being read. Try again.");
        }
        return ArrayDataset.of(images, Shape.of(SIDE, SIDE, CHANNELS), labels, CLASSES);
    }

    private static long records(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new NudgeException("E300", file.toString(), "no such file - expected CIFAR-10's binary version.");
        }
        long size;
        try {
            size = Files.size(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (size % RECORD != 0) {
            throw new NudgeException(
                    "E520",
                    file.toString(),
                    "not a whole number of CIFAR-10 records - expected a multiple of " + RECORD + " bytes, found "
                            + size + ". Is the download complete?");
        }
        return size / RECORD;
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

    private static int label(Path file, byte found, int at) {
        int label = Byte.toUnsignedInt(found);
        if (label >= CLASSES) {
            throw new NudgeException(
                    "E520",
                    file.toString(),
                    "wrong class at byte " + at + " - expected 0.." + (CLASSES - 1) + ", found " + label + ".");
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
