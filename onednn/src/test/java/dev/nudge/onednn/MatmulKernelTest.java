package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MatmulKernelTest {
    /// The kernel that a backend has for a product.
    static Kernel kernel(CpuBackend backend, Product product) {
        Type left = type(product.transposeA(), product.batches(), product.m(), product.k());
        Type right = type(product.transposeB(), product.batches(), product.k(), product.n());
        return backend.kernel(
                        new Matmul(product.transposeA(), product.transposeB()),
                        List.of(left, right),
                        type(false, product.batches(), product.m(), product.n()))
                .orElseThrow();
    }

    private static Type type(boolean transposed, int batches, int rows, int columns) {
        return Type.of(DType.F32, transposed ? Shape.of(batches, columns, rows) : Shape.of(batches, rows, columns));
    }

    private static CpuBackend backend(int threads) {
        return CpuBackend.of(threads).withProviders(List.of(Installed.ofEveryShape()));
    }

    @Test
    void everyShapeAndLayoutIsRightUpToRounding() {
        CpuBackend backend = backend(2);
        int[] extents = {1, 15, 16, 49, 130};
        int[] terms = {1, 7, 64, 257, 500};
        for (int layout = 0; layout < 4; layout++) {
            for (int batches = 1; batches <= 3; batches += 2) {
                for (int m : extents) {
                    for (int n : extents) {
                        for (int k : terms) {
                            ProductSample sample = ProductSample.of(layout % 2 == 1, layout >= 2, batches, m, n, k);
                            sample.check(sample.with(sample.kernel(backend)));
                        }
                    }
                }
            }
        }
    }

    @Test
    void productsThatAreCutIntoBlocksAreRightUpToRounding() {
        CpuBackend backend = backend(2);
        for (int layout = 0; layout < 4; layout++) {
            boolean transposeA = layout % 2 == 1;
            boolean transposeB = layout >= 2;
            for (ProductSample sample : List.of(
                    ProductSample.of(transposeA, transposeB, 1, 700, 390, 33),
                    ProductSample.of(transposeA, transposeB, 1, 65, 3001, 50),
                    ProductSample.of(transposeA, transposeB, 1, 2500, 17, 190),
                    ProductSample.of(transposeA, transposeB, 2, 200, 210, 220))) {
                sample.check(sample.with(sample.kernel(backend)));
            }
        }
    }

    @Test
    void theBitsDependNeitherOnThreadsNorOnWhereTheArraysLie() {
        for (ProductSample sample : List.of(
                ProductSample.of(false, false, 1, 768, 512, 128),
                ProductSample.of(false, true, 1, 200, 2048, 700),
                ProductSample.of(true, false, 1, 512, 130, 768),
                ProductSample.of(true, true, 3, 256, 200, 300))) {
            float[] expected = sample.with(sample.kernel(backend(1)));
            List<Object> moved = new ArrayList<>();
            for (int threads = 1; threads <= 4; threads++) {
                Kernel kernel = sample.kernel(backend(threads));
                for (int i = 0; i < 4; i++) {
                    moved.add(new byte[8 * (i + 1)]); // shifts the next arrays against the lines of the cache
                    ProductSample copy = new ProductSample(
                            sample.product(), sample.a().clone(), sample.b().clone());
                    assertArrayEquals(
                            expected, copy.with(kernel), () -> sample.product().toString());
                }
            }
            assertEquals(16, moved.size());
        }
    }

    @Test
    void theLibraryUsesTheCallingThreadOnly() throws Exception {
        Library library = Installed.library();
        try (var executor =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Callable<Integer>> questions = List.of(library::threads, library::threads);
            for (Future<Integer> answer : executor.invokeAll(questions)) {
                assertEquals(1, answer.get());
            }
        }
    }

    @Test
    void manyCallersAtOnceGetTheBitsOfOne() throws Exception {
        ProductSample sample = ProductSample.of(false, false, 1, 300, 300, 300);
        Kernel kernel = sample.kernel(backend(2));
        float[] expected = sample.with(kernel);
        try (var executor = Executors.newFixedThreadPool(4)) {
            List<Callable<float[]>> callers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                callers.add(() -> sample.with(kernel));
            }
            for (Future<float[]> found : executor.invokeAll(callers)) {
                assertArrayEquals(expected, found.get());
            }
        }
    }
}
