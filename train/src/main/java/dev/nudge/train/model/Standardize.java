package dev.nudge.train.model;

import java.util.ArrayList;
import java.util.List;

/// Shifts and scales: `(x - mean) / deviation`, in double precision, rounded once.
///
/// The numbers of an example count through the means again and again: one mean for all, or one for each
/// of the last axis.
///
/// @param means      what becomes 0
/// @param deviations what becomes 1 beside it, as many, above 0
public record Standardize(List<Double> means, List<Double> deviations) implements Preprocessing {
    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if they are not as many, not finite, or a deviation is not above
    ///         0
    public Standardize {
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
        if (means.isEmpty() || means.size() != deviations.size()) {
            throw new IllegalArgumentException("standardize: expected as many means as deviations and at least one,"
                    + " found " + means.size() + " and " + deviations.size());
        }
        for (int i = 0; i < means.size(); i++) {
            double deviation = deviations.get(i);
            if (!Double.isFinite(means.get(i)) || !(deviation > 0) || Double.isInfinite(deviation)) {
                throw new IllegalArgumentException("standardize: expected a finite mean and a deviation above 0, found "
                        + means.get(i) + " and " + deviation + " at " + i);
            }
        }
    }

    /// One mean and deviation for all numbers.
    public static Standardize of(double mean, double deviation) {
        return new Standardize(List.of(mean), List.of(deviation));
    }

    /// The means and deviations of training examples, one for each column of `[rows, columns]`; a column
    /// that is always the same has deviation 1. The deviation is that of the rows themselves, `sqrt(Σ (x
    /// - mean)² / rows)`.
    ///
    /// @param rows    training examples one after the other; no others, lest they leak into the model
    /// @param columns numbers of each
    /// @throws IllegalArgumentException if there are no whole rows
    public static Standardize fit(float[] rows, int columns) {
        int count = MinMax.checkRows("standardize", rows, columns);
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            double sum = 0;
            for (int at = column; at < rows.length; at += columns) {
                sum += rows[at];
            }
            double mean = sum / count;
            double squares = 0;
            for (int at = column; at < rows.length; at += columns) {
                squares += (rows[at] - mean) * (rows[at] - mean);
            }
            means.add(mean);
            deviations.add(squares > 0 ? Math.sqrt(squares / count) : 1);
        }
        return new Standardize(means, deviations);
    }

    @Override
    public float[] apply(float[] example) {
        int period = means.size();
        if (example.length % period != 0) {
            throw new IllegalArgumentException("standardize: " + example.length + " numbers are no multiple of the "
                    + period + " that were fitted");
        }
        for (int i = 0; i < example.length; i++) {
            example[i] = (float) ((example[i] - means.get(i % period)) / deviations.get(i % period));
        }
        return example;
    }
}
