package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.Bfloat16;
import dev.nudge.cpu.CpuBackend;
import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class Bfloat16KernelTest {
    private static final Pool ALONE = (tasks, task) -> {
        for (int i = 0; i < tasks; i++) {
            task.accept(i);
        }
    };

    private static Bfloat16Kernel kernel(Product product, Pool pool) {
        return new Bfloat16Kernel(
                product, Installed.ofBfloat16(), pool, ThreadLocal.withInitial(Bfloat16Kernel.Operands::new));
    }

    private static float[] random(int key, int length) {
        return Tensor.normal(RandomKey.of(key), length).toFloats();
    }

    private static float[] multiply(Kernel kernel, Product product, float[] a, float[] b) {
        float[] c = new float[product.batches() * product.m() * product.n()];
        Arrays.fill(c, Float.NaN); // what was there does not matter
        kernel.run(new Object[] {a, b}, new Object[] {c});
        return c;
    }

    private static float rounded(float value) {
        return Float.intBitsToFloat(Bfloat16.of(value) << 16);
    }

    /// Compares with sums of the rounded factors in double precision, where their products are exact.
    /// The processor adds k terms one by one or in pairs, each time with one rounding; the bound is
    /// that of any order (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section
    /// 3.5).
    private static void check(Product product, float[] a, float[] b, float[] c) {
        int m = product.m();
        int n = product.n();
        int k = product.k();
        double bound = k * 0x1p-24 / (1 - k * 0x1p-24);
        for (int batch = 0; batch < product.batches(); batch++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    double magnitudes = 0;
                    for (int p = 0; p < k; p++) {
                        double left = rounded(a[batch * m * k + (product.transposeA() ? p * m + i : i * k + p)]);
                        double right = rounded(b[batch * k * n + (product.transposeB() ? j * k + p : p * n + j)]);
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

    @Test
    void productsAreThoseOfTheRoundedOperands() {
        int[] extents = {1, 15, 32, 49, 130};
        int[] terms = {1, 2, 7, 64, 257, 500};
        for (int layout = 0; layout < 4; layout++) {
            for (int m : extents) {
                for (int n : extents) {
                    for (int k : terms) {
                        int batches = 1 + (m + n + k) % 2;
                        Product product = new Product(layout % 2 == 1, layout >= 2, batches, m, n, k);
                        float[] a = random(1, batches * m * k);
                        float[] b = random(2, batches * k * n);
                        check(product, a, b, multiply(kernel(product, ALONE), product, a, b));
                    }
                }
            }
        }
    }

    @Test
    void productsThatAreCutIntoBlocksAreThoseOfTheRoundedOperands() {
        for (int layout = 0; layout < 4; layout++) {
            Product product = new Product(layout % 2 == 1, layout >= 2, 1, 700, 390, 90);
            float[] a = random(1, 700 * 90);
            float[] b = random(2, 390 * 90);
            check(product, a, b, multiply(kernel(product, ALONE), product, a, b));
        }
    }

    @Test
    void whatIsNotFiniteStaysSo() {
        Product product = new Product(false, false, 1, 64, 64, 64);
        Kernel kernel = kernel(product, ALONE);
        float[] a = random(1, 64 * 64);
        float[] b = random(2, 64 * 64);
        Arrays.fill(b, 1);
        a[3 * 64 + 5] = Float.NaN;
        a[7 * 64 + 5] = Float.POSITIVE_INFINITY;
        a[9 * 64 + 5] = Float.MAX_VALUE; // rounds to infinity
        float[] c = multiply(kernel, product, a, b);
        for (int row = 0; row < 64; row++) {
            for (int column = 0; column < 64; column++) {
                float found = c[row * 64 + column];
                assertEquals(row == 3, Float.isNaN(found));
                assertEquals(row == 7 || row == 9, found == Float.POSITIVE_INFINITY);
            }
        }
    }

    @Test
    void theBitsDependNeitherOnThreadsNorOnWhoCalls() throws Exception {
        OneDnn provider = Installed.provider();
        for (Product product : List.of(
                new Product(false, false, 1, 768, 512, 128),
                new Product(true, false, 1, 512, 130, 768),
                new Product(false, true, 3, 256, 200, 300))) {
            float[] a = random(1, product.batches() * product.m() * product.k());
            float[] b = random(2, product.batches() * product.k() * product.n());
            float[] expected = multiply(kernel(product, ALONE), product, a, b);
            for (int threads = 1; threads <= 3; threads++) {
                Kernel kernel = ofBackend(
                        CpuBackend.of(threads).withProviders(List.of(provider)).withBfloat16(), product);
                for (int i = 0; i < 4; i++) {
                    assertArrayEquals(expected, multiply(kernel, product, a.clone(), b.clone()), product.toString());
                }
                try (var executor = Executors.newFixedThreadPool(3)) {
                    List<Callable<float[]>> callers = new ArrayList<>();
                    for (int i = 0; i < 9; i++) {
                        callers.add(() -> multiply(kernel, product, a, b));
                    }
                    for (Future<float[]> found : executor.invokeAll(callers)) {
                        assertArrayEquals(expected, found.get(), product.toString());
                    }
                }
            }
        }
    }

    private static Kernel ofBackend(CpuBackend backend, Product product) {
        Kernel kernel = MatmulKernelTest.kernel(backend, product);
        assertTrue(backend.name().endsWith("oneDNN 3.11.0 bf16"), backend.name());
        return kernel;
    }

    @Test
    void anOperandThatWasRoundedForAnotherProductIsTakenFromThere() {
        Product forwards = new Product(false, false, 1, 64, 128, 96);
        Product backwards = new Product(false, true, 1, 64, 96, 128);
        float[] weight = random(1, 96 * 128);
        float[] batch = random(2, 64 * 96);
        float[] gradient = random(3, 64 * 128);
        float[] expected = multiply(kernel(backwards, ALONE), backwards, gradient, weight);
        Bfloat16Kernel first = kernel(forwards, ALONE);
        Bfloat16Kernel second = kernel(backwards, ALONE);
        second.reuse(1, first, 1);
        float[] result = multiply(kernel(forwards, ALONE), forwards, batch, weight);
        assertArrayEquals(result, multiply(first, forwards, batch, weight));
        float[] unread = new float[weight.length];
        assertArrayEquals(expected, multiply(second, backwards, gradient, unread));
        multiply(first, forwards, batch, unread); // as after an update
        assertArrayEquals(new float[64 * 96], multiply(second, backwards, gradient, weight));
    }

    @Test
    void convolutionsOverSinglePixelsAreProducts() {
        Window one = Window.of(1);
        Type x = Type.of(DType.F32, Shape.of(4, 16, 16, 64));
        Type y = Type.of(DType.F32, Shape.of(4, 16, 16, 96));
        Type w = Type.of(DType.F32, Shape.of(1, 1, 64, 96));
        checkConvolution(new Sliding.Convolve(one, one, 1), x, w, y, new Product(false, false, 1, 1024, 96, 64));
        checkConvolution(
                new Sliding.ConvolveTransposed(one, one, 1, 16, 16),
                y,
                w,
                x,
                new Product(false, true, 1, 1024, 64, 96));
        checkConvolution(new Sliding.ConvolveWeight(one, one, 1), x, y, w, new Product(true, false, 1, 64, 96, 1024));
    }

    private static void checkConvolution(Sliding op, Type first, Type second, Type output, Product product) {
        Installed.ofBfloat16();
        CpuBackend backend =
                CpuBackend.of(2).withProviders(List.of(Installed.provider())).withBfloat16();
        Kernel kernel = backend.kernel(op, List.of(first, second), output).orElseThrow();
        assertEquals("oneDNN 3.11.0 bf16", kernel.supplier());
        float[] a = random(1, first.shape().elements());
        float[] b = random(2, second.shape().elements());
        check(product, a, b, multiply(kernel, product, a, b));
    }

    @Test
    void flatProductsAreNotRounded() {
        CpuBackend backend =
                CpuBackend.of(1).withProviders(List.of(Installed.provider())).withBfloat16();
        Installed.ofBfloat16();
        MatmulKernelTest.kernel(backend, new Product(false, false, 1, 2048, 500, 10));
        assertFalse(backend.name().contains("oneDNN"), backend.name());
        MatmulKernelTest.kernel(backend, new Product(false, false, 1, 16, 1000, 1000));
        assertTrue(backend.name().endsWith(", oneDNN 3.11.0"), backend.name());
    }

    @Test
    void whatIsNotWishedIsNotRounded() {
        Product product = new Product(false, false, 1, 256, 256, 256);
        CpuBackend backend = CpuBackend.of(1).withProviders(List.of(Installed.provider()));
        Installed.ofBfloat16();
        float[] a = random(1, 256 * 256);
        float[] b = random(2, 256 * 256);
        float[] floats = multiply(MatmulKernelTest.kernel(backend, product), product, a, b);
        float[] halves = multiply(MatmulKernelTest.kernel(backend.withBfloat16(), product), product, a, b);
        assertNotEquals(floats[0], halves[0]);
        assertFalse(backend.name().contains("bf16"), backend.name());
    }

    @Test
    void instructionSetsWithProductsOfBfloat16() {
        // dnnl_cpu_isa_t: AVX2, AVX-512, the same with VNNI; then with BF16, FP16, AMX, AVX10.2
        for (int without : new int[] {0x7, 0x1f, 0x27, 0x67}) {
            assertFalse(Library.multipliesBfloat16(without));
        }
        for (int with : new int[] {0xe7, 0x1ef, 0xfef, 0x201ff, 0x22fff}) {
            assertTrue(Library.multipliesBfloat16(with), Integer.toHexString(with));
        }
    }
}
