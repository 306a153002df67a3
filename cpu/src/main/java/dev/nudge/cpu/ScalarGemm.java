package dev.nudge.cpu;

import java.util.Arrays;

/// The definition of [Gemm] in plain Java: the same bits without the Vector API, slower.
final class ScalarGemm {
    private final Workers workers;

    ScalarGemm(Workers workers) {
        this.workers = workers;
    }

    /// Sets C to the product; arguments as for [Gemm#multiply].
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
            int cRow) {
        int tasks = (long) m * n * k < Gemm.PARALLEL ? 1 : Math.min(m, 4 * workers.threads());
        workers.run(tasks, task -> {
            int end = (int) ((long) m * (task + 1) / tasks);
            for (int i = (int) ((long) m * task / tasks); i < end; i++) {
                int from = aFrom + i * aRow;
                int to = cFrom + i * cRow;
                if (bColumn == 1) {
                    row(n, k, a, from, aColumn, b, bFrom, bRow, c, to);
                } else {
                    for (int j = 0; j < n; j++) {
                        c[to + j] = dot(k, a, from, aColumn, b, bFrom + j * bColumn, bRow);
                    }
                }
            }
        });
    }

    /// A row of C as a sum of rows of B, which C2 vectorises.
    private static void row(
            int n, int k, float[] a, int aFrom, int aColumn, float[] b, int bFrom, int bRow, float[] c, int cFrom) {
        Arrays.fill(c, cFrom, cFrom + n, 0f);
        for (int p = 0; p < k; p++) {
            float factor = a[aFrom + p * aColumn];
            int q = bFrom + p * bRow;
            for (int j = 0; j < n; j++) {
                c[cFrom + j] = Math.fma(factor, b[q + j], c[cFrom + j]);
            }
        }
    }

    private static float dot(int k, float[] a, int aFrom, int aColumn, float[] b, int bFrom, int bRow) {
        float sum = 0f;
        for (int p = 0; p < k; p++) {
            sum = Math.fma(a[aFrom + p * aColumn], b[bFrom + p * bRow], sum);
        }
        return sum;
    }
}
