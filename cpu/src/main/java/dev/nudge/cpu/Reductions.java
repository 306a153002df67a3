package dev.nudge.cpu;

import java.util.Arrays;

/// Reductions over the middle axis of f32 `[outer, n, inner]`: the last axis has inner = 1, the first has outer = 1.
///
/// Sums have one order on every machine. Over the last axis: blocks of [RowKernels#BLOCK] elements, each summed as
/// [RowKernels] says, added in f64 in order. Otherwise, for each column: rows in order in f32 within blocks of as many
/// rows, blocks added in f64 in order.
final class Reductions {
    private final RowKernels kernels;

    Reductions(RowKernels kernels) {
        this.kernels = kernels;
    }

    /// The sum of `length` adjacent elements.
    double sum(float[] x, int from, int length) {
        double total = 0;
        for (int i = 0; i < length; i += RowKernels.BLOCK) {
            total += kernels.sum(x, from + i, Math.min(RowKernels.BLOCK, length - i));
        }
        return total;
    }

    /// The variance of `length` adjacent elements: the sum of squared distances to the mean, over length - correction.
    ///
    /// Distances are taken to the mean rounded to f32; its error is corrected by the mean distance.
    double variance(float[] x, int from, int length, int correction) {
        float mean = (float) (sum(x, from, length) / length);
        double differences = 0;
        double squares = 0;
        for (int i = 0; i < length; i += RowKernels.BLOCK) {
            int count = Math.min(RowKernels.BLOCK, length - i);
            differences += kernels.sumOfDifferences(x, from + i, count, mean);
            squares += kernels.sumOfSquares(x, from + i, count, mean);
        }
        return Math.max(0, squares - differences * differences / length) / (length - correction);
    }

    /// Sums over the middle axis.
    void sum(float[] x, int from, int outer, int n, int inner, float[] out, int outFrom) {
        for (int o = 0; o < outer; o++) {
            if (inner == 1) {
                out[outFrom + o] = (float) sum(x, from + o * n, n);
            } else {
                sumColumns(x, from + o * n * inner, n, inner, inner, out, outFrom + o * inner);
            }
        }
    }

    /// Sums of `columns` columns of `rows` rows that lie `stride` apart.
    void sumColumns(float[] x, int from, int rows, int stride, int columns, float[] out, int outFrom) {
        if (rows <= RowKernels.BLOCK) {
            kernels.columns().sums(x, from, rows, stride, columns, out, outFrom);
            return;
        }
        double[] totals = new double[columns];
        for (int i = 0; i < rows; i += RowKernels.BLOCK) {
            int count = Math.min(RowKernels.BLOCK, rows - i);
            kernels.columns().sums(x, from + i * stride, count, stride, columns, out, outFrom);
            for (int j = 0; j < columns; j++) {
                totals[j] += out[outFrom + j];
            }
        }
        for (int j = 0; j < columns; j++) {
            out[outFrom + j] = (float) totals[j];
        }
    }

    /// Variances over the middle axis; see [#variance(float[], int, int, int)].
    void variance(float[] x, int from, int outer, int n, int inner, int correction, float[] out, int outFrom) {
        for (int o = 0; o < outer; o++) {
            for (int j = 0; j < inner; j++) {
                int first = from + o * n * inner + j;
                double variance =
                        inner == 1 ? variance(x, first, n, correction) : columnVariance(x, first, n, inner, correction);
                out[outFrom + o * inner + j] = (float) variance;
            }
        }
    }

    private static double columnVariance(float[] x, int from, int n, int stride, int correction) {
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += x[from + i * stride];
        }
        mean /= n;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double difference = x[from + i * stride] - mean;
            squares += difference * difference;
        }
        return squares / (n - correction);
    }

    /// The greatest elements over the middle axis; NaN where any element is NaN.
    void max(float[] x, int from, int outer, int n, int inner, float[] out, int outFrom) {
        for (int o = 0; o < outer; o++) {
            if (inner == 1) {
                out[outFrom + o] = kernels.max(x, from + o * n, n);
                continue;
            }
            int to = outFrom + o * inner;
            Arrays.fill(out, to, to + inner, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < n; i++) {
                int row = from + (o * n + i) * inner;
                for (int j = 0; j < inner; j++) {
                    out[to + j] = Math.max(out[to + j], x[row + j]);
                }
            }
        }
    }

    /// The least elements over the middle axis; NaN where any element is NaN.
    void min(float[] x, int from, int outer, int n, int inner, float[] out, int outFrom) {
        for (int o = 0; o < outer; o++) {
            if (inner == 1) {
                out[outFrom + o] = kernels.min(x, from + o * n, n);
                continue;
            }
            int to = outFrom + o * inner;
            Arrays.fill(out, to, to + inner, Float.POSITIVE_INFINITY);
            for (int i = 0; i < n; i++) {
                int row = from + (o * n + i) * inner;
                for (int j = 0; j < inner; j++) {
                    out[to + j] = Math.min(out[to + j], x[row + j]);
                }
            }
        }
    }

    /// The index along the middle axis of the first greatest element; a NaN counts as the greatest.
    void argmax(float[] x, int from, int outer, int n, int inner, int[] out, int outFrom) {
        for (int o = 0; o < outer; o++) {
            for (int j = 0; j < inner; j++) {
                int first = from + o * n * inner + j;
                int best = 0;
                for (int i = 1; i < n; i++) {
                    if (isGreater(x[first + i * inner], x[first + best * inner])) {
                        best = i;
                    }
                }
                out[outFrom + o * inner + j] = best;
            }
        }
    }

    private static boolean isGreater(float candidate, float best) {
        return candidate > best || Float.isNaN(candidate) && !Float.isNaN(best);
    }
}
