package dev.nudge.cpu;

import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;

/// Matrix products as kernels: one product per element of the leading axes.
final class MatmulKernels {
    /// A product of strided matrices; [Gemm] and [ScalarGemm] give the same bits.
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
                int cRow);
    }

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
        Batch body = (arrays, results, batch) -> product.multiply(
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
                n);
        long each = (long) m * n * k;
        if (each * batches < Gemm.PARALLEL || each >= Gemm.PARALLEL) { // a large product shares itself out
            return (arrays, results) -> {
                for (int batch = 0; batch < batches; batch++) {
                    body.run(arrays, results, batch);
                }
            };
        }
        return (arrays, results) -> workers.run(batches, batch -> body.run(arrays, results, batch));
    }

    /// One product of many.
    @FunctionalInterface
    private interface Batch {
        void run(Object[] arrays, Object[] results, int batch);
    }

    Product product() {
        return product;
    }
}
