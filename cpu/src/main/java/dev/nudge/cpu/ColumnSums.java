package dev.nudge.cpu;

import java.util.Arrays;

/// Sums down the columns of f32 matrices, each added row by row from zero. [VectorColumns] and [Plain] give the
/// same bits.
interface ColumnSums {
    /// Writes the sums of `columns` columns of `rows` rows that lie `stride` apart, each added row by row from
    /// zero.
    void sums(float[] x, int from, int rows, int stride, int columns, float[] out, int outFrom);

    /// Writes the sums of `(x - shift)^2` of `columns` columns of `rows` rows, where each column has its own
    /// shift; each square is added in one rounding, row by row from zero.
    void squares(float[] x, int from, int rows, int columns, float[] shift, int shiftFrom, float[] out, int outFrom);

    /// Writes the sums of `y` and, as [#squares], of `y (x - shift)`, shifts from index 0.
    /// `y` and `x` start at the same place.
    void products(
            float[] y,
            float[] x,
            int from,
            int rows,
            int columns,
            float[] shift,
            float[] sums,
            float[] products,
            int outFrom);

    /// The same in plain Java.
    final class Plain implements ColumnSums {
        @Override
        public void sums(float[] x, int from, int rows, int stride, int columns, float[] out, int outFrom) {
            Arrays.fill(out, outFrom, outFrom + columns, 0);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    out[outFrom + j] += x[from + i * stride + j];
                }
            }
        }

        @Override
        public void squares(
                float[] x, int from, int rows, int columns, float[] shift, int shiftFrom, float[] out, int outFrom) {
            Arrays.fill(out, outFrom, outFrom + columns, 0);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    float difference = x[from + i * columns + j] - shift[shiftFrom + j];
                    out[outFrom + j] = Math.fma(difference, difference, out[outFrom + j]);
                }
            }
        }

        @Override
        public void products(
                float[] y,
                float[] x,
                int from,
                int rows,
                int columns,
                float[] shift,
                float[] sums,
                float[] products,
                int outFrom) {
            sums(y, from, rows, columns, columns, sums, outFrom);
            Arrays.fill(products, outFrom, outFrom + columns, 0);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    int at = from + i * columns + j;
                    products[outFrom + j] = Math.fma(y[at], x[at] - shift[j], products[outFrom + j]);
                }
            }
        }
    }
}
