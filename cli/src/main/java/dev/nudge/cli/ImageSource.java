package dev.nudge.cli;

import dev.nudge.images.ImageFolder;
import dev.nudge.images.ImageSize;
import dev.nudge.images.Images;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Cifar;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Digits;
import dev.nudge.train.data.Idx;
import dev.nudge.train.data.LabelledImages;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Images as they lie there, of one size, with brightness in `[0, 1]`.
///
/// @param training images to learn from, `[height, width, channels]`
/// @param test     images to test with; null if they are to be taken from the others
/// @param size     of every image
/// @param names    names of the classes, in their order; empty for images whose class nobody knows
record ImageSource(Dataset training, @Nullable Dataset test, ImageSize size, List<String> names) {
    static final String KINDS =
            "digits, or a folder with IDX files, CIFAR binaries or a folder of images for each class";

    /// The digits of the program, or the images in a folder.
    ///
    /// @param resize what image files are brought to; null if they have one size
    /// @throws NudgeException if they cannot be read
    static ImageSource of(String data, @Nullable ImageSize resize, Cifar.Labels hundred) {
        if (data.equals(RunSettings.DIGITS)) {
            LabelledImages digits = Digits.load();
            return new ImageSource(dataset(digits, digits.classes()), null, size(digits), numbers(digits.classes()));
        }
        Path folder = Path.of(data);
        if (Cifar.isFolder(folder) || Cifar.isFolderOfHundred(folder)) {
            Cifar.Labels labels = Cifar.isFolder(folder) ? Cifar.Labels.TEN : hundred;
            return new ImageSource(
                    Cifar.training(folder, labels),
                    Cifar.test(folder, labels),
                    new ImageSize(Cifar.SIDE, Cifar.SIDE, 3),
                    Cifar.names(folder, labels));
        }
        if (has(folder, Files::isDirectory) && !has(folder, ImageSource::isIdx)) {
            return folders(folder, resize);
        }
        return idx(folder);
    }

    /// Images whose classes are not known: one file, or all in a folder.
    static ImageSource unlabelled(Path path, ImageSize size) {
        List<Path> files = files(path);
        float[] pixels = new float[Math.multiplyExact(files.size(), size.shape().elements())];
        int at = 0;
        for (Path file : files) {
            float[] image = Images.read(file).resize(size).floats();
            System.arraycopy(image, 0, pixels, at, image.length);
            at += image.length;
        }
        int[] unknown = new int[files.size()];
        Arrays.fill(unknown, -1);
        Dataset images = ArrayDataset.of(
                new Value(Type.of(DType.F32, Shape.of(files.size()).append(size.shape())), pixels),
                new Value(Type.of(DType.I32, Shape.of(files.size())), unknown));
        return new ImageSource(images, images, size, List.of());
    }

    /// The files of [#unlabelled(Path, ImageSize)], in the order of its rows.
    static List<Path> files(Path path) {
        return Files.isDirectory(path) ? list(path) : List.of(path);
    }

    /// Whether a path is one image, or a folder of nothing but images, whose classes nobody has told.
    static boolean isUnlabelled(Path path) {
        return Files.isRegularFile(path)
                || Files.isDirectory(path)
                        && !Cifar.isFolder(path)
                        && !Cifar.isFolderOfHundred(path)
                        && !has(path, Files::isDirectory)
                        && !has(path, ImageSource::isIdx)
                        && has(path, Files::isRegularFile);
    }

    private static ImageSource idx(Path path) {
        Idx.Folder folder = Idx.folder(path);
        LabelledImages training = folder.training();
        LabelledImages test = folder.test();
        if (training.count() == 0 || test.count() == 0) {
            throw new NudgeException(
                    "E501", path.toString(), "no data rows - expected images to train on and to test with.");
        }
        if (training.height() != test.height() || training.width() != test.width()) {
            throw new NudgeException(
                    "E325",
                    path.toString(),
                    "sizes differ - expected test images of " + training.height() + " x " + training.width()
                            + ", found " + test.height() + " x " + test.width() + ".");
        }
        int classes = Math.max(training.classes(), test.classes());
        return new ImageSource(dataset(training, classes), dataset(test, classes), size(training), numbers(classes));
    }

    private static ImageSource folders(Path folder, @Nullable ImageSize resize) {
        Path trainFolder = folder.resolve("train");
        Path testFolder = folder.resolve("test");
        if (!Files.isDirectory(trainFolder) || !Files.isDirectory(testFolder)) {
            ImageFolder all = open(folder, resize);
            return new ImageSource(all, null, all.imageSize(), all.classNames());
        }
        ImageFolder training = open(trainFolder, resize);
        ImageFolder test = open(testFolder, resize);
        if (!test.classNames().equals(training.classNames())) {
            throw new NudgeException(
                    "E526",
                    testFolder.toString(),
                    "other classes than in train - expected " + training.classNames() + ", found " + test.classNames()
                            + ".");
        }
        if (!test.imageSize().equals(training.imageSize())) {
            throw new NudgeException(
                    "E524",
                    testFolder.toString(),
                    "other sizes than in train - expected " + training.imageSize() + ", found " + test.imageSize()
                            + ". Bring all to one with --resize HxW.");
        }
        return new ImageSource(training, test, training.imageSize(), training.classNames());
    }

    private static ImageFolder open(Path folder, @Nullable ImageSize resize) {
        return resize == null ? ImageFolder.of(folder) : ImageFolder.of(folder, resize);
    }

    private static boolean isIdx(Path file) {
        return String.valueOf(file.getFileName()).matches("(train|t10k)-(images|labels).*");
    }

    private static boolean has(Path folder, Predicate<Path> what) {
        return list(folder).stream().anyMatch(what);
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted((a, b) -> String.valueOf(a.getFileName()).compareTo(String.valueOf(b.getFileName())))
                    .toList();
        } catch (IOException e) {
            throw new NudgeException("E300", folder.toString(), "cannot be listed (" + e + ").", e);
        }
    }

    private static Dataset dataset(LabelledImages images, int classes) {
        return ArrayDataset.of(images.images(), Shape.of(images.height(), images.width(), 1), images.labels(), classes);
    }

    private static ImageSize size(LabelledImages images) {
        return new ImageSize(images.height(), images.width(), 1);
    }

    private static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
}
