package dev.nudge.cpu;

import dev.nudge.tensor.backend.Kernel;

/// Sums down the columns of f32 matrices that batch normalization needs.
///
/// Blocks of [#BLOCK] rows, which stay in the second-level cache while their columns are gone through, are
/// summed as [RowKernels] says and added in f64, in order.
final class ColumnKernels {
    private static final int BLOCK = 512;

    /// Elements per task.
    private static final int TASK = 1 << 15;

    private final Workers workers;
    private final RowKernels kernels;

    ColumnKernels(Workers workers, RowKernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    /// Writes the sums of the columns of a block.
    @FunctionalInterface
    private interface Block {
        void sum(int from, int rows, float[] out, int outFrom);
    }

    /// Mean and variance of each column.
    Kernel moments(int rows, int columns) {
        Sums sums = new Sums(rows, columns);
        int divisor = Math.max(1, rows); // no rows have mean and variance 0
        float[] mean = new float[columns];
        return (in, out) -> {
            float[] x = (float[]) in[0];
            float[] moments = (float[]) out[0];
            sums.run(
                    (from, count, to, toFrom) -> kernels.sumColumns(x, from, count, columns, columns, to, toFrom),
                    divisor,
                    mean,
                    0);
            System.arraycopy(mean, 0, moments, 0, columns);
            sums.run(
                    (from, count, to, toFrom) -> kernels.sumColumnSquares(x, from, count, columns, mean, to, toFrom),
                    divisor,
                    moments,
                    columns);
        };
    }

    /// For each column the sum of `g` and of `g (x - mean)`.
    Kernel centeredSums(int rows, int columns) {
        Sums sums = new Sums(rows, columns);
        return (in, out) -> {
            float[] g = (float[]) in[0];
            float[] x = (float[]) in[1];
            float[] mean = (float[]) in[2];
            sums.run(
                    (from, count, to, toFrom) -> kernels.sumColumns(g, from, count, columns, columns, to, toFrom),
                    1,
                    (float[]) out[0],
                    0);
            sums.run(
                    (from, count, to, toFrom) ->
                            kernels.sumColumnProducts(g, x, from, count, columns, mean, to, toFrom),
                    1,
                    (float[]) out[0],
                    columns);
        };
    }

    /// The blocks of a matrix of a given size, with room for their sums.
    private final class Sums {
        private final int rows;
        private final int columns;
        private final int blocks;
        private final float[] partial;

        Sums(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            this.blocks = (rows + BLOCK - 1) / BLOCK;
            this.partial = new float[blocks * columns];
        }

        /// Writes the sums, divided by `divisor`.
        void run(Block block, int divisor, float[] out, int outFrom) {
            int perTask = Math.max(1, TASK / Math.max(1, BLOCK * columns));
            int tasks = (blocks + perTask - 1) / perTask;
            workers.run(tasks, task -> {
                for (int b = task * perTask; b < Math.min(blocks, (task + 1) * perTask); b++) {
                    int first = b * BLOCK;
                    block.sum(first * columns, Math.min(BLOCK, rows - first), partial, b * columns);
                }
            });
            for (int column = 0; column < columns; column++) {
                double total = 0;
                for (int b = 0; b < blocks; b++) {
                    total += partial[b * columns + column];
                }
                out[outFrom + column] = (float) (total / divisor);
            }
        }
    }
}
