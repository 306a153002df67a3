package dev.nudge.nn.optim;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Value;
import java.util.List;
import java.util.TreeSet;

/// The elements of a value that are NaN or infinite.
///
/// @param value the value
/// @param count how many
/// @param first row-major number of the first, or -1
/// @param rows  the rows that have some, ascending; empty for a scalar
record NonFiniteElements(Value value, int count, int first, List<Integer> rows) {
    private static final int MOST_ROWS = 8;

    static NonFiniteElements of(Value value) {
        int count = 0;
        int first = -1;
        TreeSet<Integer> rows = new TreeSet<>();
        for (int i = 0; i < value.elements(); i++) {
            if (!Double.isFinite(value.at(i))) {
                count++;
                first = first < 0 ? i : first;
                rows.add(row(value.type().shape(), i));
            }
        }
        return new NonFiniteElements(
                value, count, first, value.type().shape().rank() == 0 ? List.of() : List.copyOf(rows));
    }

    /// Whether `value` has none.
    static boolean isFinite(Value value) {
        if (!value.type().dtype().isFloating()) {
            return true;
        }
        if (value.array() instanceof float[] numbers) { // the usual kind, and many of them
            float zero = 0;
            for (int i = 0; i < value.elements(); i++) {
                zero += 0 * numbers[i];
            }
            return zero == 0;
        }
        for (int i = 0; i < value.elements(); i++) {
            if (!Double.isFinite(value.at(i))) {
                return false;
            }
        }
        return true;
    }

    private static int row(Shape shape, int index) {
        return shape.rank() == 0 ? 0 : index / shape.product(1, shape.rank());
    }

    /// How many there are and where, as part of a sentence.
    @Override
    public String toString() {
        if (count == 0) {
            return "the result is not finite";
        }
        double found = value.at(first);
        String kind = Double.isNaN(found) ? "NaN" : found > 0 ? "Infinity" : "-Infinity";
        Shape shape = value.type().shape();
        if (shape.rank() == 0) {
            return "the value is " + kind;
        }
        String place = "row " + row(shape, first)
                + (shape.rank() > 1 ? ", element " + first % shape.product(1, shape.rank()) : "");
        String others = rows.size() == 1
                ? ""
                : ", rows "
                        + rows.stream()
                                .limit(MOST_ROWS)
                                .map(String::valueOf)
                                .reduce((a, b) -> a + " " + b)
                                .orElse("")
                        + (rows.size() > MOST_ROWS ? " and " + (rows.size() - MOST_ROWS) + " more" : "");
        return count + " of " + value.elements() + " values are not finite (first " + kind + " at " + place + others
                + ")";
    }
}
