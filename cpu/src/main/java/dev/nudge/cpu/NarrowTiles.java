package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Register tiles of [Gemm] that are one vector wide.
///
/// Each method continues `c[i][j] = fma(a[i][p], b[p][j], c[i][j])` over `depth` steps of p for a fixed number of rows,
/// starting from the values in `start` (zeros, or `c` itself). `aRow` and `aStep` are the distances between rows and
/// steps of `a`, `bStep` that between steps of `b`, whose lanes are contiguous.
///
/// One method per tile with every accumulator an explicit local: C2 keeps them in registers only in this form (an array
/// of vectors, or a helper it decides not to inline, boxes them and costs a factor of ten).
final class NarrowTiles {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;

    private NarrowTiles() {}

    static void rows12(
            int depth,
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bStep,
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c3 = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c4 = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c5 = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        FloatVector c6 = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow);
        FloatVector c7 = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow);
        FloatVector c8 = FloatVector.fromArray(SPECIES, start, startFrom + 8 * startRow);
        FloatVector c9 = FloatVector.fromArray(SPECIES, start, startFrom + 9 * startRow);
        FloatVector c10 = FloatVector.fromArray(SPECIES, start, startFrom + 10 * startRow);
        FloatVector c11 = FloatVector.fromArray(SPECIES, start, startFrom + 11 * startRow);
        int row2 = 2 * aRow;
        int row3 = 3 * aRow;
        int row4 = 4 * aRow;
        int row5 = 5 * aRow;
        int row6 = 6 * aRow;
        int row7 = 7 * aRow;
        int row8 = 8 * aRow;
        int row9 = 9 * aRow;
        int row10 = 10 * aRow;
        int row11 = 11 * aRow;
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector lanes = FloatVector.fromArray(SPECIES, b, q);
            c0 = FloatVector.broadcast(SPECIES, a[p]).fma(lanes, c0);
            c1 = FloatVector.broadcast(SPECIES, a[p + aRow]).fma(lanes, c1);
            c2 = FloatVector.broadcast(SPECIES, a[p + row2]).fma(lanes, c2);
            c3 = FloatVector.broadcast(SPECIES, a[p + row3]).fma(lanes, c3);
            c4 = FloatVector.broadcast(SPECIES, a[p + row4]).fma(lanes, c4);
            c5 = FloatVector.broadcast(SPECIES, a[p + row5]).fma(lanes, c5);
            c6 = FloatVector.broadcast(SPECIES, a[p + row6]).fma(lanes, c6);
            c7 = FloatVector.broadcast(SPECIES, a[p + row7]).fma(lanes, c7);
            c8 = FloatVector.broadcast(SPECIES, a[p + row8]).fma(lanes, c8);
            c9 = FloatVector.broadcast(SPECIES, a[p + row9]).fma(lanes, c9);
            c10 = FloatVector.broadcast(SPECIES, a[p + row10]).fma(lanes, c10);
            c11 = FloatVector.broadcast(SPECIES, a[p + row11]).fma(lanes, c11);
        }
        c0.intoArray(c, cFrom);
        c1.intoArray(c, cFrom + cRow);
        c2.intoArray(c, cFrom + 2 * cRow);
        c3.intoArray(c, cFrom + 3 * cRow);
        c4.intoArray(c, cFrom + 4 * cRow);
        c5.intoArray(c, cFrom + 5 * cRow);
        c6.intoArray(c, cFrom + 6 * cRow);
        c7.intoArray(c, cFrom + 7 * cRow);
        c8.intoArray(c, cFrom + 8 * cRow);
        c9.intoArray(c, cFrom + 9 * cRow);
        c10.intoArray(c, cFrom + 10 * cRow);
        c11.intoArray(c, cFrom + 11 * cRow);
    }

    static void rows8(
            int depth,
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bStep,
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c3 = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c4 = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c5 = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        FloatVector c6 = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow);
        FloatVector c7 = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow);
        int row2 = 2 * aRow;
        int row3 = 3 * aRow;
        int row4 = 4 * aRow;
        int row5 = 5 * aRow;
        int row6 = 6 * aRow;
        int row7 = 7 * aRow;
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector lanes = FloatVector.fromArray(SPECIES, b, q);
            c0 = FloatVector.broadcast(SPECIES, a[p]).fma(lanes, c0);
            c1 = FloatVector.broadcast(SPECIES, a[p + aRow]).fma(lanes, c1);
            c2 = FloatVector.broadcast(SPECIES, a[p + row2]).fma(lanes, c2);
            c3 = FloatVector.broadcast(SPECIES, a[p + row3]).fma(lanes, c3);
            c4 = FloatVector.broadcast(SPECIES, a[p + row4]).fma(lanes, c4);
            c5 = FloatVector.broadcast(SPECIES, a[p + row5]).fma(lanes, c5);
            c6 = FloatVector.broadcast(SPECIES, a[p + row6]).fma(lanes, c6);
            c7 = FloatVector.broadcast(SPECIES, a[p + row7]).fma(lanes, c7);
        }
        c0.intoArray(c, cFrom);
        c1.intoArray(c, cFrom + cRow);
        c2.intoArray(c, cFrom + 2 * cRow);
        c3.intoArray(c, cFrom + 3 * cRow);
        c4.intoArray(c, cFrom + 4 * cRow);
        c5.intoArray(c, cFrom + 5 * cRow);
        c6.intoArray(c, cFrom + 6 * cRow);
        c7.intoArray(c, cFrom + 7 * cRow);
    }

    static void rows6(
            int depth,
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bStep,
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c3 = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c4 = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c5 = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        int row2 = 2 * aRow;
        int row3 = 3 * aRow;
        int row4 = 4 * aRow;
        int row5 = 5 * aRow;
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector lanes = FloatVector.fromArray(SPECIES, b, q);
            c0 = FloatVector.broadcast(SPECIES, a[p]).fma(lanes, c0);
            c1 = FloatVector.broadcast(SPECIES, a[p + aRow]).fma(lanes, c1);
            c2 = FloatVector.broadcast(SPECIES, a[p + row2]).fma(lanes, c2);
            c3 = FloatVector.broadcast(SPECIES, a[p + row3]).fma(lanes, c3);
            c4 = FloatVector.broadcast(SPECIES, a[p + row4]).fma(lanes, c4);
            c5 = FloatVector.broadcast(SPECIES, a[p + row5]).fma(lanes, c5);
        }
        c0.intoArray(c, cFrom);
        c1.intoArray(c, cFrom + cRow);
        c2.intoArray(c, cFrom + 2 * cRow);
        c3.intoArray(c, cFrom + 3 * cRow);
        c4.intoArray(c, cFrom + 4 * cRow);
        c5.intoArray(c, cFrom + 5 * cRow);
    }

    static void rows4(
            int depth,
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bStep,
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c3 = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        int row2 = 2 * aRow;
        int row3 = 3 * aRow;
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector lanes = FloatVector.fromArray(SPECIES, b, q);
            c0 = FloatVector.broadcast(SPECIES, a[p]).fma(lanes, c0);
            c1 = FloatVector.broadcast(SPECIES, a[p + aRow]).fma(lanes, c1);
            c2 = FloatVector.broadcast(SPECIES, a[p + row2]).fma(lanes, c2);
            c3 = FloatVector.broadcast(SPECIES, a[p + row3]).fma(lanes, c3);
        }
        c0.intoArray(c, cFrom);
        c1.intoArray(c, cFrom + cRow);
        c2.intoArray(c, cFrom + 2 * cRow);
        c3.intoArray(c, cFrom + 3 * cRow);
    }

    static void rows1(
            int depth,
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bStep,
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, startFrom);
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector lanes = FloatVector.fromArray(SPECIES, b, q);
            c0 = FloatVector.broadcast(SPECIES, a[p]).fma(lanes, c0);
        }
        c0.intoArray(c, cFrom);
    }

    /// Over `runs` times `depth` steps, with rows of `a` beside each other, so that one check of bounds does for all,
    /// and steps of `b` a constant apart. `aRun` is the distance between runs of `a`.
    static void columns16(
            int runs,
            int aRun,
            int depth,
            float[] a,
            int aFrom,
            int aStep,
            float[] b,
            int bFrom,
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c3 = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c4 = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c5 = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        FloatVector c6 = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow);
        FloatVector c7 = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow);
        FloatVector c8 = FloatVector.fromArray(SPECIES, start, startFrom + 8 * startRow);
        FloatVector c9 = FloatVector.fromArray(SPECIES, start, startFrom + 9 * startRow);
        FloatVector c10 = FloatVector.fromArray(SPECIES, start, startFrom + 10 * startRow);
        FloatVector c11 = FloatVector.fromArray(SPECIES, start, startFrom + 11 * startRow);
        FloatVector c12 = FloatVector.fromArray(SPECIES, start, startFrom + 12 * startRow);
        FloatVector c13 = FloatVector.fromArray(SPECIES, start, startFrom + 13 * startRow);
        FloatVector c14 = FloatVector.fromArray(SPECIES, start, startFrom + 14 * startRow);
        FloatVector c15 = FloatVector.fromArray(SPECIES, start, startFrom + 15 * startRow);
        for (int run = 0; run < runs; run++) {
            int left = aFrom + run * aRun;
            int right = bFrom + run * depth * SPECIES.length();
            for (int step = 0, p = left; step < depth; step++, p += aStep) {
                int q = right + step * SPECIES.length();
                FloatVector bv = FloatVector.fromArray(SPECIES, b, q);
                FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
                c0 = a0.fma(bv, c0);
                FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + 1]);
                c1 = a1.fma(bv, c1);
                FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2]);
                c2 = a2.fma(bv, c2);
                FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3]);
                c3 = a3.fma(bv, c3);
                FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4]);
                c4 = a4.fma(bv, c4);
                FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5]);
                c5 = a5.fma(bv, c5);
                FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6]);
                c6 = a6.fma(bv, c6);
                FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7]);
                c7 = a7.fma(bv, c7);
                FloatVector a8 = FloatVector.broadcast(SPECIES, a[p + 8]);
                c8 = a8.fma(bv, c8);
                FloatVector a9 = FloatVector.broadcast(SPECIES, a[p + 9]);
                c9 = a9.fma(bv, c9);
                FloatVector a10 = FloatVector.broadcast(SPECIES, a[p + 10]);
                c10 = a10.fma(bv, c10);
                FloatVector a11 = FloatVector.broadcast(SPECIES, a[p + 11]);
                c11 = a11.fma(bv, c11);
                FloatVector a12 = FloatVector.broadcast(SPECIES, a[p + 12]);
                c12 = a12.fma(bv, c12);
                FloatVector a13 = FloatVector.broadcast(SPECIES, a[p + 13]);
                c13 = a13.fma(bv, c13);
                FloatVector a14 = FloatVector.broadcast(SPECIES, a[p + 14]);
                c14 = a14.fma(bv, c14);
                FloatVector a15 = FloatVector.broadcast(SPECIES, a[p + 15]);
                c15 = a15.fma(bv, c15);
            }
        }
        c0.intoArray(c, cFrom);
        c1.intoArray(c, cFrom + cRow);
        c2.intoArray(c, cFrom + 2 * cRow);
        c3.intoArray(c, cFrom + 3 * cRow);
        c4.intoArray(c, cFrom + 4 * cRow);
        c5.intoArray(c, cFrom + 5 * cRow);
        c6.intoArray(c, cFrom + 6 * cRow);
        c7.intoArray(c, cFrom + 7 * cRow);
        c8.intoArray(c, cFrom + 8 * cRow);
        c9.intoArray(c, cFrom + 9 * cRow);
        c10.intoArray(c, cFrom + 10 * cRow);
        c11.intoArray(c, cFrom + 11 * cRow);
        c12.intoArray(c, cFrom + 12 * cRow);
        c13.intoArray(c, cFrom + 13 * cRow);
        c14.intoArray(c, cFrom + 14 * cRow);
        c15.intoArray(c, cFrom + 15 * cRow);
    }
}
