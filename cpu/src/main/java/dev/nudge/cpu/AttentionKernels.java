package dev.nudge.cpu;

import dev.nudge.cpu.AttentionTiles.Strips;
import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// Self-attention of f32 heads and its gradient, block by block: no matrix of all times by all times exists.
/*
 * A task is one head of keys and values of one example, with the g query heads that share it, so what is computed does
 * not depend on the threads. It goes over blocks of times. Queries of a block, (time, head), scaled, are the columns of
 * a matrix, its scores are [keys, queries], and so is everything made from them: a softmax runs down columns, lane
 * beside lane, and no product needs an operand turned around but queries and upstream gradients. All matrices are
 * [Strips]. Under a causal mask a strip of queries looks at no key behind its last time, up to whole tiles.
 */
final class AttentionKernels {
    private static final int BLOCK = 64; // queries of a block

    private final Workers workers;
    private final AttentionTiles tiles;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    AttentionKernels(Workers workers, AttentionTiles tiles) {
        this.workers = workers;
        this.tiles = tiles;
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

        /// Strips of a head.
        int strips() {
            return ceiling(width, Strips.WIDTH);
        }

        /// All times, up to whole tiles.
        int rows() {
            return ceiling(time, AttentionTiles.ROWS) * AttentionTiles.ROWS;
        }

        float scale() {
            return (float) (1 / Math.sqrt(width));
        }
    }

    private static int ceiling(int x, int y) {
        return (x + y - 1) / y;
    }

    /// The matrices of one thread; they grow to the largest attention and are then reused.
    private static final class Scratch {
        private final Strips keys = new Strips();
        private final Strips values = new Strips();
        private final Strips queries = new Strips(); // of a block, as are all that follow
        private final Strips turned = new Strips();
        private final Strips upstream = new Strips();
        private final Strips weights = new Strips();
        private final Strips errors = new Strips();
        private final Strips result = new Strips();
        private final Strips keyGradient = new Strips(); // of all
        private final Strips valueGradient = new Strips();
    }

    /// Times `start` to `end` of one task.
    private record Block(Layout at, int task, int start, int end) {
        /// Queries.
        int count() {
            return (end - start) * at.group();
        }

        /// Strips of queries.
        int strips() {
            return ceiling(count(), Strips.WIDTH);
        }

        /// Keys that a strip of queries sees.
        int keys(int strip) {
            return at.causal() ? Math.min(end, start + ((strip + 1) * Strips.WIDTH - 1) / at.group() + 1) : at.time();
        }

        /// These, up to whole tiles; none in front of the first strip.
        int rows(int strip) {
            return strip < 0 ? 0 : ceiling(keys(strip), AttentionTiles.ROWS) * AttentionTiles.ROWS;
        }
    }

    private void forward(Layout at, int task, float[] packed, float[] out, Scratch scratch) {
        split(packed, at.key(task), at, scratch.keys);
        split(packed, at.value(task), at, scratch.values);
        for (int start = 0; start < at.time(); start += at.step()) {
            Block block = new Block(at, task, start, Math.min(at.time(), start + at.step()));
            weigh(block, packed, scratch);
            times(block, scratch.weights, scratch.values, scratch.result);
            join(block, scratch.result, 1, out, at.output(task), at.outputRow());
        }
    }

    /*
     * With weights P = softmax(S) down columns, S = K Q'ᵀ, Q' = Q / √d, y = Pᵀ V:
     *   dV = P dy,  dP = V dyᵀ,  dS = P (dP - columnsum(P dP)),  dQ = dSᵀ K / √d,  dK = dS Q'.
     */
    private void gradient(Layout at, int task, float[] packed, float[] dy, float[] out, Scratch scratch) {
        split(packed, at.key(task), at, scratch.keys);
        split(packed, at.value(task), at, scratch.values);
        scratch.keyGradient.reshape(at.rows(), at.strips());
        scratch.keyGradient.clear(at.strips());
        scratch.valueGradient.reshape(at.rows(), at.strips());
        scratch.valueGradient.clear(at.strips());
        for (int start = 0; start < at.time(); start += at.step()) {
            Block block = new Block(at, task, start, Math.min(at.time(), start + at.step()));
            weigh(block, packed, scratch);
            split(block, dy, at.output(task), at.outputRow(), 1, scratch.upstream);
            onto(block, scratch.weights, scratch.upstream, scratch.valueGradient);
            turn(block, scratch.upstream, scratch.turned);
            against(block, scratch.values, scratch.turned, scratch.errors);
            for (int strip = 0; strip < block.strips(); strip++) {
                tiles.softmaxGradient(scratch.weights, scratch.errors, strip, block.rows(strip));
            }
            onto(block, scratch.errors, scratch.queries, scratch.keyGradient);
            times(block, scratch.errors, scratch.keys, scratch.result);
            join(block, scratch.result, at.scale(), out, at.query(task), at.row());
        }
        join(scratch.keyGradient, at, out, at.key(task));
        join(scratch.valueGradient, at, out, at.value(task));
    }

    /// Makes the weights of a block, `[keys, queries]`: zero where a query does not see a key. Leaves its scaled
    /// queries.
    private void weigh(Block block, float[] packed, Scratch scratch) {
        Layout at = block.at();
        split(block, packed, at.query(block.task()), at.row(), at.scale(), scratch.queries);
        turn(block, scratch.queries, scratch.turned);
        against(block, scratch.keys, scratch.turned, scratch.weights);
        for (int strip = 0; strip < block.strips(); strip++) {
            hide(block, strip, scratch.weights);
            tiles.softmax(scratch.weights, strip, block.rows(strip));
        }
    }

    /// Makes scores minus infinity where a query of a strip does not see a key.
    private static void hide(Block block, int strip, Strips scores) {
        Layout at = block.at();
        int group = at.group();
        int first = block.start() + strip * Strips.WIDTH / group; // time of the first query
        for (int key = at.causal() ? first + 1 : at.time(); key < block.rows(strip); key++) {
            int earlier = (key - block.start()) * group - strip * Strips.WIDTH;
            int hidden = key < at.time() ? Math.min(earlier, Strips.WIDTH) : Strips.WIDTH;
            int from = scores.at(key, strip);
            Arrays.fill(scores.array(), from, from + hidden, Float.NEGATIVE_INFINITY);
        }
    }

    /// Copies the keys or values of all times.
    private void split(float[] packed, int first, Layout at, Strips to) {
        to.reshape(at.rows(), at.strips());
        if (at.rows() != at.time() || at.width() % Strips.WIDTH != 0) {
            to.clear(at.strips());
        }
        tiles.split(packed, first, at.row(), at.time(), at.width(), 1, to, 0, 1);
    }

    /// The opposite, of their gradients.
    private void join(Strips from, Layout at, float[] out, int first) {
        tiles.join(from, 0, 1, 1, out, first, at.row(), at.time(), at.width());
    }

    /// Copies the numbers of a block's queries, times `factor`; zeros beyond them.
    private void split(Block block, float[] from, int first, int row, float factor, Strips to) {
        Layout at = block.at();
        int rows = block.strips() * Strips.WIDTH;
        to.reshape(rows, at.strips());
        if (rows != block.count() || at.width() % Strips.WIDTH != 0) {
            to.clear(at.strips());
        }
        int group = at.group();
        for (int head = 0; head < group; head++) {
            int source = first + block.start() * row + head * at.width();
            tiles.split(from, source, row, block.end() - block.start(), at.width(), factor, to, head, group);
        }
    }

    /// The opposite.
    private void join(Block block, Strips from, float factor, float[] to, int first, int row) {
        Layout at = block.at();
        int group = at.group();
        for (int head = 0; head < group; head++) {
            int target = first + block.start() * row + head * at.width();
            tiles.join(from, head, group, factor, to, target, row, block.end() - block.start(), at.width());
        }
    }

    /// Makes the rows of a block columns, square by square.
    private static void turn(Block block, Strips rows, Strips columns) {
        columns.reshape(block.at().strips() * Strips.WIDTH, block.strips());
        for (int i = 0; i < block.strips(); i++) {
            for (int j = 0; j < block.at().strips(); j++) {
                Transposition.copy(
                        rows.array(),
                        rows.at(i * Strips.WIDTH, j),
                        Strips.WIDTH,
                        Strips.WIDTH,
                        Strips.WIDTH,
                        columns.array(),
                        columns.at(j * Strips.WIDTH, i),
                        Strips.WIDTH);
            }
        }
    }

    /// `[keys, width] x [width, queries]`, of each strip the keys that it sees.
    private void against(Block block, Strips keys, Strips turned, Strips out) {
        int depth = block.at().strips();
        out.reshape(block.at().rows(), block.strips());
        for (int strip = 0; strip < block.strips(); strip += 2) {
            int end = Math.min(strip + 2, block.strips());
            int both = block.rows(strip);
            tiles.multiply(keys, 0, both, 0, depth, turned, strip, end, false, out);
            tiles.multiply(keys, both, block.rows(end - 1), 0, depth, turned, end - 1, end, false, out);
        }
    }

    /// `[keys, queries]ᵀ x [keys, width]`.
    private void times(Block block, Strips weights, Strips rows, Strips out) {
        out.reshape(block.strips() * Strips.WIDTH, block.at().strips());
        for (int strip = 0; strip < block.strips(); strip++) {
            tiles.multiplyTransposed(
                    weights, strip, block.keys(strip), rows, block.at().strips(), out);
        }
    }

    /// Adds `[keys, queries] x [queries, width]`: to each row what the strips have that see it.
    private void onto(Block block, Strips weights, Strips rows, Strips sums) {
        int strips = block.strips();
        for (int strip = 0; strip < strips; strip++) {
            tiles.multiply(
                    weights,
                    block.rows(strip - 1),
                    block.rows(strip),
                    strip,
                    strips,
                    rows,
                    0,
                    block.at().strips(),
                    true,
                    sums);
        }
    }
}
