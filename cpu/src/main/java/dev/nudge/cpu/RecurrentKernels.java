package dev.nudge.cpu;

import dev.nudge.tensor.GatedRecurrence;
import dev.nudge.tensor.LongShortTermMemory;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// LSTM and GRU of f32 sequences and their gradients.
/*
 * A task is a few examples, which it runs through all times: examples know nothing of each other, so threads never wait
 * for each other within a sequence, and what is computed does not depend on how many there are. At each time there is
 * one product with the recurrent weight, [examples, width] x [width, gates]. The weight is packed once for the run, in
 * panels of columns that lie in one piece, else rows a power of two apart would compete for the same places of the
 * caches. What the product is added to is in place before it: the projected inputs, the bias, or, on the way back, what
 * passes by it.
 */
final class RecurrentKernels {
    private static final int FEW = 8; // examples of a task
    private static final int MANY = 16; // the same when there are enough of them: the weight is read for each task
    private static final int PANEL = PatchProduct.PANEL; // columns
    private static final int DEPTH = 256; // rows of a panel that stay in the first-level cache
    private static final int LINE = DEPTH + RowKernels.LANES; // as in PackedTiles
    private static final int ROWS = 8; // of a tile

    private final Workers workers;
    private final PatchProduct product;
    private final CellKernels cells;
    private final boolean tiles; // whether PackedTiles have the width of a panel here
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    RecurrentKernels(Workers workers, PatchProduct product, CellKernels cells, boolean vector) {
        this.workers = workers;
        this.product = product;
        this.cells = cells;
        this.tiles = vector && GemmPacking.WIDTH == PANEL;
    }

    Kernel of(LongShortTermMemory.Lstm op, List<Type> inputs) {
        Layout at = Layout.of(inputs.get(0).shape(), 4, 6, 2, op.reversed());
        int width = at.width();
        return (in, out) -> {
            float[] projected = (float[]) in[0];
            float[] memory = (float[]) in[3];
            float[] y = (float[]) out[0];
            Begin begin =
                    (place, sums, from) -> System.arraycopy(projected, place * at.gates(), sums, from, at.gates());
            Step step = (example, before, place, sums, from, state, stateFrom) -> cells.lstm(
                    sums,
                    from,
                    before < 0 ? memory : y,
                    before < 0 ? example * width : before * at.result() + width,
                    y,
                    place * at.result(),
                    state,
                    stateFrom,
                    width);
            float[][] start = {(float[]) in[2], memory};
            forward(at, (float[]) in[1], start, mask(in), y, begin, step);
        };
    }

    Kernel of(GatedRecurrence.Gru op, List<Type> inputs) {
        Layout at = Layout.of(inputs.get(0).shape(), 3, 5, 1, op.reversed());
        return (in, out) -> {
            float[] projected = (float[]) in[0];
            float[] bias = (float[]) in[2];
            float[] y = (float[]) out[0];
            Begin begin = (place, sums, from) -> System.arraycopy(bias, 0, sums, from, at.gates());
            Step step = (example, before, place, sums, from, state, stateFrom) -> cells.gru(
                    projected, place * at.gates(), sums, from, y, place * at.result(), state, stateFrom, at.width());
            float[][] start = {(float[]) in[3]};
            forward(at, (float[]) in[1], start, mask(in), y, begin, step);
        };
    }

    Kernel of(LongShortTermMemory.LstmGradient op, List<Type> inputs) {
        Layout at = Layout.ofResult(inputs, 4, 6, 2, op.reversed());
        int width = at.width();
        return (in, out) -> {
            float[] y = (float[]) in[0];
            float[] memory = (float[]) in[2];
            Back back = (example, before, place, row, own) -> {
                cells.lstmGradient(
                        y,
                        place * at.result(),
                        before < 0 ? memory : y,
                        before < 0 ? example * width : before * at.result() + width,
                        own.upstream,
                        own.states,
                        row * at.stateRow(),
                        own.memories,
                        row * width,
                        own.row,
                        0,
                        own.squashed,
                        width);
                own.lines.put(own.row, 0, at.gates(), row, 0);
            };
            backward(at, op.ofStart(), in, inputs, (float[]) out[0], back);
        };
    }

    Kernel of(GatedRecurrence.GruGradient op, List<Type> inputs) {
        Layout at = Layout.ofResult(inputs, 3, 5, 1, op.reversed());
        int width = at.width();
        return (in, out) -> {
            float[] y = (float[]) in[0];
            float[] start = (float[]) in[2];
            Back back = (example, before, place, row, own) -> {
                cells.gruGradient(
                        y,
                        place * at.result(),
                        before < 0 ? start : y,
                        before < 0 ? example * width : before * at.result(),
                        own.upstream,
                        own.states,
                        row * at.stateRow(),
                        own.row,
                        width);
                own.lines.put(own.row, 0, 2 * width, row, 0);
                own.lines.put(own.row, 3 * width, width, row, 2 * width);
            };
            backward(at, op.ofStart(), in, inputs, (float[]) out[0], back);
        };
    }

    private static byte @Nullable [] mask(Object[] in) {
        return in.length > 4 ? (byte[]) in[4] : null;
    }

    /// Writes what the product of a row is added to.
    @FunctionalInterface
    private interface Begin {
        void write(int place, float[] sums, int from);
    }

    /// A cell at one time. A place is a row of a sequence; that before is -1 at the start.
    @FunctionalInterface
    private interface Step {
        void run(int example, int before, int place, float[] sums, int from, float[] state, int stateFrom);
    }

    /// The gradient of a cell at one time, for row `row` of a task: leaves the operand of the product
    /// in `lines`, the row of the result in `row`.
    @FunctionalInterface
    private interface Back {
        void run(int example, int before, int place, int row, Scratch own);
    }

    /// Where things lie.
    ///
    /// @param gates  columns of the recurrent weight
    /// @param result numbers of each time in the result of the forward operation
    /// @param states how many parts of it, the first ones, are the state
    private record Layout(int batch, int time, int width, int gates, int result, int states, boolean reversed) {
        static Layout of(Shape projected, int gates, int parts, int states, boolean reversed) {
            int width = projected.extent(2) / gates;
            return new Layout(
                    projected.extent(0), projected.extent(1), width, gates * width, parts * width, states, reversed);
        }

        static Layout ofResult(List<Type> inputs, int gates, int parts, int states, boolean reversed) {
            Shape result = inputs.getFirst().shape();
            return of(result.with(2, result.extent(2) / parts * gates), gates, parts, states, reversed);
        }

        int most() {
            return batch >= 2 * MANY ? MANY : FEW;
        }

        int tasks() {
            return (batch + most() - 1) / most();
        }

        /// The place of an example at the time that is run through as number `i`; -1 before the first.
        int place(int example, int i) {
            return i < 0 ? -1 : example * time + (reversed ? time - 1 - i : i);
        }

        /// From one row to the next where the sums for the gates are.
        int sumRow() {
            return padded(gates);
        }

        /// From one row to the next where gradients of the state are.
        int stateRow() {
            return padded(width);
        }
    }

    /// The rows of a task as operand of a product: slices of [#DEPTH] columns, in each the rows one after the other.
    private static final class Lines {
        private float[] array = Scratch.NONE;
        private int rows;
        private int columns;

        void reserve(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            array = Scratch.grown(array, place(0, columns + DEPTH - 1));
        }

        /// Where an element lies, if `column` is the first of a slice.
        int place(int row, int column) {
            return (column / DEPTH * rows + row) * LINE;
        }

        /// Writes a run of columns.
        void put(float[] from, int start, int count, int row, int column) {
            int done = 0;
            while (done < count) {
                int into = (column + done) % DEPTH;
                int piece = Math.min(count - done, DEPTH - into);
                System.arraycopy(from, start + done, array, place(row, column + done) + into, piece);
                done += piece;
            }
        }
    }

    private static int padded(int columns) {
        return (columns + PANEL - 1) / PANEL * PANEL;
    }

    /// The arrays of one thread; they grow to the largest recurrence and are then reused.
    private static final class Scratch {
        private static final float[] NONE = {};

        private float[] packed = NONE; // used by all threads of a run
        private float[] sums = NONE;
        private float[] states = NONE;
        private float[] memories = NONE;
        private float[] upstream = NONE;
        private float[] row = NONE;
        private float[] squashed = NONE;
        private final Lines lines = new Lines();

        static float[] grown(float[] array, int length) {
            return array.length < length ? new float[length] : array;
        }
    }

    private void forward(
            Layout at, float[] recurrent, float[][] start, byte @Nullable [] mask, float[] y, Begin begin, Step step) {
        Scratch shared = scratch.get();
        float[] packed = Scratch.grown(shared.packed, at.sumRow() * at.width());
        shared.packed = packed;
        workers.run(at.sumRow() / PANEL, panel -> pack(recurrent, at.width(), at.gates(), panel, packed));
        workers.run(at.tasks(), task -> forward(at, task, packed, start, mask, y, begin, step, scratch.get()));
    }

    private void forward(
            Layout at,
            int task,
            float[] packed,
            float[][] start,
            byte @Nullable [] mask,
            float[] y,
            Begin begin,
            Step step,
            Scratch own) {
        int first = task * at.most();
        int rows = Math.min(at.most(), at.batch() - first);
        int width = at.width();
        own.sums = Scratch.grown(own.sums, rows * at.sumRow());
        own.states = Scratch.grown(own.states, rows * width);
        own.lines.reserve(rows, width);
        System.arraycopy(start[0], first * width, own.states, 0, rows * width);
        for (int i = 0; i < at.time(); i++) {
            for (int row = 0; row < rows; row++) {
                begin.write(at.place(first + row, i), own.sums, row * at.sumRow());
            }
            for (int row = 0; row < rows; row++) {
                own.lines.put(own.states, row * width, width, row, 0);
            }
            multiply(own.lines, packed, at.sumRow(), own.sums);
            for (int row = 0; row < rows; row++) {
                int example = first + row;
                int before = at.place(example, i - 1);
                int place = at.place(example, i);
                if (mask == null || mask[place] != 0) {
                    step.run(example, before, place, own.sums, row * at.sumRow(), own.states, row * width);
                } else {
                    stay(at, example, before, place, start, y);
                }
            }
        }
    }

    /// Hands the state on over a time that is not there.
    private static void stay(Layout at, int example, int before, int place, float[][] start, float[] y) {
        int width = at.width();
        int to = place * at.result();
        for (int state = 0; state < at.states(); state++) {
            float[] from = before < 0 ? start[state] : y;
            int at0 = before < 0 ? example * width : before * at.result() + state * width;
            System.arraycopy(from, at0, y, to + state * width, width);
        }
        Arrays.fill(y, to + at.states() * width, to + at.result(), 0f);
    }

    private void backward(Layout at, boolean ofStart, Object[] in, List<Type> inputs, float[] out, Back back) {
        float[] recurrent = (float[]) in[1];
        float[] dy = (float[]) in[3];
        int given = inputs.get(3).shape().extent(2);
        Scratch shared = scratch.get();
        float[] packed = Scratch.grown(shared.packed, at.stateRow() * at.gates());
        shared.packed = packed;
        workers.run(at.stateRow() / PANEL, panel -> packTurned(recurrent, at.width(), at.gates(), panel, packed));
        workers.run(
                at.tasks(), task -> backward(at, task, ofStart, packed, dy, given, mask(in), out, back, scratch.get()));
    }

    private void backward(
            Layout at,
            int task,
            boolean ofStart,
            float[] packed,
            float[] dy,
            int given,
            byte @Nullable [] mask,
            float[] out,
            Back back,
            Scratch own) {
        int first = task * at.most();
        int rows = Math.min(at.most(), at.batch() - first);
        int width = at.width();
        int outRow = 4 * width;
        own.lines.reserve(rows, at.gates());
        own.states = zeros(own.states, rows * at.stateRow());
        own.memories = zeros(own.memories, rows * width);
        own.upstream = zeros(own.upstream, at.result());
        own.row = Scratch.grown(own.row, outRow);
        own.squashed = Scratch.grown(own.squashed, width);
        for (int i = at.time() - 1; i >= 0; i--) {
            for (int row = 0; row < rows; row++) {
                int example = first + row;
                int place = at.place(example, i);
                System.arraycopy(dy, place * given, own.upstream, 0, given);
                if (mask == null || mask[place] != 0) {
                    back.run(example, at.place(example, i - 1), place, row, own);
                } else {
                    add(own.upstream, 0, own.states, row * at.stateRow(), width);
                    add(own.upstream, width, own.memories, row * width, at.states() > 1 ? width : 0);
                    Arrays.fill(own.row, 0, outRow, 0f);
                    own.lines.put(own.row, 0, at.gates(), row, 0);
                }
                if (!ofStart) {
                    System.arraycopy(own.row, 0, out, place * outRow, outRow);
                }
            }
            if (i > 0 || ofStart) {
                multiply(own.lines, packed, at.stateRow(), own.states);
            }
        }
        if (ofStart) {
            for (int row = 0; row < rows; row++) {
                int to = (first + row) * at.states() * width;
                System.arraycopy(own.states, row * at.stateRow(), out, to, width);
                if (at.states() > 1) {
                    System.arraycopy(own.memories, row * width, out, to + width, width);
                }
            }
        }
    }

    private static float[] zeros(float[] array, int length) {
        float[] grown = Scratch.grown(array, length);
        Arrays.fill(grown, 0, length, 0f);
        return grown;
    }

    private static void add(float[] x, int xFrom, float[] sums, int from, int length) {
        for (int j = 0; j < length; j++) {
            sums[from + j] += x[xFrom + j];
        }
    }

    /// Adds the product of `lines` and the weight to `sums`; `columns` are those of whole panels.
    private void multiply(Lines lines, float[] packed, int columns, float[] sums) {
        int most = tiles ? ROWS : lines.rows;
        for (int j = 0; j < columns; j += PANEL) {
            for (int p = 0; p < lines.columns; p += DEPTH) {
                int depth = Math.min(DEPTH, lines.columns - p);
                int right = j * lines.columns + p * PANEL;
                for (int row = 0; row < lines.rows; row += most) {
                    int left = lines.place(row, p);
                    int to = row * columns + j;
                    int rows = Math.min(most, lines.rows - row);
                    if (tiles && rows == ROWS) {
                        PackedTiles.run(
                                rows,
                                false,
                                depth,
                                lines.array,
                                left,
                                packed,
                                right,
                                sums,
                                to,
                                columns,
                                sums,
                                to,
                                columns);
                    } else {
                        product.rows(
                                1,
                                rows,
                                depth,
                                PANEL,
                                lines.array,
                                left,
                                0,
                                LINE,
                                packed,
                                right,
                                true,
                                sums,
                                to,
                                columns);
                    }
                }
            }
        }
    }

    /// Packs columns of the weight `[width, gates]`.
    private static void pack(float[] weight, int width, int gates, int panel, float[] packed) {
        int from = panel * PANEL;
        int count = Math.min(PANEL, gates - from);
        for (int p = 0, to = from * width; p < width; p++, to += PANEL) {
            System.arraycopy(weight, p * gates + from, packed, to, count);
            Arrays.fill(packed, to + count, to + PANEL, 0f);
        }
    }

    /// Packs columns of the transposed weight, `[gates, width]`.
    private static void packTurned(float[] weight, int width, int gates, int panel, float[] packed) {
        int from = panel * PANEL;
        int start = from * gates;
        int columns = Math.clamp(width - from, 0, PANEL);
        Transposition.copy(weight, start, gates, columns, gates, packed, start, PANEL);
        for (int p = 0; p < gates; p++) {
            Arrays.fill(packed, start + p * PANEL + columns, start + (p + 1) * PANEL, 0f);
        }
    }
}
