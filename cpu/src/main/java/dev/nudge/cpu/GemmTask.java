package dev.nudge.cpu;

/// One matrix product cut into blocks of C that are computed independently; see [Gemm] for the design.
final class GemmTask implements Workers.Body {
    private static final int WIDTH = GemmPacking.WIDTH;
    private static final int LANES = GemmPacking.LANES;
    private static final int ROWS = Tiles.ROWS;
    /// Most steps of a block.
    static final int DEPTH = 256;
    /// Most elements of a block of A: half of a second-level cache of 1 MiB.
    private static final int BLOCK = 128 * 1024;
    /// Steps that a line of A is taken for at least: its place does not shrink with the steps.
    private static final int FEWEST = 64;

    private static final int MAX_TRANSPOSED_COLUMNS = 256;
    /// Panels packed at once: rows of B are read in pieces long enough for the processor's prefetching.
    private static final int GROUP = 16;

    /// Multiplications of a cycle, and cycles to copy a number from far away, about; see [#cut].
    private static final double FMAS = 2.0 * LANES;

    private static final double COPY = 1.5;
    /// Part of a task's time that threads wait for each other at the end.
    private static final double IDLE = 0.1;

    private static final float[] NONE = {};

    private final ThreadLocal<GemmBuffers> buffers;

    private int m;
    private int n;
    private int k;
    private float[] a = NONE;
    private int aFrom;
    private int aRow;
    private int aStep;
    private float[] b = NONE;
    private int bFrom;
    private int bStep;
    private int bColumn;
    private float[] c = NONE;
    private int cFrom;
    private int cRow;
    private boolean transposed;
    private boolean packA;
    private boolean copyA;
    private boolean packB;
    private int depth;
    private int blockRows;
    private int blockColumns;
    private int columnBlocks;
    private int tasks;

    GemmTask(ThreadLocal<GemmBuffers> buffers) {
        this.buffers = buffers;
    }

    /// Takes one product and decides how to cut it for `threads` threads.
    void prepare(
            int m,
            int n,
            int k,
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bStep,
            int bColumn,
            float[] c,
            int cFrom,
            int cRow,
            boolean transposed,
            int threads) {
        this.m = m;
        this.n = n;
        this.k = k;
        this.a = a;
        this.aFrom = aFrom;
        this.aRow = aRow;
        this.aStep = aStep;
        this.b = b;
        this.bFrom = bFrom;
        this.bStep = bStep;
        this.bColumn = bColumn;
        this.c = c;
        this.cFrom = cFrom;
        this.cRow = cRow;
        this.transposed = transposed;
        boolean readOften = n >= 4 * WIDTH;
        packA = aStep != 1 && (readOften || (aStep >= 1024 && n > 2 * WIDTH));
        copyA = aStep == 1 && readOften;
        packB = bColumn != 1 || m > 2 * ROWS;
        int depthBlocks = Math.max(1, ceilDiv(k, DEPTH));
        depth = Math.max(1, ceilDiv(k, depthBlocks));

        cut(threads);
    }

    /// Cuts C into blocks of rows and columns: the more of one, the more often the other operand is
    /// copied, and the last round of tasks should leave no thread idle.
    private void cut(int threads) {
        int panels = ceilDiv(n, WIDTH);
        int groups = ceilDiv(m, ROWS);
        int fewestRows = ceilDiv(groups, Math.max(1, BLOCK / Math.max(depth, FEWEST) / ROWS));
        int fewestColumns = transposed ? ceilDiv(n, MAX_TRANSPOSED_COLUMNS) : 1;
        double least = Double.POSITIVE_INFINITY;
        int rowBlocks = fewestRows;
        columnBlocks = fewestColumns;
        for (int down = fewestRows;
                threads > 1 && down <= Math.max(fewestRows, Math.min(groups, 4 * threads));
                down++) {
            for (int across = fewestColumns;
                    across <= Math.max(fewestColumns, Math.min(panels, 4 * threads));
                    across++) {
                int rounds = ceilDiv(down * across, threads);
                double rows = (double) ceilDiv(groups, down) * ROWS;
                double columns = (double) ceilDiv(panels, across) * WIDTH;
                double copies = (packA || copyA ? rows : 0) + (packB ? columns : 0);
                double cost = (rounds + IDLE) * k * (rows * columns / FMAS + copies * COPY);
                if (cost < least) {
                    least = cost;
                    rowBlocks = down;
                    columnBlocks = across;
                }
            }
        }
        blockColumns = ceilDiv(panels, columnBlocks) * WIDTH;
        columnBlocks = ceilDiv(n, blockColumns);
        blockRows = ceilDiv(groups, rowBlocks) * ROWS;
        tasks = ceilDiv(m, blockRows) * columnBlocks;
    }

    int tasks() {
        return tasks;
    }

    /// Computes every block on this thread.
    void runAll() {
        for (int number = 0; number < tasks; number++) {
            run(number);
        }
    }

    /// Forgets the arrays, so that a thread's last product does not keep them alive.
    void release() {
        a = NONE;
        b = NONE;
        c = NONE;
    }

    /// Computes block `number` of C.
    @Override
    public void run(int number) {
        int row = number / columnBlocks * blockRows;
        int column = number % columnBlocks * blockColumns;
        block(buffers.get(), row, Math.min(m, row + blockRows), column, Math.min(n, column + blockColumns));
    }

    private void block(GemmBuffers buffer, int row, int rowEnd, int column, int columnEnd) {
        int rows = rowEnd - row;
        boolean grouped = packB && bColumn == 1;
        boolean buffered = transposed || (columnEnd - column) % LANES != 0;
        float[] held = buffered ? buffer.held(rows * GemmPacking.padded(columnEnd - column)) : NONE;
        float[] panel = buffer.panel(apart(WIDTH, depth) * (grouped ? GROUP : 1));
        for (int p = 0; p == 0 || p < k; p += depth) {
            int steps = Math.min(depth, k - p);
            float[] left = a;
            int leftFrom = aFrom + row * aRow + p * aStep;
            if (packA) {
                left = buffer.left(ceilDiv(rows, ROWS) * apart(ROWS, depth));
                GemmPacking.packRows(ROWS, a, leftFrom, aRow, aStep, rows, steps, left, apart(ROWS, steps));
            } else if (copyA) {
                left = buffer.left(rows * PackedTiles.LINE);
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(a, leftFrom + i * aRow, left, i * PackedTiles.LINE, steps);
                }
                leftFrom = 0;
            }
            int heldFrom = 0;
            for (int j = column; j < columnEnd; j += WIDTH) {
                int columns = Math.min(WIDTH, columnEnd - j);
                int padded = GemmPacking.padded(columns);
                boolean direct = !transposed && columns == padded;
                float[] right = b;
                int rightFrom = bFrom + p * bStep + j * bColumn;
                int rightStep = bStep;
                if (packB || columns != padded) {
                    int place = grouped ? (j - column) / WIDTH % GROUP : 0;
                    if (place == 0) {
                        int group = grouped ? Math.min(GROUP * WIDTH, columnEnd - j) : columns;
                        GemmPacking.packPanels(b, rightFrom, bStep, bColumn, steps, group, panel, apart(WIDTH, steps));
                    }
                    right = panel;
                    rightFrom = place * apart(WIDTH, steps);
                    rightStep = padded;
                }
                float[] out = direct ? c : held;
                int outFrom = direct ? cFrom + row * cRow + j : heldFrom;
                int outRow = direct ? cRow : padded;
                column(
                        left,
                        leftFrom,
                        rows,
                        steps,
                        right,
                        rightFrom,
                        rightStep,
                        padded,
                        p == 0 ? buffer.zeros : out,
                        out,
                        outFrom,
                        outRow);
                heldFrom += direct ? 0 : rows * padded;
            }
        }
        if (buffered) {
            copyOut(held, row, rows, column, columnEnd);
        }
    }

    /// One panel of C, all rows of the block, over one block of steps.
    private void column(
            float[] left,
            int leftFrom,
            int rows,
            int steps,
            float[] right,
            int rightFrom,
            int rightStep,
            int padded,
            float[] start,
            float[] out,
            int outFrom,
            int outRow) {
        boolean first = start != out;
        int leftRow = packA ? 1 : copyA ? PackedTiles.LINE : aRow;
        int leftStep = packA ? ROWS : aStep;
        boolean packed = packB && padded == WIDTH && (packA || copyA);
        int i = 0;
        while (i < rows) {
            int height = Tiles.fitting(rows - i);
            int from = packA ? i / ROWS * apart(ROWS, steps) + i % ROWS : leftFrom + i * leftRow;
            int to = outFrom + i * outRow;
            int startFrom = first ? 0 : to;
            int startRow = first ? 0 : outRow;
            i += height;
            if (packed && PackedTiles.has(height, packA)) {
                PackedTiles.run(
                        height, packA, steps, left, from, right, rightFrom, start, startFrom, startRow, out, to,
                        outRow);
                continue;
            }
            Tiles.run(
                    height,
                    padded == WIDTH,
                    1,
                    0,
                    0,
                    steps,
                    left,
                    from,
                    leftRow,
                    leftStep,
                    right,
                    rightFrom,
                    rightStep,
                    start,
                    startFrom,
                    startRow,
                    out,
                    to,
                    outRow);
        }
    }

    private void copyOut(float[] held, int row, int rows, int column, int columnEnd) {
        int heldFrom = 0;
        for (int j = column; j < columnEnd; j += WIDTH) {
            int columns = Math.min(WIDTH, columnEnd - j);
            int padded = GemmPacking.padded(columns);
            if (transposed) {
                Transposition.copy(held, heldFrom, padded, rows, columns, c, cFrom + j * cRow + row, cRow);
            } else if (columns != padded) {
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(held, heldFrom + i * padded, c, cFrom + (row + i) * cRow + j, columns);
                }
            } else {
                continue;
            }
            heldFrom += rows * padded;
        }
    }

    /// Elements from one packed group to the next: a vector more than it holds, since groups a power
    /// of two apart would fall into the same sets of a cache.
    private static int apart(int width, int steps) {
        return steps * width + LANES;
    }

    private static int ceilDiv(int x, int y) {
        return (x + y - 1) / y;
    }
}
