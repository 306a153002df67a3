package dev.nudge.examples;

import dev.nudge.tensor.Shape;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Cifar;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Idx;
import dev.nudge.train.data.LabelledImages;
import java.nio.file.Path;
import java.util.stream.IntStream;

/// Pictures of ten kinds to learn from, to decide by and to be tested on, each `[height, width, channels]` with
/// brightness from 0 to 1.
///
/// @param train      what the network learns from
/// @param validation what is looked at during training
/// @param test       what is looked at once, at the end
record Pictures(Dataset train, Dataset validation, Dataset test) {
    private static final int SMALL = 1_200;

    /// Reads the files of CIFAR-10's binary version, or the four IDX files of MNIST or Fashion-MNIST. A twelfth
    /// of the training pictures, drawn by the seed, is for validation; a small version holds the first pictures
    /// only.
    ///
    /// @throws dev.nudge.train.io.NudgeException if a file is missing or damaged
    static Pictures read(Path folder, Session session) {
        Dataset training;
        Dataset test;
        if (Cifar.isFolder(folder)) {
            training = first(Cifar.training(folder), session);
            test = first(Cifar.test(folder), session);
        } else {
            Idx.Folder files = Idx.folder(folder);
            training = first(dataset(files.training()), session);
            test = first(dataset(files.test()), session);
        }
        int[] order = session.keys().split().permutation(training.size());
        int held = training.size() / 12;
        Dataset train = training.subset(IntStream.of(order).skip(held).sorted().toArray());
        Dataset validation =
                training.subset(IntStream.of(order).limit(held).sorted().toArray());
        session.tell(train.size() + " pictures to learn from, " + held + " to validate, " + test.size() + " to test");
        return new Pictures(train, validation, test);
    }

    private static Dataset dataset(LabelledImages images) {
        Shape each = Shape.of(images.height(), images.width(), 1);
        return ArrayDataset.of(images.images(), each, images.labels(), 10);
    }

    private static Dataset first(Dataset all, Session session) {
        return session.small() && all.size() > SMALL
                ? all.subset(IntStream.range(0, SMALL).toArray())
                : all;
    }
}
