package dev.nudge.onednn;

import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import java.util.List;

/// What is multiplied: `batches` products of an `m x k` with a `k x n` matrix, either of which may lie transposed.
record Product(boolean transposeA, boolean transposeB, int batches, int m, int n, int k) {
    /// Multiplications below which the library is not asked: loading it takes a quarter of a second, which a network of
    /// small products never gains back.
    static final long LEAST = 4_000_000;
    /// Multiplications of one product of a batch, and extents, below which Java's kernels are as fast.
    private static final int LEAST_EACH = 64 * 64 * 64;

    private static final int LEAST_EXTENT = 16;
    /// Each element of an operand is multiplied with as many of the other; with fewer, rounding it
    /// takes longer than is gained.
    private static final int LEAST_ROUNDED_EXTENT = 32;

    /// How many elements of B there must be at least for a row of A and one of C.
    private static final long LEAST_TURNED = 512;

    static Product of(Matmul op, List<Type> inputs, Type output) {
        Shape a = inputs.getFirst().shape();
        Shape out = output.shape();
        return new Product(
                op.transposeLeft(),
                op.transposeRight(),
                out.product(0, out.rank() - 2),
                out.extent(-2),
                out.extent(-1),
                a.extent(op.transposeLeft() ? -2 : -1));
    }

    /// Multiplications of one product of the batch.
    long each() {
        return (long) m * n * k;
    }

    /// Whether the library is asked.
    /*
     * GFLOP/s of one thread, Java and oneDNN, operands in the caches (dev.nudge.onednn.MatmulTiming, AMD Zen 5, in
     * turns): 32 x 32 x 32 130 and 105; 64 x 64 x 32, left transposed 169 and 161; 64 x 64 x 64 181 and 190; 256 x 2048
     * x 10 94 and 66; 2048 x 10 x 256, left transposed 73 and 58; 768 x 384 x 128 204 and 229; 64 x 512 x 3136 155 and
     * 210; 256 x 2048 x 2048 187 and 203.
     */
    boolean isWorthwhile() {
        return each() * batches >= LEAST && each() >= LEAST_EACH && leastExtent() >= LEAST_EXTENT;
    }

    /// Whether the library is asked to multiply bfloat16, where that is wished.
    /*
     * GFLOP/s as above, of floats and of operands that are rounded first (the time for that included): 16 x 1024 x 1024
     * 190 and 165; 1024 x 1024 x 16, left transposed 169 and 150; 4096 x 16 x 256 188 and 158; 32 x 1024 x 1024 194 and
     * 242; 4096 x 32 x 256 232 and 266; 768 x 384 x 128 220 and 403; 64 x 512 x 3136 212 and 278; 256 x 2048 x 2048 185
     * and 323.
     */
    boolean isWorthRounding() {
        return isWorthwhile() && leastExtent() >= LEAST_ROUNDED_EXTENT;
    }

    /// Whether it is computed as the transposed product of the transposed operands
    /// ([TransposedKernel]): B is the larger operand, and each row of A and C is multiplied with
    /// enough of it to pay for being turned round.
    boolean isBetterTransposed() {
        return !transposeA && transposeB && batches == 1 && m <= n && (long) n * k >= LEAST_TURNED * ((long) n + k);
    }

    private int leastExtent() {
        return Math.min(Math.min(m, n), k);
    }
}
