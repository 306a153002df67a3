package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.Normalizations;
import dev.nudge.tensor.Reduction;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.SumOfSquares;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;
import java.util.Optional;

/// Reductions and softmaxes of f32 tensors as kernels. Tasks share out rows, columns or blocks, whose own order of
/// addition is fixed, so the bits do not depend on the threads.
final class ReductionKernels {
    /// Elements per task.
    private static final int TASK = 1 << 15;

    /// Fewest columns per task, a part of a row that memory still delivers well.
    private static final int COLUMNS = 64;

    private final Workers workers;
    private final RowKernels kernels;
    private final Reductions reductions;
    private final Softmax softmax;
    private final ColumnKernels columns;

    ReductionKernels(Workers workers, RowKernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
        this.reductions = new Reductions(kernels);
        this.softmax = new Softmax(kernels);
        this.columns = new ColumnKernels(workers, kernels.columns());
    }

    /// Writes the sum of each of `rows` adjacent rows of `length` elements to `out` from `outFrom` on.
    @FunctionalInterface
    private interface Sums {
        void write(float[] x, int from, int rows, int length, float[] out, int outFrom);
    }

    /// Reduces the rows `from` to `to`.
    @FunctionalInterface
    private interface Rows {
        void run(Object[] inputs, Object[] outputs, int from, int to);
    }

    Optional<Kernel> of(Reduction op, Type input) {
        if (input.dtype() != DType.F32) {
            return Optional.empty();
        }
        Shape shape = input.shape();
        int outer = shape.product(0, op.axis());
        int n = shape.extent(op.axis());
        int inner = shape.product(op.axis() + 1, shape.rank());
        return Optional.of(
                switch (op) {
                    case Reduction.Sum _ -> sum(outer, n, inner);
                    case Reduction.Max _ ->
                        rows(
                                outer,
                                n * inner,
                                (in, out, from, to) -> reductions.max(
                                        (float[]) in[0],
                                        from * n * inner,
                                        to - from,
                                        n,
                                        inner,
                                        (float[]) out[0],
                                        from * inner));
                    case Reduction.Min _ ->
                        rows(
                                outer,
                                n * inner,
                                (in, out, from, to) -> reductions.min(
                                        (float[]) in[0],
                                        from * n * inner,
                                        to - from,
                                        n,
                                        inner,
                                        (float[]) out[0],
                                        from * inner));
                    case Reduction.ArgMax _ ->
                        rows(
                                outer,
                                n * inner,
                                (in, out, from, to) -> reductions.argmax(
                                        (float[]) in[0],
                                        from * n * inner,
                                        to - from,
                                        n,
                                        inner,
                                        (int[]) out[0],
                                        from * inner));
                });
    }

    Optional<Kernel> of(Fused op, List<Type> inputs) {
        if (inputs.getFirst().dtype() != DType.F32) {
            return Optional.empty();
        }
        Shape shape = inputs.getFirst().shape();
        int n = shape.rank() == 0 ? 1 : shape.extent(-1);
        int count = n == 0 ? 0 : shape.elements() / n;
        return switch (op) {
            case Softmaxes.Softmax _ ->
                Optional.of(rows(
                        count,
                        n,
                        (in, out, from, to) ->
                                softmax.softmax((float[]) in[0], from * n, to - from, n, (float[]) out[0], from * n)));
            case Softmaxes.LogSoftmax _ ->
                Optional.of(rows(
                        count,
                        n,
                        (in, out, from, to) -> softmax.logSoftmax(
                                (float[]) in[0], from * n, to - from, n, (float[]) out[0], from * n)));
            case Softmaxes.LogSumExp _ ->
                Optional.of(rows(
                        count,
                        n,
                        (in, out, from, to) ->
                                softmax.logSumExp((float[]) in[0], from * n, to - from, n, (float[]) out[0], from)));
            case Softmaxes.SoftmaxCrossEntropy _ ->
                inputs.get(1).dtype() == DType.I32 ? Optional.of(crossEntropy(count, n)) : Optional.empty();
            case Normalizations.ColumnMoments _ -> Optional.of(columns.moments(count, n));
            case Normalizations.CenteredSums _ -> Optional.of(columns.centeredSums(count, n));
            case SumOfSquares _ -> Optional.of(squares(shape.elements()));
            default -> Optional.empty(); // the door is open to users: their operations run as their definition
        };
    }

    private Kernel crossEntropy(int count, int classes) {
        return rows(count, classes, (in, out, from, to) -> {
            int[] labels = (int[]) in[1];
            for (int i = from; i < to; i++) {
                if (labels[i] < 0 || labels[i] >= classes) {
                    throw Indexing.outside("softmaxCrossEntropy", labels[i], i, classes);
                }
            }
            softmax.crossEntropy(
                    (float[]) in[0], from * classes, to - from, classes, labels, from, (float[]) out[0], from);
        });
    }

    /// A kernel over `count` independent rows of `length` elements each.
    private Kernel rows(int count, int length, Rows body) {
        int perTask = Math.max(1, TASK / Math.max(1, length));
        int tasks = (count + perTask - 1) / perTask;
        if (tasks <= 1) {
            return (in, out) -> body.run(in, out, 0, count);
        }
        return (in, out) ->
                workers.run(tasks, task -> body.run(in, out, task * perTask, Math.min(count, (task + 1) * perTask)));
    }

    private Kernel sum(int outer, int n, int inner) {
        if (inner == 1 && n > 2 * TASK) {
            return longRows(outer, n, kernels::sums);
        }
        if (inner > 1 && outer == 1 && n > 2 * RowKernels.BLOCK && inner < COLUMNS) {
            return longColumns(n, inner);
        }
        if (inner > 1 && outer == 1) { // columns side by side: share out the columns
            int piece = COLUMNS * Math.clamp(inner / (4 * COLUMNS), 1, 4);
            int perTask = Math.max(piece, TASK / Math.max(1, n));
            int tasks = (inner + perTask - 1) / perTask;
            return (in, out) -> workers.run(tasks, task -> {
                int from = task * perTask;
                int columns = Math.min(inner, from + perTask) - from;
                reductions.sumColumns((float[]) in[0], from, n, inner, columns, (float[]) out[0], from);
            });
        }
        return rows(
                outer,
                n * inner,
                (in, out, from, to) -> reductions.sum(
                        (float[]) in[0], from * n * inner, to - from, n, inner, (float[]) out[0], from * inner));
    }

    /// Few columns, so long that blocks of rows are shared out; they are added in order as [Reductions#sumColumns]
    /// does.
    private Kernel longColumns(int n, int columns) {
        int blocks = (n + RowKernels.BLOCK - 1) / RowKernels.BLOCK;
        float[] partial = new float[blocks * columns];
        return (in, out) -> {
            workers.run(blocks, block -> {
                int start = block * RowKernels.BLOCK;
                int rows = Math.min(RowKernels.BLOCK, n - start);
                kernels.columns()
                        .sums((float[]) in[0], start * columns, rows, columns, columns, partial, block * columns);
            });
            for (int column = 0; column < columns; column++) {
                double total = 0;
                for (int block = 0; block < blocks; block++) {
                    total += partial[block * columns + column];
                }
                ((float[]) out[0])[column] = (float) total;
            }
        };
    }

    private Kernel squares(int count) {
        float[] shifts = new float[blocks(count)]; // zeros
        return longRows(
                1,
                count,
                (x, from, rows, length, out, outFrom) ->
                        kernels.sumsOfSquares(x, from, rows, length, shifts, out, outFrom));
    }

    private static int blocks(int n) {
        return Math.ceilDiv(n, RowKernels.BLOCK);
    }

    /// Rows so long that their blocks are shared out, which are rows themselves to who sums them; blocks are added in
    /// order as [Reductions#sum] does.
    private Kernel longRows(int outer, int n, Sums sums) {
        int perTask = TASK / RowKernels.BLOCK;
        int whole = n / RowKernels.BLOCK;
        int rest = n % RowKernels.BLOCK;
        float[] partial = new float[blocks(n)];
        return (in, out) -> {
            float[] x = (float[]) in[0];
            for (int row = 0; row < outer; row++) {
                int first = row * n;
                workers.run(Math.ceilDiv(whole, perTask), task -> {
                    int block = task * perTask;
                    int from = first + block * RowKernels.BLOCK;
                    sums.write(x, from, Math.min(perTask, whole - block), RowKernels.BLOCK, partial, block);
                });
                if (rest > 0) {
                    sums.write(x, first + n - rest, 1, rest, partial, whole);
                }
                double total = 0;
                for (float part : partial) {
                    total += part;
                }
                ((float[]) out[0])[row] = (float) total;
            }
        };
    }
}
