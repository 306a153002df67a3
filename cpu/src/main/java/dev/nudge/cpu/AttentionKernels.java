package dev.nudge.cpu;

import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// Self-attention of f32 heads and its gradient, from matrix products of single heads.
/*
 * A task is one head of keys and values of one example, with the g query heads that share it, so what is computed does
 * not depend on the threads. Queries are gathered into rows (time, head), scaled: the weights of a block of times are
 * then one matrix [times g, keys], and times from any point on are contiguous rows. Keys and values are read where they
 * lie. Under a causal mask a block of times looks at no key behind its last time; the forward pass holds the weights of
 * one block, the gradient those of a head.
 */
final class AttentionKernels {
    private static final int BLOCK = 64; // rows of weights computed at once

    private final Workers workers;
    private final MatmulKernels.Product product;
    private final Softmax softmax;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    AttentionKernels(Workers workers, MatmulKernels.Product product, RowKernels rows) {
        this.workers = workers;
        this.product = product;
        this.softmax = new Softmax(rows);
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
    }

    /// The arrays of one thread; they grow to the largest attention and are then reused.
    private static final class Scratch {
        private float[] queries = {};
        private float[] weights = {};
        private float[] errors = {};
        private float[] result = {};
        private float[] upstream = {};

        private static float[] grown(float[] array, int length) {
            return array.length < length ? new float[length] : array;
        }
    }

    private void forward(Layout at, int task, float[] packed, float[] out, Scratch scratch) {
        int group = at.group();
        int width = at.width();
        scratch.queries = Scratch.grown(scratch.queries, at.step() * group * width);
        scratch.weights = Scratch.grown(scratch.weights, at.step() * group * at.time());
        scratch.result = Scratch.grown(scratch.result, at.step() * group * width);
        for (int start = 0; start < at.time(); start += at.step()) {
            int end = Math.min(at.time(), start + at.step());
            int count = (end - start) * group;
            int keys = at.keys(end);
            scaled(at, task, packed, start, end, scratch.queries, 0);
            weights(at, task, packed, start, end, scratch.queries, 0, scratch.weights, 0, keys);
            product.multiply(
                    count,
                    width,
                    keys,
                    scratch.weights,
                    0,
                    keys,
                    1,
                    packed,
                    at.value(task),
                    at.row(),
                    1,
                    scratch.result,
                    0,
                    width);
            for (int time = start; time < end; time++) {
                System.arraycopy(
                        scratch.result,
                        (time - start) * group * width,
                        out,
                        at.output(task) + time * at.outputRow(),
                        group * width);
            }
        }
    }

    /// Writes the queries of some times, divided by the square root of the width.
    private static void scaled(Layout at, int task, float[] packed, int start, int end, float[] queries, int to) {
        float scale = (float) (1 / Math.sqrt(at.width()));
        int length = at.group() * at.width();
        for (int time = start; time < end; time++) {
            int from = at.query(task) + time * at.row();
            int row = to + (time - start) * length;
            for (int i = 0; i < length; i++) {
                queries[row + i] = packed[from + i] * scale;
            }
        }
    }

    /// Writes the softmax of the scores of some times, rows `stride` apart; zero where a time does not see a key.
    private void weights(
            Layout at,
            int task,
            float[] packed,
            int start,
            int end,
            float[] queries,
            int queriesFrom,
            float[] weights,
            int to,
            int stride) {
        int keys = at.keys(end);
        int count = (end - start) * at.group();
        product.multiply(
                count,
                keys,
                at.width(),
                queries,
                queriesFrom,
                at.width(),
                1,
                packed,
                at.key(task),
                1,
                at.row(),
                weights,
                to,
                stride);
        if (!at.causal()) {
            for (int row = 0; row < count; row++) {
                softmax.softmax(weights, to + row * stride, 1, keys, weights, to + row * stride);
            }
            return;
        }
        for (int row = 0; row < count; row++) {
            int seen = start + row / at.group() + 1;
            int first = to + row * stride;
            softmax.softmax(weights, first, 1, seen, weights, first);
            Arrays.fill(weights, first + seen, first + keys, 0);
        }
    }

    /*
     * With weights P = softmax(S), S = Q' Kᵀ, Q' = Q / √d, y = P V:
     *   dV = Pᵀ dy,  dP = dy Vᵀ,  dS = P (dP - rowsum(P dP)),  dQ = dS K / √d,  dK = dSᵀ Q'.
     */
    private void gradient(Layout at, int task, float[] packed, float[] dy, float[] out, Scratch scratch) {
        int group = at.group();
        int width = at.width();
        int time = at.time();
        int all = time * group;
        scratch.queries = Scratch.grown(scratch.queries, all * width);
        scratch.upstream = Scratch.grown(scratch.upstream, all * width);
        scratch.weights = Scratch.grown(scratch.weights, all * time);
        scratch.errors = Scratch.grown(scratch.errors, all * time);
        scratch.result = Scratch.grown(scratch.result, at.step() * group * width);
        scaled(at, task, packed, 0, time, scratch.queries, 0);
        for (int t = 0; t < time; t++) {
            System.arraycopy(
                    dy, at.output(task) + t * at.outputRow(), scratch.upstream, t * group * width, group * width);
        }
        for (int start = 0; start < time; start += at.step()) {
            queryGradient(at, task, packed, start, Math.min(time, start + at.step()), out, scratch);
        }
        for (int start = 0; start < time; start += at.step()) {
            int end = Math.min(time, start + at.step());
            int from = at.causal() ? start * group : 0; // the first row that sees a key of this block
            sumOverTimes(at, scratch.errors, scratch.queries, from, start, end, out, at.key(task));
            sumOverTimes(at, scratch.weights, scratch.upstream, from, start, end, out, at.value(task));
        }
    }

    /// `dP`, `dS` and `dQ` of some times.
    private void queryGradient(Layout at, int task, float[] packed, int start, int end, float[] out, Scratch scratch) {
        int group = at.group();
        int width = at.width();
        int time = at.time();
        int count = (end - start) * group;
        int keys = at.keys(end);
        int row = start * group;
        weights(at, task, packed, start, end, scratch.queries, row * width, scratch.weights, row * time, time);
        product.multiply(
                count,
                keys,
                width,
                scratch.upstream,
                row * width,
                width,
                1,
                packed,
                at.value(task),
                1,
                at.row(),
                scratch.errors,
                row * time,
                time);
        for (int i = row; i < row + count; i++) {
            softmax.softmaxGradient(scratch.weights, i * time, scratch.errors, i * time, keys);
        }
        product.multiply(
                count,
                width,
                keys,
                scratch.errors,
                row * time,
                time,
                1,
                packed,
                at.key(task),
                at.row(),
                1,
                scratch.result,
                0,
                width);
        float scale = (float) (1 / Math.sqrt(width));
        for (int t = start; t < end; t++) {
            int to = at.query(task) + t * at.row();
            int from = (t - start) * group * width;
            for (int i = 0; i < group * width; i++) {
                out[to + i] = scratch.result[from + i] * scale;
            }
        }
    }

    /// Writes `leftᵀ right` for the keys from `start` to `end`, summed over the rows from `from` on.
    private void sumOverTimes(
            Layout at, float[] left, float[] right, int from, int start, int end, float[] out, int to) {
        int time = at.time();
        product.multiply(
                end - start,
                at.width(),
                time * at.group() - from,
                left,
                from * time + start,
                1,
                time,
                right,
                from * at.width(),
                at.width(),
                1,
                out,
                to + start * at.row(),
                at.row());
    }
}
