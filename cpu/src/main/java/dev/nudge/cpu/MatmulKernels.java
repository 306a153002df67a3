package dev.nudge.cpu;

import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.BlockKernel.Blocks;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;

/// Matrix products as kernels: one product per element of the leading axes.
final class MatmulKernels {
    /// A product of strided matrices that tells of the blocks of C; [Gemm] and [ScalarGemm] give the same bits.
    @FunctionalInterface
    interface Product {
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
                int cRow,
                Blocks blocks);
    }

    /// Elements from which on a block is worth telling of: less than that is done before the call is.
    private static final int LEAST_BLOCK = 1024;

    private final Workers workers;
    private final Product product;

    MatmulKernels(Workers workers, boolean vector) {
        this.workers = workers;
        this.product = vector ? new Gemm(workers)::multiply : new ScalarGemm(workers)::multiply;
    }

    Kernel of(Matmul op, List<Type> inputs, Type output) {
        Shape a = inputs.getFirst().shape();
        Shape out = output.shape();
        int m = out.extent(-2);
        int n = out.extent(-1);
        int k = a.extent(op.transposeLeft() ? -2 : -1);
        int batches = out.product(0, out.rank() - 2);
        int aRow = op.transposeLeft() ? 1 : k;
        int aColumn = op.transposeLeft() ? m : 1;
        int bRow = op.transposeRight() ? 1 : n;
        int bColumn = op.transposeRight() ? k : 1;
        Batch body = (arrays, results, batch, blocks) -> product.multiply(
                m,
                n,
                k,
                (float[]) arrays[0],
                batch * m * k,
                aRow,
                aColumn,
                (float[]) arrays[1],
                batch * k * n,
                bRow,
                bColumn,
                (float[]) results[0],
                batch * m * n,
                n,
                blocks);
        long each = (long) m * n * k;
        if (each * batches < Gemm.PARALLEL) {
            return (BlockKernel) (arrays, results, blocks) -> {
                for (int batch = 0; batch < batches; batch++) {
                    body.run(arrays, results, batch, Blocks.UNHEARD);
                }
                blocks.done(0, 1, output.shape().elements(), output.shape().elements());
            };
        }
        if (each >= Gemm.PARALLEL) { // a large product shares itself out
            return (BlockKernel) (arrays, results, blocks) -> {
                for (int batch = 0; batch < batches; batch++) {
                    body.run(arrays, results, batch, blocks);
                }
            };
        }
        if (m * n < LEAST_BLOCK) {
            return (arrays, results) -> workers.run(batches, batch -> body.run(arrays, results, batch, Blocks.UNHEARD));
        }
        return (BlockKernel)
                (arrays, results, blocks) -> workers.run(batches, batch -> body.run(arrays, results, batch, blocks));
    }

    /// One product of many.
    @FunctionalInterface
    private interface Batch {
        void run(Object[] arrays, Object[] results, int batch, Blocks blocks);
    }

    Product product() {
        return product;
    }
}
