package dev.nudge.cpu;

import java.util.Arrays;

/// A matrix product whose inner axis comes in runs: `c[i][j] = Σ_r Σ_p a[i][r, p] b[r, p][j]`, an fma per term, runs
/// and their steps in order.
///
/// Rows of A may overlap, as the windows of neighbouring places do.
@FunctionalInterface
interface RunProduct {
    /// Sets rows of C, or goes on adding to them.
    ///
    /// @param width columns of B and C, as [#padded] gives it
    /// @param onto  whether C holds what the terms are added to, else they begin at zero
    void multiply(
            int rows,
            int width,
            int runs,
            int aRun,
            int bRun,
            int depth,
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bStep,
            boolean onto,
            float[] c,
            int cFrom,
            int cRow);

    /// `columns` rounded up to a width that any machine's vectors divide.
    static int padded(int columns) {
        return (columns + RowKernels.LANES - 1) / RowKernels.LANES * RowKernels.LANES;
    }

    /// With the Vector API, in register tiles.
    static RunProduct ofVectors() {
        float[] zeros = new float[GemmPacking.WIDTH];
        return (rows, width, runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, onto, c, cFrom, cRow) -> {
            for (int j = 0; j < width; j += GemmPacking.WIDTH) {
                boolean wide = width - j >= GemmPacking.WIDTH;
                for (int done = 0; done < rows; ) {
                    // What begins at zero may be computed twice, which keeps tiles large.
                    int tile = onto
                            ? Tiles.fitting(rows - done)
                            : Math.min(Tiles.covering(rows - done), Tiles.fitting(rows));
                    int row = Math.min(done, rows - tile);
                    int to = cFrom + row * cRow + j;
                    Tiles.run(
                            tile,
                            wide,
                            runs,
                            aRun,
                            bRun,
                            depth,
                            a,
                            aFrom + row * aRow,
                            aRow,
                            aStep,
                            b,
                            bFrom + j,
                            bStep,
                            onto ? c : zeros,
                            onto ? to : 0,
                            onto ? cRow : 0,
                            c,
                            to,
                            cRow);
                    done = row + tile;
                }
            }
        };
    }

    /// In plain Java; the same bits.
    static RunProduct ofScalars() {
        return (rows, width, runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, onto, c, cFrom, cRow) -> {
            for (int i = 0; i < rows; i++) {
                int to = cFrom + i * cRow;
                if (!onto) {
                    Arrays.fill(c, to, to + width, 0f);
                }
                for (int run = 0; run < runs; run++) {
                    for (int p = 0; p < depth; p++) {
                        float factor = a[aFrom + i * aRow + run * aRun + p * aStep];
                        int q = bFrom + run * bRun + p * bStep;
                        for (int j = 0; j < width; j++) {
                            c[to + j] = Math.fma(factor, b[q + j], c[to + j]);
                        }
                    }
                }
            }
        };
    }
}
