package dev.nudge.cpu;

import dev.nudge.tensor.backend.Kernel;

/// Sums down the columns of f32 matrices that batch normalization needs.
///
/// Blocks of [#BLOCK] rows, which stay in the second-level cache while their columns are gone through, are
/// summed and added in f64, in order.
final class ColumnKernels {
    private static final int BLOCK = 512;

    /// Elements per task.
    private static final int TASK = 1 << 15;

    private final Workers workers;
    private final ColumnSums kernels;

    ColumnKernels(Workers workers, ColumnSums kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    /// Does something with a block: `rows` rows that begin at `from`, whose sums belong at `to`.
    @FunctionalInterface
    private interface Block {
        void run(int from, int rows, int to);
    }

    /// Mean and variance of each column, as blocks with their own means put together (Chan, Golub and LeVeque, Updating
    /// formulae and a pairwise algorithm for computing sample variances, 1979), so that memory is read once.
    Kernel moments(int rows, int columns) {
        Blocks blocks = new Blocks(rows, columns);
        int divisor = Math.max(1, rows); // no rows have mean and variance 0
        float[] sums = blocks.room();
        float[] means = blocks.room();
        float[] squares = blocks.room();
        return (in, out) -> {
            float[] x = (float[]) in[0];
            float[] moments = (float[]) out[0];
            blocks.run((from, count, to) -> {
                kernels.sums(x, from, count, columns, columns, sums, to);
                for (int column = 0; column < columns; column++) {
                    means[to + column] = sums[to + column] / count;
                }
                kernels.squares(x, from, count, columns, means, to, squares, to);
            });
            for (int column = 0; column < columns; column++) {
                double mean = blocks.total(sums, column) / divisor;
                double between = 0;
                for (int block = 0; block < blocks.count; block++) {
                    double difference = means[block * columns + column] - mean;
                    between += blocks.rows(block) * difference * difference;
                }
                moments[column] = (float) mean;
                moments[columns + column] = (float) ((blocks.total(squares, column) + between) / divisor);
            }
        };
    }

    /// For each column the sum of `g` and of `g (x - mean)`.
    Kernel centeredSums(int rows, int columns) {
        Blocks blocks = new Blocks(rows, columns);
        float[] sums = blocks.room();
        float[] products = blocks.room();
        return (in, out) -> {
            float[] g = (float[]) in[0];
            float[] x = (float[]) in[1];
            float[] mean = (float[]) in[2];
            float[] totals = (float[]) out[0];
            blocks.run((from, count, to) -> {
                kernels.products(g, x, from, count, columns, mean, sums, products, to);
            });
            for (int column = 0; column < columns; column++) {
                totals[column] = (float) blocks.total(sums, column);
                totals[columns + column] = (float) blocks.total(products, column);
            }
        };
    }

    /// The blocks of a matrix of a given size.
    private final class Blocks {
        final int count;
        private final int rows;
        private final int columns;

        Blocks(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            this.count = (rows + BLOCK - 1) / BLOCK;
        }

        /// Room for a number for each column of each block.
        float[] room() {
            return new float[count * columns];
        }

        int rows(int block) {
            return Math.min(BLOCK, rows - block * BLOCK);
        }

        void run(Block body) {
            int perTask = Math.max(1, TASK / Math.max(1, BLOCK * columns));
            workers.run((count + perTask - 1) / perTask, task -> {
                for (int block = task * perTask; block < Math.min(count, (task + 1) * perTask); block++) {
                    body.run(block * BLOCK * columns, rows(block), block * columns);
                }
            });
        }

        /// The sum over blocks, in order.
        double total(float[] sums, int column) {
            double total = 0;
            for (int block = 0; block < count; block++) {
                total += sums[block * columns + column];
            }
            return total;
        }
    }
}
