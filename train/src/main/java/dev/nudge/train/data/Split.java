package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
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

    /// Parts of the given sizes in the order of the rows: the first to train on, then those to validate on, the last to
    /// test on, as rows that follow each other in time need.
    ///
    /// @throws NudgeException as for [#threeWay]
    public static Split inOrder(Dataset dataset, double validationFraction, double testFraction) {
        checkFractions(validationFraction, testFraction);
        int test = (int) Math.round(dataset.size() * testFraction);
        int validation = (int) Math.round(dataset.size() * validationFraction);
        int train = dataset.size() - validation - test;
        return checked(
                dataset, row -> row < train ? 0 : row < train + validation ? 1 : 2, validationFraction, testFraction);
    }

    /// Parts in which no group is divided, such as all pictures of one person: whole groups are drawn at random until a
    /// part has its share, so a part may be larger by one group.
    ///
    /// @param groups the group of each row
    /// @throws NudgeException as for [#threeWay]
    /// @throws IllegalArgumentException if the number of groups given differs from that of the rows
    public static Split byGroup(
            Dataset dataset, int[] groups, double validationFraction, double testFraction, RandomKey key) {
        if (groups.length != dataset.size()) {
            throw new IllegalArgumentException(
                    "split: expected a group for each of " + dataset.size() + " rows, found " + groups.length);
        }
        checkFractions(validationFraction, testFraction);
        int[] names = Arrays.stream(groups).distinct().sorted().toArray();
        Map<Integer, Integer> partOf = new HashMap<>();
        long dealt = 0;
        for (int place : key.permutation(names.length)) {
            int name = names[place];
            boolean forTest = dealt < dataset.size() * testFraction;
            boolean forValidation = dealt < dataset.size() * (testFraction + validationFraction);
            partOf.put(name, forTest ? 2 : forValidation ? 1 : 0);
            dealt += Arrays.stream(groups).filter(group -> group == name).count();
        }
        return checked(dataset, row -> partOf.getOrDefault(groups[row], 0), validationFraction, testFraction);
    }

    private static Split checked(
            Dataset dataset, IntUnaryOperator partOf, double validationFraction, double testFraction) {
        List<Part> parts = List.of(new Part(), new Part(), new Part());
        for (int row = 0; row < dataset.size(); row++) {
            parts.get(partOf.applyAsInt(row)).add(row);
        }
        refuseEmpty(dataset, "training", parts.get(0), 1);
        refuseEmpty(dataset, "validation", parts.get(1), validationFraction);
        refuseEmpty(dataset, "test", parts.get(2), testFraction);
        return new Split(
                parts.get(0).of(dataset), parts.get(1).of(dataset), parts.get(2).of(dataset));
    }

    /// The rows of each class.
    static List<int[]> byClass(Dataset dataset) {
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
        checkFractions(validationFraction, testFraction);
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

    private static void checkFractions(double validationFraction, double testFraction) {
        if (!(validationFraction >= 0 && testFraction >= 0 && validationFraction + testFraction < 1)) {
            throw new NudgeException(
                    "E622",
                    "split",
                    "the parts must not be negative and must leave rows to train on - expected validation + test < 1,"
                            + " found " + validationFraction + " + " + testFraction + ".");
        }
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
