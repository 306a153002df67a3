package dev.nudge.cpu;

/// Matrix product of f32 arrays with the Vector API: `C = A B`, shapes `[m, k] x [k, n] -> [m, n]`.
///
/// Element (i, j) of A is `a[aFrom + i * aRow + j * aColumn]`, likewise B, so a transposed operand is a matter of
/// strides; C is row-major. Bitwise definition, which [ScalarGemm] spells out:
/// `c = 0; for p in 0..k-1: c = fma(a[i][p], b[p][j], c)`.
/*
 * Order of fma. One accumulator per element of C, p ascending. Lanes and threads share out elements of C and never p,
 * and a block of steps of p continues the accumulators that the last one left in C. Hence the result depends neither on
 * the width of the vectors, nor on the number of threads, nor on any choice below.
 *
 * Register tile. With 32 vector registers (AVX-512) 12 rows x 2 vectors = 24 accumulators, 2 vectors of B and one
 * broadcast of A: 24 fma for 14 loads, and with a latency of 4 cycles at 2 fma a cycle three times the 8 chains that
 * are needed. With 16 registers (AVX2) 6 rows x 2 vectors. C2 compiles these without spills.
 *
 * Blocks. p runs in blocks of at most DEPTH: a panel of B (DEPTH x 2 vectors, 32 KiB) stays in the first-level cache
 * while the rows of a task go over it. Rows of a task are limited so that A's block stays in the second-level cache.
 *
 * Packing. A block of A that many panels read is brought into a buffer first, and so are the panels of B: a copy reads
 * memory in long runs at full speed, where a tile that meets a cold operand waits for each line, and leaves a power of
 * two between rows (which fall into the same few cache sets) behind. Rows of A stay rows; a transposed A becomes groups
 * of a tile's rows; the tiles of packed operands know their distances ([PackedTiles]). Panels are padded with zeros. B
 * that three tiles or fewer go over stays where it lies (32 x 128 x 784: 152 GFLOP/s packed, 193 not), unless each of
 * its steps lies in a page of its own and is out of the caches.
 *
 * Rows or columns first. The rows of a task go over one panel after the other, but where all panels together stay in the
 * caches (few terms), the panels go over one group of rows after the other: C is written in long runs (256 x 2048 x 10
 * with two threads: 95 and 183).
 *
 * Transposed. Where B is the bigger of two operands and its lanes are not contiguous (the input gradient of a big layer),
 * or A is tall and transposed, the task computes the transposed product into a buffer and copies it out transposed: the
 * smaller operand is packed, the bigger one read in long runs. So it does where A is transposed and B has few columns (the
 * weight of the last layer of a classifier): its lanes would be half empty (2048 x 10 x 256: 78 and 115).
 */
final class Gemm {
    /// Below this many multiplications a hand-over to other threads costs more than it saves.
    static final long PARALLEL = 400_000;

    private final Workers workers;
    private final ThreadLocal<GemmBuffers> buffers = ThreadLocal.withInitial(GemmBuffers::new);
    private final ThreadLocal<GemmTask> products = ThreadLocal.withInitial(() -> new GemmTask(buffers));

    Gemm(Workers workers) {
        this.workers = workers;
    }

    /// Sets C to the product; C must not overlap A or B.
    void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int aFrom,
            int aRow,
            int aColumn,
            float[] b,
            int bFrom,
            int bRow,
            int bColumn,
            float[] c,
            int cFrom,
            int cRow) {
        if (m == 0 || n == 0) {
            return;
        }
        GemmTask task = products.get();
        int threads = (long) m * n * k < PARALLEL ? 1 : workers.threads();
        if (transposedIsCheaper(m, n, k, aRow, bColumn)) {
            task.prepare(n, m, k, b, bFrom, bColumn, bRow, a, aFrom, aColumn, aRow, c, cFrom, cRow, true, threads);
        } else {
            task.prepare(m, n, k, a, aFrom, aRow, aColumn, b, bFrom, bRow, bColumn, c, cFrom, cRow, false, threads);
        }
        if (threads == 1) {
            task.runAll();
        } else {
            workers.run(task.tasks(), task);
        }
        task.release();
    }

    /// Packing costs about a cycle per element, and so does copying out a transposed C.
    private static boolean transposedIsCheaper(int m, int n, int k, int aRow, int bColumn) {
        if (bColumn == 1 && n <= Tiles.ROWS) {
            return aRow == 1 && m >= 4 * GemmPacking.WIDTH;
        }
        if (bColumn == 1) {
            return aRow == 1 && m >= 2 * n && n > 2 * GemmPacking.WIDTH && k >= GemmTask.DEPTH;
        }
        return (long) n * k > (long) m * k + (long) m * n;
    }
}
