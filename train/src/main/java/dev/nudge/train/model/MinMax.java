package dev.nudge.train.model;

import dev.nudge.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Scales each column to what its training rows reach: `(x - least) / (greatest - least)`, in double
/// precision, rounded once.
///
/// Training rows come to lie in `[0, 1]`; a later number beyond them lies outside, so that the model can
/// see that it is unusual. A column that is always the same becomes 0 (the difference counts as 1).
/// [Standardize] suits numbers with a few far ones better, since one of them presses all others together
/// here.
///
/// @param least    what becomes 0, for each column
/// @param greatest what becomes 1, as many
public record MinMax(List<Double> least, List<Double> greatest) implements Preprocessing {
    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if they are not as many, not finite, or least is above greatest
    public MinMax {
        least = List.copyOf(least);
        greatest = List.copyOf(greatest);
        if (least.isEmpty() || least.size() != greatest.size()) {
            throw new IllegalArgumentException("min-max: expected as many least numbers as greatest and at least one,"
                    + " found " + least.size() + " and " + greatest.size());
        }
        for (int i = 0; i < least.size(); i++) {
            if (!Double.isFinite(least.get(i)) || !Double.isFinite(greatest.get(i)) || least.get(i) > greatest.get(i)) {
                throw new IllegalArgumentException("min-max: expected finite numbers, the least not above the greatest,"
                        + " found " + least.get(i) + " and " + greatest.get(i) + " at " + i);
            }
        }
    }

    /// The least and greatest numbers of each column of `[rows, columns]`.
    ///
    /// @param rows    training examples one after the other; no others, lest they leak into the model
    /// @param columns numbers of each
    /// @throws IllegalArgumentException if there are no whole rows, or a number is not finite
    public static MinMax fit(float[] rows, int columns) {
        checkRows("min-max", rows, columns);
        List<Double> least = new ArrayList<>();
        List<Double> greatest = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            double low = rows[column];
            double high = rows[column];
            for (int at = column; at < rows.length; at += columns) {
                low = Math.min(low, rows[at]);
                high = Math.max(high, rows[at]);
            }
            least.add(low);
            greatest.add(high);
        }
        return new MinMax(least, greatest);
    }

    /// The number of rows.
    static int checkRows(String what, float[] rows, int columns) {
        if (columns < 1 || rows.length == 0 || rows.length % columns != 0) {
            throw new IllegalArgumentException(what + ": expected whole rows of " + columns
                    + " numbers, at least one, found " + rows.length + " numbers");
        }
        return rows.length / columns;
    }

    @Override
    public float[] apply(float[] example) {
        if (example.length != least.size()) {
            throw new IllegalArgumentException(
                    "min-max: expected the " + least.size() + " numbers that were fitted, found " + example.length);
        }
        for (int i = 0; i < example.length; i++) {
            double span = greatest.get(i) - least.get(i);
            example[i] = (float) ((example[i] - least.get(i)) / (span > 0 ? span : 1));
        }
        return example;
    }

    @Override
    public Shape raw(Shape prepared) {
        if (prepared.elements() != least.size()) {
            throw new IllegalArgumentException(
                    "min-max: fitted to " + least.size() + " numbers, the model takes " + prepared.elements());
        }
        return prepared;
    }
}
