package dev.nudge.nn.init;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// A random matrix whose rows or columns, whichever are fewer, are orthogonal and of length `gain`.
///
/// Made from normal numbers by Gram-Schmidt orthogonalization in double precision, done twice, which suffices for
/// full accuracy (Giraud et al. 2005). The first axis counts as rows, all others together as columns.
///
/// Source: Saxe, McClelland and Ganguli 2014, arXiv:1312.6120.
///
/// @param gain length of each row or column
public record Orthogonal(double gain) implements Initializer {
    /// Checks the gain.
    ///
    /// @throws IllegalArgumentException if it is not finite
    public Orthogonal {
        if (!Double.isFinite(gain)) {
            throw new IllegalArgumentException("orthogonal: gain must be finite, found " + gain);
        }
    }

    @Override
    public Value values(RandomKey key, Type type, int fanIn, int fanOut) {
        if (type.shape().rank() < 2) {
            throw new ShapeException("orthogonal: expected a matrix, found " + type.shape());
        }
        int rows = type.shape().extent(0);
        int columns = type.shape().product(1, type.shape().rank());
        int count = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        double[][] vectors = new double[count][length];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < length; j++) {
                vectors[i][j] = Draws.normal(key, (long) i * length + j);
            }
            orthogonalize(vectors, i);
            orthogonalize(vectors, i);
        }
        Value value = Value.zeros(type);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double element = rows <= columns ? vectors[row][column] : vectors[column][row];
                value.set(row * columns + column, gain * element);
            }
        }
        return value;
    }

    /// Takes from vector `index` what it shares with those before and makes its length 1.
    private static void orthogonalize(double[][] vectors, int index) {
        double[] vector = vectors[index];
        for (int i = 0; i < index; i++) {
            double shared = dot(vectors[i], vector);
            for (int j = 0; j < vector.length; j++) {
                vector[j] -= shared * vectors[i][j];
            }
        }
        double norm = Math.sqrt(dot(vector, vector));
        for (int j = 0; j < vector.length; j++) {
            vector[j] /= norm;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Override
    public String name() {
        return "orthogonal";
    }
}
