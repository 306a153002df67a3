package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// One part of a cross-validation: every row is validated on in one fold and trained on in all others.
///
/// {@snippet class="FoldSnippets" region="folds"}
///
/// @param train      all rows but those of this fold
/// @param validation the rows of this fold
public record Fold(Dataset train, Dataset validation) {
    /// The folds of `dataset`, drawn at random; where targets are classes, each class is shared out alike, so that its
    /// rows in two folds differ by one at most.
    ///
    /// @throws NudgeException (E518) if there are fewer rows than folds
    /// @throws IllegalArgumentException if there are fewer than two folds
    public static List<Fold> of(Dataset dataset, int folds, RandomKey key) {
        if (folds < 2) {
            throw new IllegalArgumentException("folds: expected at least 2, found " + folds);
        }
        if (dataset.size() < folds) {
            throw new NudgeException(
                    "E518",
                    "folds",
                    dataset.size() + " rows cannot be divided into " + folds
                            + " folds. Give more rows or fewer folds.");
        }
        int[] foldOf = new int[dataset.size()];
        int dealt = 0; // over all classes, so that the folds themselves differ by one row at most
        for (int[] rows : dataset.classes() > 0 ? Split.byClass(dataset) : List.of(all(dataset))) {
            int[] order = key.at(dealt).permutation(rows.length);
            for (int place : order) {
                foldOf[rows[place]] = dealt++ % folds;
            }
        }
        List<Fold> all = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            int own = fold;
            all.add(new Fold(
                    dataset.subset(IntStream.range(0, foldOf.length)
                            .filter(row -> foldOf[row] != own)
                            .toArray()),
                    dataset.subset(IntStream.range(0, foldOf.length)
                            .filter(row -> foldOf[row] == own)
                            .toArray())));
        }
        return all;
    }

    private static int[] all(Dataset dataset) {
        return IntStream.range(0, dataset.size()).toArray();
    }
}
