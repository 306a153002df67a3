package dev.nudge.train.metric;

import dev.nudge.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/// How often each class was taken for each: rows are the actual classes, columns the predicted ones.
///
/// @param classes number of classes
/// @param counts  `classes x classes` numbers, row by row
public record ConfusionMatrix(int classes, List<Long> counts) implements Metric {
    /// Checks that the counts are square, and keeps a copy.
    public ConfusionMatrix {
        if (classes < 1 || counts.size() != classes * classes) {
            throw new IllegalArgumentException("confusion matrix: " + classes + " classes need " + classes + " x "
                    + classes + " counts, found " + counts.size());
        }
        counts = List.copyOf(counts);
    }

    /// Nothing counted yet.
    public static ConfusionMatrix of(int classes) {
        return new ConfusionMatrix(classes, Collections.nCopies(classes * classes, 0L));
    }

    @Override
    public String name() {
        return "confusion";
    }

    /// How often `actual` was taken for `predicted`.
    public long count(int actual, int predicted) {
        return counts.get(actual * classes + predicted);
    }

    @Override
    public ConfusionMatrix add(Tensor prediction, Tensor target) {
        int[] predicted = Classes.predicted(prediction, 0);
        int[] actual = Classes.actual(target, predicted.length);
        long[] sums = counts.stream().mapToLong(Long::longValue).toArray();
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] < 0 || actual[i] >= classes || predicted[i] >= classes) {
                throw new IllegalArgumentException("confusion matrix: classes must be in 0.." + (classes - 1)
                        + ", found actual " + actual[i] + " and predicted " + predicted[i]);
            }
            sums[actual[i] * classes + predicted[i]]++;
        }
        return new ConfusionMatrix(classes, LongStream.of(sums).boxed().toList());
    }

    @Override
    public ConfusionMatrix merge(Metric other) {
        if (!(other instanceof ConfusionMatrix that) || that.classes != classes) {
            throw cannotMerge(other);
        }
        long[] sums = new long[counts.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = counts.get(i) + that.counts.get(i);
        }
        return new ConfusionMatrix(classes, LongStream.of(sums).boxed().toList());
    }

    /// Share of examples on the diagonal: the accuracy.
    @Override
    public double value() {
        long right = 0;
        for (int label = 0; label < classes; label++) {
            right += count(label, label);
        }
        return (double) right / counts.stream().mapToLong(Long::longValue).sum();
    }
}
