package dev.nudge.train.model;

import dev.nudge.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// One column of categories: the texts that training rows have, and the form that the model takes them
/// in.
///
/// A category is handed over as its [code][#code]: `1..values` in the order of the list, 0 for a text
/// that is empty or that no training row has, so that something unknown can never fail. As
/// [Form#ONE_HOT] the code becomes `values + 1` numbers of which one is 1 and the others 0; as
/// [Form#INDEX] it stays, for a row of an embedding. A number that is no code counts as unknown.
///
/// @param column number of the column in the example as this stage gets it, from 0
/// @param values the known texts, each once and not empty
/// @param form   what the code becomes
public record Categories(int column, List<String> values, Form form) implements Preprocessing {
    /// How a category reaches the model.
    public enum Form {
        /// As its code, one number.
        INDEX,
        /// As one number for each code.
        ONE_HOT
    }

    /// Checks column and texts.
    ///
    /// @throws IllegalArgumentException if the column is negative, or a text is empty or there twice
    public Categories {
        values = List.copyOf(values);
        Set<String> seen = new HashSet<>();
        for (String value : values) {
            if (value.isEmpty() || !seen.add(value)) {
                throw new IllegalArgumentException(
                        "categories: expected texts that are not empty, each once, found \"" + value + "\"");
            }
        }
        if (column < 0) {
            throw new IllegalArgumentException("categories: the column must be at least 0, found " + column);
        }
    }

    /// The categories of training rows, in the order of their UTF-16 text; empty ones do not count.
    ///
    /// @param column   number of the column
    /// @param training the texts of training rows; no others, lest they leak into the model
    public static Categories fit(int column, Iterable<String> training, Form form) {
        Set<String> values = new TreeSet<>();
        training.forEach(values::add);
        values.remove("");
        return new Categories(column, List.copyOf(values), form);
    }

    /// Number of codes, that of unknown texts included: rows of an embedding, or numbers of the one-hot
    /// form.
    public int size() {
        return values.size() + 1;
    }

    /// The code of a text; 0 if it is unknown.
    public int code(String text) {
        return values.indexOf(text) + 1;
    }

    @Override
    public float[] apply(float[] example) {
        if (column >= example.length) {
            throw new IllegalArgumentException(
                    "categories: column " + column + " does not exist in an example of " + example.length + " numbers");
        }
        int code = (int) example[column];
        code = code == example[column] && code > 0 && code < size() ? code : 0;
        if (form == Form.INDEX) {
            example[column] = code;
            return example;
        }
        float[] wider = new float[example.length + size() - 1];
        System.arraycopy(example, 0, wider, 0, column);
        wider[column + code] = 1;
        System.arraycopy(example, column + 1, wider, column + size(), example.length - column - 1);
        return wider;
    }

    @Override
    public Shape raw(Shape prepared) {
        int taken = form == Form.INDEX ? 1 : size();
        if (prepared.rank() != 1 || prepared.extent(0) < column + taken) {
            throw new IllegalArgumentException("categories: expected a model that takes rows of at least "
                    + (column + taken) + " numbers, found " + prepared);
        }
        return Shape.of(prepared.extent(0) - taken + 1);
    }
}
