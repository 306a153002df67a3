package dev.nudge.cli;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Digits;
import dev.nudge.train.data.Idx;
import dev.nudge.train.data.LabelledImages;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/// Images in three parts, ready to train on.
///
/// @param name    short name, for the run's folder
/// @param split   training, validation (may be empty) and test part
/// @param height  rows of an image
/// @param width   columns of an image
/// @param classes number of classes
/// @param scaling how brightness became numbers
record TrainingData(String name, Split split, int height, int width, int classes, Scaling scaling) {
    private static final double DIGITS_TEST = 0.2;

    /// How brightness in `[0, 1]` becomes an input: `(brightness - mean) / deviation`.
    record Scaling(double mean, double deviation) {
        static final Scaling NONE = new Scaling(0, 1);

        /// The scaling that gives these numbers mean 0 and deviation 1.
        static Scaling of(float[] values) {
            double sum = 0;
            for (float value : values) {
                sum += value;
            }
            double mean = sum / values.length;
            double squares = 0;
            for (float value : values) {
                squares += (value - mean) * (value - mean);
            }
            double deviation = Math.sqrt(squares / values.length);
            return new Scaling(mean, deviation > 0 ? deviation : 1);
        }

        float[] apply(float[] values) {
            if (!equals(NONE)) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) ((values[i] - mean) / deviation);
                }
            }
            return values;
        }
    }

    /// Numbers in one input.
    int inputs() {
        return height * width;
    }

    /// Refuses what cannot be data, without reading it.
    static void check(String data, Problems problems) {
        if (data.equals(RunSettings.DIGITS)) {
            return;
        }
        try {
            Path path = Path.of(data);
            if (!Files.exists(path)) {
                problems.add(
                        "E300",
                        NudgeException.quote(data),
                        "no such folder - expected digits or a folder with IDX"
                                + " files."
                                + Suggestions.nearest(data, java.util.List.of(RunSettings.DIGITS))
                                        .map(meant -> " Did you mean " + meant + "?")
                                        .orElse(""));
            } else if (!Files.isDirectory(path)) {
                problems.add(
                        "E300",
                        NudgeException.quote(data),
                        "not a folder - expected digits or a folder with IDX" + " files.");
            }
        } catch (InvalidPathException e) {
            problems.add(
                    "E300", NudgeException.quote(data), "not a path - expected digits or a folder with IDX files.");
        }
    }

    /// Reads and divides the data.
    ///
    /// @throws NudgeException if it cannot be read or divided
    static TrainingData load(String data, double validation, RandomKey key) {
        if (data.equals(RunSettings.DIGITS)) {
            LabelledImages images = Digits.load();
            Dataset all = dataset(images.images(), images, images.classes(), true);
            Split split = Split.threeWay(all, validation, DIGITS_TEST, key);
            return new TrainingData(data, split, images.height(), images.width(), images.classes(), Scaling.NONE);
        }
        Path path = Path.of(data);
        Idx.Folder folder = Idx.folder(path);
        LabelledImages training = folder.training();
        LabelledImages test = folder.test();
        if (training.count() == 0 || test.count() == 0) {
            throw new NudgeException("E501", data, "no data rows - expected images to train on and to test with.");
        }
        if (training.height() != test.height() || training.width() != test.width()) {
            throw new NudgeException(
                    "E325",
                    data,
                    "sizes differ - expected test images of " + training.height() + " x " + training.width()
                            + ", found " + test.height() + " x " + test.width() + ".");
        }
        int classes = Math.max(training.classes(), test.classes());
        if (classes < 2) {
            throw new NudgeException("E512", data, "the labels have 1 class; there is nothing to learn.");
        }
        float[] images = training.images();
        Scaling scaling = Scaling.of(images);
        Dataset all = dataset(scaling.apply(images), training, classes, true);
        Split split = Split.threeWay(all, validation, 0, key);
        return new TrainingData(
                name(path),
                new Split(
                        split.train(), split.validation(), dataset(scaling.apply(test.images()), test, classes, true)),
                training.height(),
                training.width(),
                classes,
                scaling);
    }

    /// The test part of other data, seen as a finished run saw its own.
    ///
    /// @param flat whether the model takes an image as a row of pixels, not as `[height, width, 1]`
    static TrainingData forRun(
            String data, double validation, RandomKey key, int classes, Scaling scaling, boolean flat) {
        if (data.equals(RunSettings.DIGITS)) {
            LabelledImages images = Digits.load();
            Dataset all = dataset(scaling.apply(images.images()), images, images.classes(), flat);
            Split split = Split.threeWay(all, validation, DIGITS_TEST, key);
            return new TrainingData(data, split, images.height(), images.width(), images.classes(), scaling);
        }
        LabelledImages test = Idx.folder(Path.of(data)).test();
        Dataset part = dataset(scaling.apply(test.images()), test, Math.max(classes, test.classes()), flat);
        Dataset none = part.subset();
        return new TrainingData(
                name(Path.of(data)),
                new Split(none, none, part),
                test.height(),
                test.width(),
                Math.max(classes, test.classes()),
                scaling);
    }

    private static Dataset dataset(float[] inputs, LabelledImages images, int classes, boolean flat) {
        Shape each = flat ? Shape.of(images.height() * images.width()) : Shape.of(images.height(), images.width(), 1);
        return ArrayDataset.of(inputs, each, images.labels(), classes);
    }

    private static String name(Path folder) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String name = last == null
                ? ""
                : last.toString().replaceAll("[^A-Za-z0-9_-]", "-").toLowerCase(Locale.ROOT);
        return name.isEmpty() ? "data" : name;
    }

    /// In words: `digits: 1,797 images of 8 x 8 in 10 classes: 1,257 to train, ...`.
    String words() {
        long train = split.train().size();
        long validation = split.validation().size();
        long test = split.test().size();
        return String.format(
                Locale.ROOT,
                "%s, %,d images of %d x %d in %d classes: %,d to train on, %,d to validate, %,d to test",
                name,
                train + validation + test,
                height,
                width,
                classes,
                train,
                validation,
                test);
    }
}
