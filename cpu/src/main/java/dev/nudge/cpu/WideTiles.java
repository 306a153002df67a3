package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Register tiles of [Gemm] that are two vectors wide.
///
/// Each method continues `c[i][j] = fma(a[i][p], b[p][j], c[i][j])` over `depth` steps of p for a fixed number of rows,
/// starting from the values in `start` (zeros, or `c` itself). `aRow` and `aStep` are the distances between rows and
/// steps of `a`, `bStep` that between steps of `b`, whose lanes are contiguous.
///
/// One method per tile with every accumulator an explicit local: C2 keeps them in registers only in this form (an array
/// of vectors, or a helper it decides not to inline, boxes them and costs a factor of ten).
final class WideTiles {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int LANES = SPECIES.length();

    private WideTiles() {}

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
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c0r = FloatVector.fromArray(SPECIES, start, startFrom + LANES);
        FloatVector c1l = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c1r = FloatVector.fromArray(SPECIES, start, startFrom + startRow + LANES);
        FloatVector c2l = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c2r = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow + LANES);
        FloatVector c3l = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c3r = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow + LANES);
        FloatVector c4l = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c4r = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow + LANES);
        FloatVector c5l = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        FloatVector c5r = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow + LANES);
        FloatVector c6l = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow);
        FloatVector c6r = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow + LANES);
        FloatVector c7l = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow);
        FloatVector c7r = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow + LANES);
        FloatVector c8l = FloatVector.fromArray(SPECIES, start, startFrom + 8 * startRow);
        FloatVector c8r = FloatVector.fromArray(SPECIES, start, startFrom + 8 * startRow + LANES);
        FloatVector c9l = FloatVector.fromArray(SPECIES, start, startFrom + 9 * startRow);
        FloatVector c9r = FloatVector.fromArray(SPECIES, start, startFrom + 9 * startRow + LANES);
        FloatVector c10l = FloatVector.fromArray(SPECIES, start, startFrom + 10 * startRow);
        FloatVector c10r = FloatVector.fromArray(SPECIES, start, startFrom + 10 * startRow + LANES);
        FloatVector c11l = FloatVector.fromArray(SPECIES, start, startFrom + 11 * startRow);
        FloatVector c11r = FloatVector.fromArray(SPECIES, start, startFrom + 11 * startRow + LANES);
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
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + aRow]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + row2]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + row3]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + row4]);
            c4l = a4.fma(bl, c4l);
            c4r = a4.fma(br, c4r);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + row5]);
            c5l = a5.fma(bl, c5l);
            c5r = a5.fma(br, c5r);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + row6]);
            c6l = a6.fma(bl, c6l);
            c6r = a6.fma(br, c6r);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + row7]);
            c7l = a7.fma(bl, c7l);
            c7r = a7.fma(br, c7r);
            FloatVector a8 = FloatVector.broadcast(SPECIES, a[p + row8]);
            c8l = a8.fma(bl, c8l);
            c8r = a8.fma(br, c8r);
            FloatVector a9 = FloatVector.broadcast(SPECIES, a[p + row9]);
            c9l = a9.fma(bl, c9l);
            c9r = a9.fma(br, c9r);
            FloatVector a10 = FloatVector.broadcast(SPECIES, a[p + row10]);
            c10l = a10.fma(bl, c10l);
            c10r = a10.fma(br, c10r);
            FloatVector a11 = FloatVector.broadcast(SPECIES, a[p + row11]);
            c11l = a11.fma(bl, c11l);
            c11r = a11.fma(br, c11r);
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + LANES);
        c1l.intoArray(c, cFrom + cRow);
        c1r.intoArray(c, cFrom + cRow + LANES);
        c2l.intoArray(c, cFrom + 2 * cRow);
        c2r.intoArray(c, cFrom + 2 * cRow + LANES);
        c3l.intoArray(c, cFrom + 3 * cRow);
        c3r.intoArray(c, cFrom + 3 * cRow + LANES);
        c4l.intoArray(c, cFrom + 4 * cRow);
        c4r.intoArray(c, cFrom + 4 * cRow + LANES);
        c5l.intoArray(c, cFrom + 5 * cRow);
        c5r.intoArray(c, cFrom + 5 * cRow + LANES);
        c6l.intoArray(c, cFrom + 6 * cRow);
        c6r.intoArray(c, cFrom + 6 * cRow + LANES);
        c7l.intoArray(c, cFrom + 7 * cRow);
        c7r.intoArray(c, cFrom + 7 * cRow + LANES);
        c8l.intoArray(c, cFrom + 8 * cRow);
        c8r.intoArray(c, cFrom + 8 * cRow + LANES);
        c9l.intoArray(c, cFrom + 9 * cRow);
        c9r.intoArray(c, cFrom + 9 * cRow + LANES);
        c10l.intoArray(c, cFrom + 10 * cRow);
        c10r.intoArray(c, cFrom + 10 * cRow + LANES);
        c11l.intoArray(c, cFrom + 11 * cRow);
        c11r.intoArray(c, cFrom + 11 * cRow + LANES);
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
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c0r = FloatVector.fromArray(SPECIES, start, startFrom + LANES);
        FloatVector c1l = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c1r = FloatVector.fromArray(SPECIES, start, startFrom + startRow + LANES);
        FloatVector c2l = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c2r = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow + LANES);
        FloatVector c3l = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c3r = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow + LANES);
        FloatVector c4l = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c4r = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow + LANES);
        FloatVector c5l = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        FloatVector c5r = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow + LANES);
        FloatVector c6l = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow);
        FloatVector c6r = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow + LANES);
        FloatVector c7l = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow);
        FloatVector c7r = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow + LANES);
        int row2 = 2 * aRow;
        int row3 = 3 * aRow;
        int row4 = 4 * aRow;
        int row5 = 5 * aRow;
        int row6 = 6 * aRow;
        int row7 = 7 * aRow;
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + aRow]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + row2]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + row3]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + row4]);
            c4l = a4.fma(bl, c4l);
            c4r = a4.fma(br, c4r);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + row5]);
            c5l = a5.fma(bl, c5l);
            c5r = a5.fma(br, c5r);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + row6]);
            c6l = a6.fma(bl, c6l);
            c6r = a6.fma(br, c6r);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + row7]);
            c7l = a7.fma(bl, c7l);
            c7r = a7.fma(br, c7r);
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + LANES);
        c1l.intoArray(c, cFrom + cRow);
        c1r.intoArray(c, cFrom + cRow + LANES);
        c2l.intoArray(c, cFrom + 2 * cRow);
        c2r.intoArray(c, cFrom + 2 * cRow + LANES);
        c3l.intoArray(c, cFrom + 3 * cRow);
        c3r.intoArray(c, cFrom + 3 * cRow + LANES);
        c4l.intoArray(c, cFrom + 4 * cRow);
        c4r.intoArray(c, cFrom + 4 * cRow + LANES);
        c5l.intoArray(c, cFrom + 5 * cRow);
        c5r.intoArray(c, cFrom + 5 * cRow + LANES);
        c6l.intoArray(c, cFrom + 6 * cRow);
        c6r.intoArray(c, cFrom + 6 * cRow + LANES);
        c7l.intoArray(c, cFrom + 7 * cRow);
        c7r.intoArray(c, cFrom + 7 * cRow + LANES);
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
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c0r = FloatVector.fromArray(SPECIES, start, startFrom + LANES);
        FloatVector c1l = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c1r = FloatVector.fromArray(SPECIES, start, startFrom + startRow + LANES);
        FloatVector c2l = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c2r = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow + LANES);
        FloatVector c3l = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c3r = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow + LANES);
        FloatVector c4l = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c4r = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow + LANES);
        FloatVector c5l = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        FloatVector c5r = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow + LANES);
        int row2 = 2 * aRow;
        int row3 = 3 * aRow;
        int row4 = 4 * aRow;
        int row5 = 5 * aRow;
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + aRow]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + row2]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + row3]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + row4]);
            c4l = a4.fma(bl, c4l);
            c4r = a4.fma(br, c4r);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + row5]);
            c5l = a5.fma(bl, c5l);
            c5r = a5.fma(br, c5r);
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + LANES);
        c1l.intoArray(c, cFrom + cRow);
        c1r.intoArray(c, cFrom + cRow + LANES);
        c2l.intoArray(c, cFrom + 2 * cRow);
        c2r.intoArray(c, cFrom + 2 * cRow + LANES);
        c3l.intoArray(c, cFrom + 3 * cRow);
        c3r.intoArray(c, cFrom + 3 * cRow + LANES);
        c4l.intoArray(c, cFrom + 4 * cRow);
        c4r.intoArray(c, cFrom + 4 * cRow + LANES);
        c5l.intoArray(c, cFrom + 5 * cRow);
        c5r.intoArray(c, cFrom + 5 * cRow + LANES);
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
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c0r = FloatVector.fromArray(SPECIES, start, startFrom + LANES);
        FloatVector c1l = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c1r = FloatVector.fromArray(SPECIES, start, startFrom + startRow + LANES);
        FloatVector c2l = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c2r = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow + LANES);
        FloatVector c3l = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c3r = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow + LANES);
        int row2 = 2 * aRow;
        int row3 = 3 * aRow;
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + aRow]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + row2]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + row3]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + LANES);
        c1l.intoArray(c, cFrom + cRow);
        c1r.intoArray(c, cFrom + cRow + LANES);
        c2l.intoArray(c, cFrom + 2 * cRow);
        c2r.intoArray(c, cFrom + 2 * cRow + LANES);
        c3l.intoArray(c, cFrom + 3 * cRow);
        c3r.intoArray(c, cFrom + 3 * cRow + LANES);
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
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c0r = FloatVector.fromArray(SPECIES, start, startFrom + LANES);
        for (int step = 0, p = aFrom, q = bFrom; step < depth; step++, p += aStep, q += bStep) {
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + LANES);
    }

    /// Over `runs` times `depth` steps, with rows of `a` beside each other, so that one check of bounds does for all,
    /// and steps of `b` a constant apart. `aRun` is the distance between runs of `a`.
    static void columns12(
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
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c0r = FloatVector.fromArray(SPECIES, start, startFrom + LANES);
        FloatVector c1l = FloatVector.fromArray(SPECIES, start, startFrom + startRow);
        FloatVector c1r = FloatVector.fromArray(SPECIES, start, startFrom + startRow + LANES);
        FloatVector c2l = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow);
        FloatVector c2r = FloatVector.fromArray(SPECIES, start, startFrom + 2 * startRow + LANES);
        FloatVector c3l = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow);
        FloatVector c3r = FloatVector.fromArray(SPECIES, start, startFrom + 3 * startRow + LANES);
        FloatVector c4l = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow);
        FloatVector c4r = FloatVector.fromArray(SPECIES, start, startFrom + 4 * startRow + LANES);
        FloatVector c5l = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow);
        FloatVector c5r = FloatVector.fromArray(SPECIES, start, startFrom + 5 * startRow + LANES);
        FloatVector c6l = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow);
        FloatVector c6r = FloatVector.fromArray(SPECIES, start, startFrom + 6 * startRow + LANES);
        FloatVector c7l = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow);
        FloatVector c7r = FloatVector.fromArray(SPECIES, start, startFrom + 7 * startRow + LANES);
        FloatVector c8l = FloatVector.fromArray(SPECIES, start, startFrom + 8 * startRow);
        FloatVector c8r = FloatVector.fromArray(SPECIES, start, startFrom + 8 * startRow + LANES);
        FloatVector c9l = FloatVector.fromArray(SPECIES, start, startFrom + 9 * startRow);
        FloatVector c9r = FloatVector.fromArray(SPECIES, start, startFrom + 9 * startRow + LANES);
        FloatVector c10l = FloatVector.fromArray(SPECIES, start, startFrom + 10 * startRow);
        FloatVector c10r = FloatVector.fromArray(SPECIES, start, startFrom + 10 * startRow + LANES);
        FloatVector c11l = FloatVector.fromArray(SPECIES, start, startFrom + 11 * startRow);
        FloatVector c11r = FloatVector.fromArray(SPECIES, start, startFrom + 11 * startRow + LANES);
        for (int run = 0; run < runs; run++) {
            int left = aFrom + run * aRun;
            int right = bFrom + run * depth * GemmPacking.WIDTH;
            for (int step = 0, p = left; step < depth; step++, p += aStep) {
                int q = right + step * GemmPacking.WIDTH;
                FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
                FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
                FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
                c0l = a0.fma(bl, c0l);
                c0r = a0.fma(br, c0r);
                FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + 1]);
                c1l = a1.fma(bl, c1l);
                c1r = a1.fma(br, c1r);
                FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2]);
                c2l = a2.fma(bl, c2l);
                c2r = a2.fma(br, c2r);
                FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3]);
                c3l = a3.fma(bl, c3l);
                c3r = a3.fma(br, c3r);
                FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4]);
                c4l = a4.fma(bl, c4l);
                c4r = a4.fma(br, c4r);
                FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5]);
                c5l = a5.fma(bl, c5l);
                c5r = a5.fma(br, c5r);
                FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6]);
                c6l = a6.fma(bl, c6l);
                c6r = a6.fma(br, c6r);
                FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7]);
                c7l = a7.fma(bl, c7l);
                c7r = a7.fma(br, c7r);
                FloatVector a8 = FloatVector.broadcast(SPECIES, a[p + 8]);
                c8l = a8.fma(bl, c8l);
                c8r = a8.fma(br, c8r);
                FloatVector a9 = FloatVector.broadcast(SPECIES, a[p + 9]);
                c9l = a9.fma(bl, c9l);
                c9r = a9.fma(br, c9r);
                FloatVector a10 = FloatVector.broadcast(SPECIES, a[p + 10]);
                c10l = a10.fma(bl, c10l);
                c10r = a10.fma(br, c10r);
                FloatVector a11 = FloatVector.broadcast(SPECIES, a[p + 11]);
                c11l = a11.fma(bl, c11l);
                c11r = a11.fma(br, c11r);
            }
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + LANES);
        c1l.intoArray(c, cFrom + cRow);
        c1r.intoArray(c, cFrom + cRow + LANES);
        c2l.intoArray(c, cFrom + 2 * cRow);
        c2r.intoArray(c, cFrom + 2 * cRow + LANES);
        c3l.intoArray(c, cFrom + 3 * cRow);
        c3r.intoArray(c, cFrom + 3 * cRow + LANES);
        c4l.intoArray(c, cFrom + 4 * cRow);
        c4r.intoArray(c, cFrom + 4 * cRow + LANES);
        c5l.intoArray(c, cFrom + 5 * cRow);
        c5r.intoArray(c, cFrom + 5 * cRow + LANES);
        c6l.intoArray(c, cFrom + 6 * cRow);
        c6r.intoArray(c, cFrom + 6 * cRow + LANES);
        c7l.intoArray(c, cFrom + 7 * cRow);
        c7r.intoArray(c, cFrom + 7 * cRow + LANES);
        c8l.intoArray(c, cFrom + 8 * cRow);
        c8r.intoArray(c, cFrom + 8 * cRow + LANES);
        c9l.intoArray(c, cFrom + 9 * cRow);
        c9r.intoArray(c, cFrom + 9 * cRow + LANES);
        c10l.intoArray(c, cFrom + 10 * cRow);
        c10r.intoArray(c, cFrom + 10 * cRow + LANES);
        c11l.intoArray(c, cFrom + 11 * cRow);
        c11r.intoArray(c, cFrom + 11 * cRow + LANES);
    }
}
