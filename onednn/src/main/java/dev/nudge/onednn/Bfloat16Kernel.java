package dev.nudge.onednn;

import dev.nudge.cpu.Bfloat16;
import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.PreparingKernel;
import org.jspecify.annotations.Nullable;

/// Matrix products whose operands are rounded to bfloat16 first; the products of such numbers are exact
/// as floats, and their sums are floats.
/*
 * Both operands are rounded in one go before the blocks are computed, since several blocks read the same rows. An operand
 * that another product of the plan has rounded before, as a weight on the way back, is taken from there; else it is
 * rounded into room that all products of a thread share.
 */
final class Bfloat16Kernel implements BlockKernel, PreparingKernel {
    /// Elements that a task rounds.
    private static final int RANGE = 1 << 14;

    private final MatmulKernel blocks;
    private final Pool pool;
    private final ThreadLocal<Operands> operands;
    private final Operand left;
    private final Operand right;

    Bfloat16Kernel(Product product, Library library, Pool pool, ThreadLocal<Operands> operands) {
        this.blocks = new MatmulKernel(product, library, pool);
        this.pool = pool;
        this.operands = operands;
        this.left = new Operand(product.batches() * product.m() * product.k());
        this.right = new Operand(product.batches() * product.k() * product.n());
    }

    @Override
    public void run(Object[] inputs, Object[] outputs, Blocks done) {
        float[] a = (float[]) inputs[0];
        float[] b = (float[]) inputs[1];
        Operands rounded = operands.get();
        short[] roundedA = left.isShared() ? left.shared() : rounded.left(left.elements);
        short[] roundedB = right.isShared() ? right.shared() : rounded.right(right.elements);
        int ofLeft = left.tasks();
        pool.run(ofLeft + right.tasks(), task -> {
            if (task < ofLeft) {
                round(a, roundedA, task, left.elements);
            } else {
                round(b, roundedB, task - ofLeft, right.elements);
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

    @Override
    public void reuse(int input, PreparingKernel earlier, int earlierInput) {
        if (earlier instanceof Bfloat16Kernel other) {
            operand(input).take(other.operand(earlierInput));
        }
    }

    private Operand operand(int input) {
        return input == 0 ? left : right;
    }

    private static void round(float[] from, short[] to, int range, int elements) {
        int first = range * RANGE;
        Bfloat16.round(from, to, first, first + Math.min(elements - first, RANGE));
    }

    /// An operand, and whose rounding of it is used.
    private static final class Operand {
        private final int elements;
        private @Nullable Operand source; // that rounds for this one
        private boolean lends; // to others
        private short[] kept = {};

        private Operand(int elements) {
            this.elements = elements;
        }

        private void take(Operand earlier) {
            if (earlier.elements == elements) {
                source = earlier.source == null ? earlier : earlier.source;
                source.lends = true;
            }
        }

        private int tasks() {
            return source == null ? Math.ceilDiv(elements, RANGE) : 0;
        }

        private boolean isShared() {
            return lends || source != null;
        }

        /// Where it lies rounded; memory is taken by the first run.
        private short[] shared() {
            if (source != null) {
                return source.kept;
            }
            if (kept.length == 0) {
                kept = new short[elements];
            }
            return kept;
        }
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
