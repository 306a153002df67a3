package dev.nudge.cli;

import dev.nudge.images.ImageFolder;
import dev.nudge.images.ImageSize;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.model.Pixels;
import dev.nudge.train.model.PreparedDataset;
import dev.nudge.train.model.Preprocessing;
import dev.nudge.train.model.Standardize;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Images in three parts, laid out flat, ready to train on.
///
/// @param name    short name, for the run's folder
/// @param split   training, validation (may be empty) and test part
/// @param size    rows, columns and channels of an image
/// @param names   names of the classes, in their order
/// @param scaling how brightness became numbers
record TrainingData(String name, Split split, ImageSize size, List<String> names, Scaling scaling) {
    private static final double TEST = 0.2;
    private static final int ROWS = 1024;

    /// How brightness in `[0, 1]` becomes an input: `(brightness - mean) / deviation`.
    record Scaling(double mean, double deviation) {
        static final Scaling NONE = new Scaling(0, 1);

        /// The scaling that gives the inputs of these examples mean 0 and deviation 1.
        static Scaling of(Dataset images) {
            double sum = 0;
            long count = (long) images.size() * images.inputType().shape().elements();
            for (Batch batch : images.ordered().batches(ROWS)) {
                for (float value : (float[]) batch.inputs().value().array()) {
                    sum += value;
                }
            }
            double mean = sum / count;
            double squares = 0;
            for (Batch batch : images.ordered().batches(ROWS)) {
                for (float value : (float[]) batch.inputs().value().array()) {
                    squares += (value - mean) * (value - mean);
                }
            }
            double deviation = Math.sqrt(squares / count);
            return new Scaling(mean, deviation > 0 ? deviation : 1);
        }
    }

    /// Numbers in one input.
    int inputs() {
        return size.shape().elements();
    }

    /// Number of classes.
    int classes() {
        return names.size();
    }

    /// What happens to an image before the model sees it.
    List<Preprocessing> preprocessing() {
        return preprocessing(size, scaling);
    }

    private static List<Preprocessing> preprocessing(ImageSize size, Scaling scaling) {
        List<Preprocessing> stages = new ArrayList<>();
        stages.add(new Pixels(size.height(), size.width(), size.channels()));
        if (!scaling.equals(Scaling.NONE)) {
            stages.add(Standardize.of(scaling.mean(), scaling.deviation()));
        }
        return stages;
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
                        "no such folder - expected " + ImageSource.KINDS + "."
                                + Suggestions.nearest(data, List.of(RunSettings.DIGITS))
                                        .map(meant -> " Did you mean " + meant + "?")
                                        .orElse(""));
            } else if (!Files.isDirectory(path)) {
                problems.add("E300", NudgeException.quote(data), "not a folder - expected " + ImageSource.KINDS + ".");
            }
        } catch (InvalidPathException e) {
            problems.add("E300", NudgeException.quote(data), "not a path - expected " + ImageSource.KINDS + ".");
        }
    }

    /// Reads and divides the data.
    ///
    /// @throws NudgeException if it cannot be read or divided
    static TrainingData load(RunSettings settings, RandomKey key) {
        String data = settings.data();
        ImageSource source = ImageSource.of(data, settings.resize(), settings.labels());
        if (settings.resize() != null && !(source.training() instanceof ImageFolder)) {
            throw new NudgeException(
                    "E008",
                    "--resize",
                    "is for folders of image files; the images of " + NudgeException.quote(data)
                            + " have one size. Leave it out.");
        }
        if (source.names().size() < 2) {
            throw new NudgeException("E512", data, "the labels have 1 class; there is nothing to learn.");
        }
        Dataset test = source.test();
        Split split = Split.threeWay(source.training(), settings.validation(), test == null ? TEST : 0, key);
        Scaling scaling = data.equals(RunSettings.DIGITS)
                ? Scaling.NONE
                : Scaling.of(test == null ? split.train() : source.training());
        return new TrainingData(
                name(data),
                new Split(
                        flat(split.train(), source.size(), scaling),
                        flat(split.validation(), source.size(), scaling),
                        flat(test == null ? split.test() : test, source.size(), scaling)),
                source.size(),
                source.names(),
                scaling);
    }

    /// Data seen as a finished run saw its own; only the test part matters.
    ///
    /// @param data    its own data, other data, or images whose classes are not known
    /// @param key     that divided its own data
    /// @param trained size of images, classes and scaling of the run
    /// @param input   what the model takes an image as: flat, or `[height, width, channels]`
    static TrainingData forRun(String data, RunSettings settings, RandomKey key, TrainingData trained, Shape input) {
        boolean digits = data.equals(RunSettings.DIGITS);
        boolean own = data.equals(settings.data());
        boolean unlabelled = !digits && ImageSource.isUnlabelled(Path.of(data));
        ImageSource source = unlabelled
                ? ImageSource.unlabelled(Path.of(data), trained.size())
                : ImageSource.of(data, own ? settings.resize() : trained.size(), settings.labels());
        Dataset test = source.test();
        if (test == null) { // divided as in training, or all of it is new
            test = own || digits
                    ? Split.threeWay(source.training(), settings.validation(), TEST, key)
                            .test()
                    : source.training();
        }
        if (!source.size().equals(trained.size())
                || source.names().size() > trained.classes()
                || !unlabelled && !fits(source.names(), trained.names())) {
            throw new NudgeException(
                    "E312",
                    name(data),
                    "does not fit the model - expected images of " + words(trained.size()) + " in " + trained.classes()
                            + " classes " + some(trained.names()) + ", found " + words(source.size()) + " in "
                            + source.names().size() + " " + some(source.names()) + ".");
        }
        Dataset part = prepared(test, input, source.size(), trained.scaling());
        Dataset none = part.subset();
        return new TrainingData(
                name(data), new Split(none, none, part), source.size(), trained.names(), trained.scaling());
    }

    /// Whether classes of data are those of a model, the first ones at least.
    private static boolean fits(List<String> names, List<String> known) {
        return names.equals(known.subList(0, Math.min(names.size(), known.size())));
    }

    private static String some(List<String> names) {
        return names.size() <= 10 ? names.toString() : "[" + String.join(", ", names.subList(0, 10)) + ", ...]";
    }

    private static Dataset flat(Dataset images, ImageSize size, Scaling scaling) {
        return prepared(images, Shape.of(size.shape().elements()), size, scaling);
    }

    private static Dataset prepared(Dataset images, Shape input, ImageSize size, Scaling scaling) {
        return PreparedDataset.of(images, input, preprocessing(size, scaling).toArray(Preprocessing[]::new));
    }

    private static String name(String data) {
        Path last = Path.of(data).toAbsolutePath().normalize().getFileName();
        String name = last == null
                ? ""
                : last.toString().replaceAll("[^A-Za-z0-9_-]", "-").toLowerCase(Locale.ROOT);
        return name.isEmpty() ? "data" : name;
    }

    private static String words(ImageSize size) {
        return size.height() + " x " + size.width() + (size.channels() == 1 ? "" : " in colour");
    }

    /// In words: `digits: 1,797 images of 8 x 8 in 10 classes: 1,257 to train, ...`.
    String words() {
        long train = split.train().size();
        long validation = split.validation().size();
        long test = split.test().size();
        return String.format(
                Locale.ROOT,
                "%s, %,d images of %s in %d classes: %,d to train on, %,d to validate, %,d to test",
                name,
                train + validation + test,
                words(size),
                classes(),
                train,
                validation,
                test);
    }
}
