package dev.nudge.nn;

import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;

/// Pooling over the cells of a grid, first the rows, then the columns: both a mean and a maximum allow that.
final class Bins {
    private Bins() {}

    /// A kind of pooling.
    @FunctionalInterface
    interface Pool {
        Tensor apply(Tensor x, Window height, Window width);
    }

    static Tensor pool(Tensor x, int rows, int columns, Pool pool) {
        return along(2, along(1, x, rows, pool), columns, pool);
    }

    private static Tensor along(int axis, Tensor x, int bins, Pool pool) {
        int input = x.shape().extent(axis);
        if (input % bins == 0) { // windows of one size, side by side
            return pooled(axis, x, Window.of(input / bins).withStride(input / bins), pool);
        }
        Tensor[] parts = new Tensor[bins];
        for (int i = 0; i < bins; i++) {
            int start = Math.toIntExact((long) i * input / bins);
            int end = Math.toIntExact(((i + 1L) * input + bins - 1) / bins);
            parts[i] = pooled(axis, x.slice(axis, start, end - start), Window.of(end - start), pool);
        }
        return Tensor.concat(axis, parts);
    }

    private static Tensor pooled(int axis, Tensor x, Window window, Pool pool) {
        return pool.apply(x, axis == 1 ? window : Slides.FLAT, axis == 2 ? window : Slides.FLAT);
    }
}
