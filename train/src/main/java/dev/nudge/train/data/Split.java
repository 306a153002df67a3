package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A data set in three parts without a common row.
///
/// @param train      what the network learns from
/// @param validation what decides during training, such as when to stop
/// @param test       what is looked at once, at the end
public record Split(Dataset train, Dataset validation, Dataset test) {
    /// Parts of the given sizes, drawn at random; where targets are classes, each class is shared out alike.
    ///
    /// @param validationFraction share of the validation part, in `[0, 1)`
    /// @param testFraction       share of the test part, in `[0, 1)`
    /// @throws NudgeException (E622) if the fractions leave nothing to train on, (E518) if there are too few rows
    public static Split threeWay(Dataset dataset, double validationFraction, double testFraction, RandomKey key) {
        return dataset.classes() > 0
                ? split(dataset, byClass(dataset), validationFraction, testFraction, key)
                : plain(dataset, validationFraction, testFraction, key);
    }

    /// Parts of the given sizes, drawn at random without regard to classes.
    ///
    /// @throws NudgeException as for [#threeWay]
    public static Split plain(Dataset dataset, double validationFraction, double testFraction, RandomKey key) {
        List<int[]> one = List.of(IntStream.range(0, dataset.size()).toArray());
        return split(dataset, one, validationFraction, testFraction, key);
    }

    private static List<int[]> byClass(Dataset dataset) {
        int[] labels = dataset.labels();
        List<int[]> groups = new ArrayList<>();
        for (int label = 0; label < dataset.classes(); label++) {
            int wanted = label;
            groups.add(IntStream.range(0, labels.length)
                    .filter(row -> labels[row] == wanted)
                    .toArray());
        }
        return groups;
    }

    private static Split split(
            Dataset dataset, List<int[]> groups, double validationFraction, double testFraction, RandomKey key) {
        if (!(validationFraction >= 0 && testFraction >= 0 && validationFraction + testFraction < 1)) {
            throw new NudgeException(
                    "E622",
                    "split",
                    "the parts must not be negative and must leave rows to train on - expected validation + test < 1,"
                            + " found " + validationFraction + " + " + testFraction + ".");
        }
        Part train = new Part();
        Part validation = new Part();
        Part test = new Part();
        long seen = 0;
        for (int group = 0; group < groups.size(); group++) {
            int[] rows = groups.get(group);
            int[] order = key.at(group).permutation(rows.length);
            // Rounding the running totals, not each group, keeps both the parts and their classes within one row.
            int validationEnd = share(seen, rows.length, validationFraction);
            int testEnd = Math.min(rows.length, validationEnd + share(seen, rows.length, testFraction));
            for (int i = 0; i < rows.length; i++) {
                Part part = i < validationEnd ? validation : i < testEnd ? test : train;
                part.add(rows[order[i]]);
            }
            seen += rows.length;
        }
        refuseEmpty(dataset, "training", train, 1);
        refuseEmpty(dataset, "validation", validation, validationFraction);
        refuseEmpty(dataset, "test", test, testFraction);
        return new Split(train.of(dataset), validation.of(dataset), test.of(dataset));
    }

    private static int share(long before, int rows, double fraction) {
        return (int) (Math.round((before + rows) * fraction) - Math.round(before * fraction));
    }

    private static void refuseEmpty(Dataset dataset, String name, Part part, double fraction) {
        if (fraction > 0 && part.rows.isEmpty()) {
            throw new NudgeException(
                    "E518",
                    "split",
                    dataset.size() + " rows cannot be split: none is left for " + name + ". Give more rows or other"
                            + " fractions.");
        }
    }

    /// Rows of one part.
    private static final class Part {
        private final List<Integer> rows = new ArrayList<>();

        void add(int row) {
            rows.add(row);
        }

        Dataset of(Dataset dataset) {
            int[] sorted = rows.stream().mapToInt(Integer::intValue).toArray();
            Arrays.sort(sorted);
            return dataset.subset(sorted);
        }
    }
}
