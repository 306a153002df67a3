package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// A product with random operands.
record ProductSample(Product product, float[] a, float[] b) {
    /// Relative error of one rounding of a float, to nearest.
    private static final double ROUNDING = 0x1p-24;

    static ProductSample of(boolean transposeA, boolean transposeB, int batches, int m, int n, int k) {
        RandomKey key = RandomKey.of(5).at(m).at(n).at(k);
        return new ProductSample(
                new Product(transposeA, transposeB, batches, m, n, k),
                Tensor.normal(key.at(0), batches * m * k).toFloats(),
                Tensor.normal(key.at(1), batches * k * n).toFloats());
    }

    float[] with(Kernel kernel) {
        float[] c = new float[product.batches() * product.m() * product.n()];
        Arrays.fill(c, Float.NaN); // what was there does not matter
        kernel.run(new Object[] {a, b}, new Object[] {c});
        return c;
    }

    Kernel kernel(CpuBackend backend) {
        return MatmulKernelTest.kernel(backend, product);
    }

    /// Compares with sums in double precision. In whatever order k terms are added, the error is at most
    /// `k u / (1 - k u)` times the sum of their magnitudes, where u is half a unit of the last place (N. J.
    /// Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.5).
    void check(float[] c) {
        int m = product.m();
        int n = product.n();
        int k = product.k();
        double bound = k * ROUNDING / (1 - k * ROUNDING);
        for (int batch = 0; batch < product.batches(); batch++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    double magnitudes = 0;
                    for (int p = 0; p < k; p++) {
                        double left = a[batch * m * k + (product.transposeA() ? p * m + i : i * k + p)];
                        double right = b[batch * k * n + (product.transposeB() ? j * k + p : p * n + j)];
                        sum += left * right;
                        magnitudes += Math.abs(left * right);
                    }
                    float found = c[(batch * m + i) * n + j];
                    String where = product + ", element " + i + ", " + j + " of " + batch + ": expected " + sum
                            + ", found " + found;
                    assertTrue(Math.abs(found - sum) <= bound * magnitudes, where);
                }
            }
        }
    }
}
