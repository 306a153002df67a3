package dev.nudge.onednn;

import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.cpu.Transposition;
import dev.nudge.tensor.backend.Kernel;

/// Products `C = A Bᵀ` with a large B, computed as `Cᵀ = B Aᵀ`: the gradient of the input of a wide layer.
/*
 * The library packs B slowly along its columns; as the left operand it is read in long rows. Turning A and C round
 * costs half of what is gained with 256 rows, and all of it where B is narrow. GFLOP/s of one thread as the product is
 * and so: 256 x 2048 x 2048 157 and 182, 256 x 1024 x 1024 170 and 175, 32 x 1024 x 1024 85 and 135, 64 x 3136 x 512
 * 116 and 117.
 *
 * What is turned round begins at a line of the cache: the library loads vectors from it, which is 5 percent slower where
 * each lies in two lines, as those of an array of the heap usually do.
 */
final class TransposedKernel implements Kernel {
    /// Rows of B that one call takes, and elements of the result.
    private static final int ROWS = 128;

    private static final int AREA = 1 << 16;
    /// Rows of A that one task turns round: a line of the cache of each column.
    private static final int TURNED = 16;

    private final Product product;
    private final Library library;
    private final Pool pool;
    private final ThreadLocal<Room> rooms;
    private final int rows;

    TransposedKernel(Product product, Library library, Pool pool, ThreadLocal<Room> rooms) {
        this.product = product;
        this.library = library;
        this.pool = pool;
        this.rooms = rooms;
        this.rows = Math.clamp(AREA / product.m(), TURNED, ROWS);
    }

    @Override
    public void run(Object[] inputs, Object[] outputs) {
        int m = product.m();
        int k = product.k();
        float[] a = (float[]) inputs[0];
        float[] b = (float[]) inputs[1];
        float[] c = (float[]) outputs[0];
        float[] turned = rooms.get().operand(k * m + Library.SLACK);
        int start = library.unaligned(turned);
        pool.run(Math.ceilDiv(m, TURNED), task -> {
            int row = task * TURNED;
            Transposition.copy(a, row * k, k, Math.min(TURNED, m - row), k, turned, start + row, m);
        });
        pool.run(Math.ceilDiv(product.n(), rows), task -> block(task * rows, turned, start, b, c));
    }

    @Override
    public String supplier() {
        return OneDnn.NAME;
    }

    private void block(int row, float[] turned, int start, float[] b, float[] c) {
        int m = product.m();
        int n = product.n();
        int k = product.k();
        int height = Math.min(rows, n - row);
        float[] block = rooms.get().block(height * m + Library.SLACK);
        int first = library.unaligned(block);
        library.multiply(false, false, height, m, k, b, row * k, k, turned, start, m, block, first, m);
        Transposition.copy(block, first, m, height, m, c, row, n);
    }

    /// The arrays of one thread: the operand of a product that it runs, and the block of a task; they grow to the
    /// largest and are then reused.
    static final class Room {
        private float[] operand = {};
        private float[] block = {};

        private float[] operand(int elements) {
            operand = operand.length < elements ? new float[elements] : operand;
            return operand;
        }

        private float[] block(int elements) {
            block = block.length < elements ? new float[elements] : block;
            return block;
        }
    }
}
