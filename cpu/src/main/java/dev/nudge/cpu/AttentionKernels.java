package dev.nudge.cpu;

import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// Self-attention of f32 heads and its gradient, block by block: no matrix of all times by all times exists.
/*
 * A task is one head of keys and values of one example, with the g query heads that share it, so what is computed does
 * not depend on the threads. It goes over blocks of times. Queries of a block, (time, head), scaled, are the columns of
 * a matrix, its scores are [keys, queries], and so is everything made from them: a softmax runs down columns, lane
 * beside lane, and no product needs an operand turned around. Keys and values are read where they lie, or from a copy
 * with rows filled up to whole vectors. Under a causal mask a block looks at no key behind its last time.
 */
final class AttentionKernels {
    private static final int BLOCK = 64; // queries of a block

    private final Workers workers;
    private final RunProduct product;
    private final RowKernels kernels;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    AttentionKernels(Workers workers, RunProduct product, RowKernels kernels) {
        this.workers = workers;
        this.product = product;
        this.kernels = kernels;
    }

    Kernel of(Attentions.SelfAttention op, Shape packed) {
        Layout layout = Layout.of(packed, op.heads(), op.keyValueHeads(), op.causal());
        return (in, out) -> workers.run(
                layout.tasks(), task -> forward(layout, task, (float[]) in[0], (float[]) out[0], scratch.get()));
    }

    Kernel of(Attentions.SelfAttentionGradient op, Shape packed) {
        Layout layout = Layout.of(packed, op.heads(), op.keyValueHeads(), op.causal());
        return (in, out) -> workers.run(
                layout.tasks(),
                task -> gradient(layout, task, (float[]) in[0], (float[]) in[1], (float[]) out[0], scratch.get()));
    }

    /// Where things lie. Positions are those of the first time of an example.
    private record Layout(int batch, int time, int heads, int keyValueHeads, int width, boolean causal) {
        static Layout of(Shape packed, int heads, int keyValueHeads, boolean causal) {
            int width = packed.extent(2) / (heads + 2 * keyValueHeads);
            return new Layout(packed.extent(0), packed.extent(1), heads, keyValueHeads, width, causal);
        }

        int tasks() {
            return time == 0 ? 0 : batch * keyValueHeads;
        }

        int group() {
            return heads / keyValueHeads;
        }

        /// From one time to the next in the packed input.
        int row() {
            return (heads + 2 * keyValueHeads) * width;
        }

        int query(int task) {
            return task / keyValueHeads * time * row() + task % keyValueHeads * group() * width;
        }

        int key(int task) {
            return task / keyValueHeads * time * row() + (heads + task % keyValueHeads) * width;
        }

        int value(int task) {
            return key(task) + keyValueHeads * width;
        }

        /// From one time to the next in the output.
        int outputRow() {
            return heads * width;
        }

        int output(int task) {
            return (task / keyValueHeads * time * heads + task % keyValueHeads * group()) * width;
        }

        /// Times of a block.
        int step() {
            return Math.max(1, BLOCK / group());
        }

        /// Keys that a block of times up to `end` sees.
        int keys(int end) {
            return causal ? end : time;
        }

        float scale() {
            return (float) (1 / Math.sqrt(width));
        }
    }

    /// Rows of whole vectors in some array.
    private record Rows(float[] array, int from, int stride) {}

    /// The arrays of one thread; they grow to the largest attention and are then reused.
    private static final class Scratch {
        private static final float[] NONE = {};

        private float[] keys = NONE;
        private float[] values = NONE;
        private float[] queries = NONE; // of a block: rows
        private float[] turned = NONE; // of a block: columns
        private float[] upstream = NONE;
        private float[] upstreamTurned = NONE;
        private float[] weights = NONE;
        private float[] errors = NONE;
        private float[] result = NONE;
        private float[] keyGradient = NONE;
        private float[] valueGradient = NONE;

        static float[] grown(float[] array, int length) {
            return array.length < length ? new float[length] : array;
        }
    }

    /// Times `start` to `end` of one task.
    private record Block(Layout at, int task, int start, int end) {
        /// Queries.
        int count() {
            return (end - start) * at.group();
        }

        int columns() {
            return RunProduct.padded(count());
        }

        int width() {
            return RunProduct.padded(at.width());
        }

        int keys() {
            return at.keys(end);
        }
    }

    private void forward(Layout at, int task, float[] packed, float[] out, Scratch scratch) {
        Rows keys = rows(packed, at.key(task), at, scratch.keys = copies(scratch.keys, at));
        Rows values = rows(packed, at.value(task), at, scratch.values = copies(scratch.values, at));
        for (int start = 0; start < at.time(); start += at.step()) {
            Block block = new Block(at, task, start, Math.min(at.time(), start + at.step()));
            weigh(block, packed, keys, scratch);
            scratch.result = Scratch.grown(scratch.result, block.count() * block.width());
            times(block, scratch.weights, values, scratch.result);
            scatter(block, scratch.result, 1, out, at.output(task), at.outputRow());
        }
    }

    private static float[] copies(float[] array, Layout at) {
        int width = RunProduct.padded(at.width());
        return width == at.width() ? array : Scratch.grown(array, at.time() * width);
    }

    /// Rows of the packed input, one of each time: where they lie, if they are whole vectors, or copied.
    private static Rows rows(float[] packed, int from, Layout at, float[] copy) {
        int width = RunProduct.padded(at.width());
        if (width == at.width()) {
            return new Rows(packed, from, at.row());
        }
        for (int time = 0; time < at.time(); time++) {
            System.arraycopy(packed, from + time * at.row(), copy, time * width, at.width());
            Arrays.fill(copy, time * width + at.width(), (time + 1) * width, 0f);
        }
        return new Rows(copy, 0, width);
    }

    /// Makes the weights of a block, `[keys, queries]`: zero where a query does not see a key. Leaves its scaled
    /// queries
    /// in rows and in columns.
    private void weigh(Block block, float[] packed, Rows keys, Scratch scratch) {
        Layout at = block.at();
        int columns = block.columns();
        scratch.queries = Scratch.grown(scratch.queries, block.count() * block.width());
        scratch.turned = Scratch.grown(scratch.turned, at.width() * columns);
        scratch.weights = Scratch.grown(scratch.weights, at.time() * columns);
        gather(block, packed, at.query(block.task()), at.row(), at.scale(), scratch.queries);
        turn(block, scratch.queries, scratch.turned);
        against(block, keys, scratch.turned, scratch.weights);
        if (at.causal()) {
            for (int key = block.start() + 1; key < block.keys(); key++) {
                int row = key * columns;
                Arrays.fill(scratch.weights, row, row + (key - block.start()) * at.group(), Float.NEGATIVE_INFINITY);
            }
        }
        kernels.softmaxColumns(scratch.weights, block.keys(), columns);
    }

    /// Copies the rows of a block's queries, times `scale`, filled up with zeros.
    private static void gather(Block block, float[] from, int first, int row, float scale, float[] to) {
        Layout at = block.at();
        int width = block.width();
        for (int query = 0; query < block.count(); query++) {
            int source = first + (block.start() + query / at.group()) * row + query % at.group() * at.width();
            int target = query * width;
            for (int i = 0; i < at.width(); i++) {
                to[target + i] = from[source + i] * scale;
            }
            Arrays.fill(to, target + at.width(), target + width, 0f);
        }
    }

    /// The opposite of [#gather].
    private static void scatter(Block block, float[] from, float scale, float[] to, int first, int row) {
        Layout at = block.at();
        for (int query = 0; query < block.count(); query++) {
            int target = first + (block.start() + query / at.group()) * row + query % at.group() * at.width();
            int source = query * block.width();
            for (int i = 0; i < at.width(); i++) {
                to[target + i] = from[source + i] * scale;
            }
        }
    }

    /// Makes the rows of a block columns; columns that no query has are zero.
    private static void turn(Block block, float[] rows, float[] columns) {
        int count = block.columns();
        Arrays.fill(columns, 0, block.at().width() * count, 0f);
        for (int query = 0; query < block.count(); query++) {
            int source = query * block.width();
            for (int i = 0, to = query; i < block.at().width(); i++, to += count) {
                columns[to] = rows[source + i];
            }
        }
    }

    /// `[keys, width] x [width, queries]`.
    private void against(Block block, Rows keys, float[] turned, float[] out) {
        int columns = block.columns();
        product.multiply(
                block.keys(),
                columns,
                1,
                0,
                0,
                block.at().width(),
                keys.array(),
                keys.from(),
                keys.stride(),
                1,
                turned,
                0,
                columns,
                false,
                out,
                0,
                columns);
    }

    /// `[keys, queries]ᵀ x [keys, width]`.
    private void times(Block block, float[] weights, Rows rows, float[] out) {
        product.multiply(
                block.count(),
                block.width(),
                1,
                0,
                0,
                block.keys(),
                weights,
                0,
                1,
                block.columns(),
                rows.array(),
                rows.from(),
                rows.stride(),
                false,
                out,
                0,
                block.width());
    }

    /*
     * With weights P = softmax(S) down columns, S = K Q'ᵀ, Q' = Q / √d, y = Pᵀ V:
     *   dV = P dy,  dP = V dyᵀ,  dS = P (dP - columnsum(P dP)),  dQ = dSᵀ K / √d,  dK = dS Q'.
     */
    private void gradient(Layout at, int task, float[] packed, float[] dy, float[] out, Scratch scratch) {
        Rows keys = rows(packed, at.key(task), at, scratch.keys = copies(scratch.keys, at));
        Rows values = rows(packed, at.value(task), at, scratch.values = copies(scratch.values, at));
        int width = RunProduct.padded(at.width());
        scratch.keyGradient = Scratch.grown(scratch.keyGradient, at.time() * width);
        scratch.valueGradient = Scratch.grown(scratch.valueGradient, at.time() * width);
        int seen = 0; // keys that an earlier block has seen
        for (int start = 0; start < at.time(); start += at.step()) {
            Block block = new Block(at, task, start, Math.min(at.time(), start + at.step()));
            int columns = block.columns();
            scratch.upstream = Scratch.grown(scratch.upstream, block.count() * width);
            scratch.upstreamTurned = Scratch.grown(scratch.upstreamTurned, at.width() * columns);
            scratch.errors = Scratch.grown(scratch.errors, at.time() * columns);
            scratch.result = Scratch.grown(scratch.result, block.count() * width);
            weigh(block, packed, keys, scratch);
            gather(block, dy, at.output(task), at.outputRow(), 1, scratch.upstream);
            turn(block, scratch.upstream, scratch.upstreamTurned);
            onto(block, scratch.weights, scratch.upstream, seen, scratch.valueGradient);
            against(block, values, scratch.upstreamTurned, scratch.errors);
            kernels.softmaxColumnsGradient(scratch.weights, scratch.errors, block.keys(), columns);
            onto(block, scratch.errors, scratch.queries, seen, scratch.keyGradient);
            times(block, scratch.errors, keys, scratch.result);
            scatter(block, scratch.result, at.scale(), out, at.query(task), at.row());
            seen = block.keys();
        }
        for (int time = 0; time < at.time(); time++) {
            int to = time * at.row();
            System.arraycopy(scratch.keyGradient, time * width, out, at.key(task) + to, at.width());
            System.arraycopy(scratch.valueGradient, time * width, out, at.value(task) + to, at.width());
        }
    }

    /// Adds `[keys, queries] x [queries, width]` to the rows of keys that were `seen`, and sets the others.
    private void onto(Block block, float[] weights, float[] rows, int seen, float[] sums) {
        onto(block, weights, rows, 0, Math.min(seen, block.keys()), true, sums);
        onto(block, weights, rows, seen, block.keys(), false, sums);
    }

    private void onto(Block block, float[] weights, float[] rows, int first, int end, boolean adds, float[] sums) {
        if (first >= end) {
            return;
        }
        int columns = block.columns();
        int width = block.width();
        product.multiply(
                end - first,
                width,
                1,
                0,
                0,
                block.count(),
                weights,
                first * columns,
                columns,
                1,
                rows,
                0,
                width,
                adds,
                sums,
                first * width,
                width);
    }
}
