package dev.nudge.cpu;

import java.util.Arrays;

/// A matrix in strips of [#WIDTH] columns, one after the other: so distances between neighbours in a column are known
/// to
/// the compiler, whatever the shape. It is reused with other shapes and grows to the largest.
final class Strips {
    /// Columns of a strip.
    static final int WIDTH = RowKernels.LANES;

    private float[] array = new float[0];
    private int rows;

    /// Takes a shape; what the elements are then is not defined.
    void reshape(int rows, int strips) {
        this.rows = rows;
        if (array.length < rows * strips * WIDTH) {
            array = new float[rows * strips * WIDTH];
        }
    }

    float[] array() {
        return array;
    }

    /// Where a row of a strip begins.
    int at(int row, int strip) {
        return (strip * rows + row) * WIDTH;
    }

    /// From one strip to the next.
    int apart() {
        return rows * WIDTH;
    }

    /// Makes the first `strips` strips zero.
    void clear(int strips) {
        Arrays.fill(array, 0, strips * apart(), 0f);
    }
}
