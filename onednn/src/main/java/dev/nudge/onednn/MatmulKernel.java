package dev.nudge.onednn;

import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.tensor.backend.BlockKernel;

/// Matrix products, each cut into blocks of the result, one call of the library for each. Operands are
/// floats, or the bits of bfloat16 as shorts.
/*
 * The order in which the library adds may depend on the extents of a call, so blocks depend on the product alone. Each
 * call packs its operands anew: a block of 256 x 512 costs some percent against one call for all, smaller ones more. Two
 * blocks of a large product at least, or there would be nothing for a second thread; calls of some milliseconds at most, since the garbage
 * collector waits for them, unless there are very many terms.
 *
 * Where A lies transposed, as in the gradient of a weight, few terms are added and wide blocks are faster. GFLOP/s of one
 * thread, operands out of the caches, medians of four: 2048 x 2048 x 256 in blocks of 512 x 512 180, of 256 x 2048 193;
 * 784 x 2048 x 256 in 400 x 256 177, in 400 x 512 184; 1024 x 1024 x 256 in 512 x 256 164, in 256 x 1024 184;
 * 128 x 128 x 768 in 128 x 64 172, in 64 x 128 198.
 */
final class MatmulKernel implements BlockKernel {
    private static final int AREA = 1 << 17;
    private static final int MOST = 16;
    /// Rows of a weight's gradient that are cut before columns are.
    private static final int TALL = 512;
    /// Vectors of the widest instruction set begin at a multiple of this many columns.
    private static final int LANES = 16;

    private final Library library;
    private final Pool pool;
    private final Product product;
    private final int rows;
    private final int columns;
    private final int across;
    private final int blocks;

    MatmulKernel(Product product, Library library, Pool pool) {
        this.product = product;
        this.library = library;
        this.pool = pool;
        boolean tall = product.transposeA();
        int area = tall ? 2 * AREA : AREA;
        int wanted = product.each() < Product.LEAST
                ? 1
                : Math.clamp((long) product.m() * product.n() / area, 2, tall ? MOST / 2 : MOST);
        int down = 1;
        int over = 1;
        while (down * over < wanted) {
            int height = product.m() / down;
            int width = product.n() / over;
            if (tall ? height >= Math.min(width, TALL) : height > width) {
                down *= 2;
            } else {
                over *= 2;
            }
        }
        rows = part(product.m(), down);
        columns = part(product.n(), over);
        across = Math.ceilDiv(product.n(), columns);
        blocks = Math.ceilDiv(product.m(), rows) * across;
    }

    private static int part(int extent, int parts) {
        return Math.ceilDiv(Math.ceilDiv(extent, parts), LANES) * LANES;
    }

    @Override
    public void run(Object[] inputs, Object[] outputs, Blocks done) {
        Object a = inputs[0];
        Object b = inputs[1];
        float[] c = (float[]) outputs[0];
        pool.run(product.batches() * blocks, task -> block(task / blocks, task % blocks, a, b, c, done));
    }

    @Override
    public boolean hasBlocks() {
        return across == 1; // then their rows lie side by side
    }

    @Override
    public String supplier() {
        return OneDnn.NAME;
    }

    private void block(int batch, int block, Object a, Object b, float[] c, Blocks done) {
        int m = product.m();
        int n = product.n();
        int k = product.k();
        int row = block / across * rows;
        int column = block % across * columns;
        int height = Math.min(rows, m - row);
        int to = (batch * m + row) * n + column;
        library.multiply(
                product.transposeA(),
                product.transposeB(),
                height,
                Math.min(columns, n - column),
                k,
                a,
                batch * m * k + (product.transposeA() ? row : row * k),
                product.transposeA() ? m : k,
                b,
                batch * k * n + (product.transposeB() ? column * k : column),
                product.transposeB() ? k : n,
                c,
                to,
                n);
        if (hasBlocks()) {
            done.done(to, height * n);
        }
    }
}
