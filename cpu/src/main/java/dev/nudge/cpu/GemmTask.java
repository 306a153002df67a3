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
    /// Distance at which each step lies in a page of its own.
    private static final int FAR = 1024;
    /// Elements of packed panels that stay near enough for each group of rows to go over all of them.
    private static final int NEAR = 24 * 1024;

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
        packA = aStep != 1 && (readOften || (aStep >= FAR && n > 2 * WIDTH));
        copyA = aStep == 1 && readOften;
        boolean far = bStep >= FAR;
        packB = bColumn != 1 || m > 3 * ROWS || (far && (transposed || m > 2 * ROWS));
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
        int panels = panelsAtOnce(columnEnd - column);
        boolean rowsFirst = panels >= GROUP && panels * WIDTH * depth <= NEAR;
        boolean buffered = transposed || (columnEnd - column) % LANES != 0;
        int lines = transposed && packA && rows < ROWS ? Tiles.around(rows) : rows; // the tile may reach over the end
        float[] held =
                buffered ? buffer.held(lines * (transposed ? GemmPacking.padded(columnEnd - column) : WIDTH)) : NONE;
        float[] panel = buffer.panel(apart(WIDTH, depth) * panels);
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
            int ahead = WIDTH * panels;
            for (int j = column; j < columnEnd; j += ahead) {
                int end = Math.min(columnEnd, j + ahead);
                boolean packed = packB || (end - j) % LANES != 0;
                if (packed) {
                    packPanels(p, steps, j, end, panel);
                }
                int height = rowsFirst ? ROWS : lines;
                for (int i = 0; i < lines; i += height) {
                    for (int q = j; q < end; q += WIDTH) {
                        int padded = GemmPacking.padded(Math.min(WIDTH, end - q));
                        boolean direct = !transposed && q + padded <= end;
                        float[] out = direct ? c : held;
                        tiles(
                                i,
                                Math.min(lines, i + height),
                                left,
                                leftFrom,
                                steps,
                                packed ? panel : b,
                                packed ? (q - j) / WIDTH * apart(WIDTH, steps) : bFrom + p * bStep + q * bColumn,
                                packed ? padded : bStep,
                                padded,
                                p == 0 ? buffer.zeros : out,
                                out,
                                direct ? cFrom + row * cRow + q : transposed ? lines * (q - column) : 0,
                                direct ? cRow : padded);
                    }
                }
            }
        }
        if (buffered) {
            copyOut(held, row, rows, lines, column, columnEnd);
        }
    }

    /// Panels of a block `columns` wide that are packed before the first of them is used.
    private int panelsAtOnce(int columns) {
        int panels = ceilDiv(columns, WIDTH);
        if (!packB) {
            return 1;
        }
        return panels * WIDTH * depth <= NEAR ? panels : bColumn == 1 ? Math.min(panels, GROUP) : 1;
    }

    /// Packs the columns `from` to `end` of B.
    private void packPanels(int p, int steps, int from, int end, float[] panel) {
        int apart = apart(WIDTH, steps);
        int start = bFrom + p * bStep;
        if (bColumn == 1) {
            GemmPacking.packPanels(b, start + from, bStep, 1, steps, end - from, panel, 0, apart);
            return;
        }
        for (int j = from; j < end; j += WIDTH) {
            int columns = Math.min(WIDTH, end - j);
            GemmPacking.packPanels(
                    b, start + j * bColumn, bStep, bColumn, steps, columns, panel, (j - from) / WIDTH * apart, apart);
        }
    }

    /// The rows `i` to `rows` of one panel of C over one block of steps.
    private void tiles(
            int i,
            int rows,
            float[] left,
            int leftFrom,
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

    /// Copies what is held to C: a transposed block, else the last columns, which do not fill whole vectors.
    private void copyOut(float[] held, int row, int rows, int lines, int column, int columnEnd) {
        if (transposed) {
            for (int j = column; j < columnEnd; j += WIDTH) {
                int columns = Math.min(WIDTH, columnEnd - j);
                int padded = GemmPacking.padded(columns);
                Transposition.copy(held, lines * (j - column), padded, rows, columns, c, cFrom + j * cRow + row, cRow);
            }
            return;
        }
        int columns = (columnEnd - column) % WIDTH;
        int padded = GemmPacking.padded(columns);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(held, i * padded, c, cFrom + (row + i) * cRow + columnEnd - columns, columns);
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
