package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GemmTest {
    /// One product with its operands, laid out with gaps between rows.
    private record Product(
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
            int cFrom,
            int cRow) {

        static Product random(Random random, int m, int n, int k, boolean transposedA, boolean transposedB, int gap) {
            int aStride = (transposedA ? m : k) + gap;
            int bStride = (transposedB ? k : n) + gap;
            int aFrom = random.nextInt(4);
            int bFrom = random.nextInt(4);
            float[] a = Samples.normal(random, aFrom + (transposedA ? k : m) * aStride);
            float[] b = Samples.normal(random, bFrom + (transposedB ? n : k) * bStride);
            return new Product(
                    m,
                    n,
                    k,
                    a,
                    aFrom,
                    transposedA ? 1 : aStride,
                    transposedA ? aStride : 1,
                    b,
                    bFrom,
                    transposedB ? 1 : bStride,
                    transposedB ? bStride : 1,
                    random.nextInt(4),
                    n + random.nextInt(3));
        }

        float[] out() {
            float[] c = new float[cFrom + m * cRow + 1];
            Arrays.fill(c, 7f);
            return c;
        }

        float[] with(Gemm gemm) {
            float[] c = out();
            gemm.multiply(m, n, k, a, aFrom, aRow, aColumn, b, bFrom, bRow, bColumn, c, cFrom, cRow);
            return c;
        }

        float[] with(ScalarGemm gemm) {
            float[] c = out();
            gemm.multiply(m, n, k, a, aFrom, aRow, aColumn, b, bFrom, bRow, bColumn, c, cFrom, cRow);
            return c;
        }

        float[] byDefinition() {
            float[] c = out();
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    float sum = 0f;
                    for (int p = 0; p < k; p++) {
                        sum = Math.fma(a[aFrom + i * aRow + p * aColumn], b[bFrom + p * bRow + j * bColumn], sum);
                    }
                    c[cFrom + i * cRow + j] = sum;
                }
            }
            return c;
        }

        @Override
        public String toString() {
            return "%d x %d x %d, A %d %d, B %d %d".formatted(m, n, k, aRow, aColumn, bRow, bColumn);
        }
    }

    @Test
    void everySmallShapeAndLayoutEqualsTheDefinitionBitForBit() {
        int[] sizes = {0, 1, 2, 7, 12, 15, 16, 17, 31, 33, 100};
        Random random = new Random(1);
        try (Workers workers = new Workers(2)) {
            Gemm gemm = new Gemm(workers);
            ScalarGemm scalar = new ScalarGemm(workers);
            for (int m : sizes) {
                for (int n : sizes) {
                    for (int k : new int[] {0, 1, 16, 33}) {
                        int layout = random.nextInt(4);
                        Product product =
                                Product.random(random, m, n, k, layout % 2 == 1, layout >= 2, random.nextInt(3));
                        float[] expected = product.byDefinition();
                        assertArrayEquals(expected, product.with(gemm), product::toString);
                        assertArrayEquals(expected, product.with(scalar), product::toString);
                    }
                }
            }
        }
    }

    @Test
    void bigProductsThatArePackedAndBlockedEqualTheDefinitionForAnyNumberOfThreads() {
        Random random = new Random(2);
        int[][] shapes = {
            {130, 200, 700},
            {530, 65, 257},
            {70, 600, 300},
            {32, 128, 784},
            {784, 128, 32},
            {400, 130, 300},
            {40, 530, 90},
            {150, 10, 300},
            {200, 3, 70},
            {140, 600, 10}
        };
        for (int[] shape : shapes) {
            for (int layout = 0; layout < 4; layout++) {
                for (int gap : new int[] {0, 1200}) {
                    Product product =
                            Product.random(random, shape[0], shape[1], shape[2], layout % 2 == 1, layout >= 2, gap);
                    float[] expected = product.byDefinition();
                    for (int threads = 1; threads <= 4; threads++) {
                        try (Workers workers = new Workers(threads)) {
                            assertArrayEquals(expected, product.with(new Gemm(workers)), product::toString);
                            assertArrayEquals(expected, product.with(new ScalarGemm(workers)), product::toString);
                        }
                    }
                }
            }
        }
    }

    @Test
    void theProductIsCloseToTheSumInDouble() {
        Product product = Product.random(new Random(3), 40, 50, 300, false, true, 0);
        try (Workers workers = new Workers(1)) {
            float[] c = product.with(new Gemm(workers));
            for (int i = 0; i < product.m; i++) {
                for (int j = 0; j < product.n; j++) {
                    double sum = 0;
                    double magnitude = 0;
                    for (int p = 0; p < product.k; p++) {
                        double term = (double) product.a[product.aFrom + i * product.aRow + p * product.aColumn]
                                * product.b[product.bFrom + p * product.bRow + j * product.bColumn];
                        sum += term;
                        magnitude += Math.abs(term);
                    }
                    // The bound for sequential summation: k roundings, each at most 2^-24 of the magnitude.
                    assertEquals(sum, c[product.cFrom + i * product.cRow + j], product.k * 0x1p-24 * magnitude);
                }
            }
        }
    }

    @Test
    void aNotANumberReachesOnlyItsRow() {
        try (Workers workers = new Workers(1)) {
            Gemm gemm = new Gemm(workers);
            float[] a = new float[20 * 5];
            float[] b = new float[5 * 20];
            float[] c = new float[20 * 20];
            a[3 * 5 + 2] = Float.NaN;
            gemm.multiply(20, 20, 5, a, 0, 5, 1, b, 0, 20, 1, c, 0, 20);
            for (int i = 0; i < 20; i++) {
                for (int j = 0; j < 20; j++) {
                    assertEquals(i == 3, Float.isNaN(c[i * 20 + j]));
                }
            }
        }
    }

    @Test
    void aWarmProductAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(4);
        float[] a = Samples.normal(random, 64 * 130);
        float[] b = Samples.normal(random, 130 * 130);
        float[] c = new float[64 * 130];
        try (Workers workers = new Workers(2)) {
            Gemm gemm = new Gemm(workers);
            // Vectors live on the heap until the compiler has seen enough calls, which takes an unknown time.
            long least = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 200 && least > 64; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int call = 0; call < 100; call++) {
                    gemm.multiply(64, 130, 130, a, 0, 130, 1, b, 0, 130, 1, c, 0, 130);
                    gemm.multiply(64, 130, 64, a, 0, 1, 64, b, 0, 1, 64, c, 0, 130);
                }
                least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 200);
            }
            assertTrue(least < 64, least + " bytes");
        }
    }
}
