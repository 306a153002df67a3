package dev.nudge.onednn;

import dev.nudge.cpu.Bfloat16;
import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.tensor.backend.BlockKernel;

/// Matrix products whose operands are rounded to bfloat16 first; the products of such numbers are exact
/// as floats, and their sums are floats.
/*
 * Both operands are rounded in one go before the blocks are computed, since several blocks read the same rows. A matrix
 * that two products of a step read, as weights are forwards and backwards, is rounded twice: to keep it would need to
 * know when it changes, and rounding takes a tenth of the time of a product of 256 rows.
 */
final class Bfloat16Kernel implements BlockKernel {
    /// Elements that a task rounds.
    private static final int RANGE = 1 << 14;

    private final MatmulKernel blocks;
    private final Pool pool;
    private final ThreadLocal<Operands> operands;
    private final int left;
    private final int right;

    Bfloat16Kernel(Product product, Library library, Pool pool, ThreadLocal<Operands> operands) {
        this.blocks = new MatmulKernel(product, library, pool);
        this.pool = pool;
        this.operands = operands;
        this.left = product.batches() * product.m() * product.k();
        this.right = product.batches() * product.k() * product.n();
    }

    @Override
    public void run(Object[] inputs, Object[] outputs, Blocks done) {
        float[] a = (float[]) inputs[0];
        float[] b = (float[]) inputs[1];
        Operands rounded = operands.get();
        short[] roundedA = rounded.left(left);
        short[] roundedB = rounded.right(right);
        int ofLeft = Math.ceilDiv(left, RANGE);
        pool.run(ofLeft + Math.ceilDiv(right, RANGE), task -> {
            if (task < ofLeft) {
                round(a, roundedA, task, left);
            } else {
                round(b, roundedB, task - ofLeft, right);
            }
        });
        blocks.run(new Object[] {roundedA, roundedB}, outputs, done);
    }

    @Override
    public boolean hasBlocks() {
        return blocks.hasBlocks();
    }

    @Override
    public String supplier() {
        return Bfloat16Products.NAME;
    }

    private static void round(float[] from, short[] to, int range, int elements) {
        int first = range * RANGE;
        Bfloat16.round(from, to, first, first + Math.min(elements - first, RANGE));
    }

    /// Room for the operands of one product as bfloat16; it grows to the largest product and is then
    /// reused.
    static final class Operands {
        private short[] left = {};
        private short[] right = {};

        private short[] left(int elements) {
            if (left.length < elements) {
                left = new short[elements];
            }
            return left;
        }

        private short[] right(int elements) {
            if (right.length < elements) {
                right = new short[elements];
            }
            return right;
        }
    }
}
