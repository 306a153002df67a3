package dev.nudge.cpu;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Register tiles of [Gemm] for operands that it has packed, two vectors wide.
///
/// As [WideTiles], but every distance is a constant: B is a panel, [GemmPacking#WIDTH] elements a step, and A either
/// lines, [#LINE] elements apart, or groups of twelve rows, those of a step beside each other.
/*
 * An index that grows by a constant lets C2 check bounds once, before the loop. With distances that are variables each
 * load of a step carries its check: 90 instructions for 24 fma, where 42 do. A core to itself hides them; one that
 * shares its units with another thread (and who rents a machine does not know) falls to two thirds of the speed.
 *
 * Without the checks C2 also brings loads forward until accumulators no longer fit the registers. A fence keeps the
 * loads of two rows behind those of the two before. It is no instruction of the processor.
 */
final class PackedTiles {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int LANES = SPECIES.length();
    private static final int WIDTH = GemmPacking.WIDTH;
    /// Elements from one line of A to the next: a vector more than the most steps, since rows a power of two
    /// apart would fall into the same sets of a cache.
    static final int LINE = GemmTask.DEPTH + LANES;
    private static final int ROWS = 12;

    private PackedTiles() {}

    /// Whether there is a tile of `rows` rows.
    static boolean has(int rows, boolean grouped) {
        return rows == ROWS || rows == 8 && !grouped;
    }

    /// Runs the tile of `rows` rows; the rest is as in [WideTiles].
    ///
    /// @param grouped whether A is a group, else lines
    static void run(
            int rows,
            boolean grouped,
            int depth,
            float[] a,
            int aFrom,
            float[] b,
            int bFrom,
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        if (grouped) {
            group12(depth, a, aFrom, b, bFrom, start, startFrom, startRow, c, cFrom, cRow);
        } else if (rows == ROWS) {
            lines12(depth, a, aFrom, b, bFrom, start, startFrom, startRow, c, cFrom, cRow);
        } else {
            lines8(depth, a, aFrom, b, bFrom, start, startFrom, startRow, c, cFrom, cRow);
        }
    }

    static void lines12(
            int depth,
            float[] a,
            int aFrom,
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
        for (int step = 0; step < depth; step++) {
            int p = aFrom + step;
            int q = bFrom + step * WIDTH;
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + LINE]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            VarHandle.loadLoadFence();
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * LINE]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * LINE]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
            VarHandle.loadLoadFence();
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * LINE]);
            c4l = a4.fma(bl, c4l);
            c4r = a4.fma(br, c4r);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * LINE]);
            c5l = a5.fma(bl, c5l);
            c5r = a5.fma(br, c5r);
            VarHandle.loadLoadFence();
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6 * LINE]);
            c6l = a6.fma(bl, c6l);
            c6r = a6.fma(br, c6r);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7 * LINE]);
            c7l = a7.fma(bl, c7l);
            c7r = a7.fma(br, c7r);
            VarHandle.loadLoadFence();
            FloatVector a8 = FloatVector.broadcast(SPECIES, a[p + 8 * LINE]);
            c8l = a8.fma(bl, c8l);
            c8r = a8.fma(br, c8r);
            FloatVector a9 = FloatVector.broadcast(SPECIES, a[p + 9 * LINE]);
            c9l = a9.fma(bl, c9l);
            c9r = a9.fma(br, c9r);
            VarHandle.loadLoadFence();
            FloatVector a10 = FloatVector.broadcast(SPECIES, a[p + 10 * LINE]);
            c10l = a10.fma(bl, c10l);
            c10r = a10.fma(br, c10r);
            FloatVector a11 = FloatVector.broadcast(SPECIES, a[p + 11 * LINE]);
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

    static void lines8(
            int depth,
            float[] a,
            int aFrom,
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
        for (int step = 0; step < depth; step++) {
            int p = aFrom + step;
            int q = bFrom + step * WIDTH;
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + LINE]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            VarHandle.loadLoadFence();
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * LINE]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * LINE]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
            VarHandle.loadLoadFence();
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * LINE]);
            c4l = a4.fma(bl, c4l);
            c4r = a4.fma(br, c4r);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * LINE]);
            c5l = a5.fma(bl, c5l);
            c5r = a5.fma(br, c5r);
            VarHandle.loadLoadFence();
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6 * LINE]);
            c6l = a6.fma(bl, c6l);
            c6r = a6.fma(br, c6r);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7 * LINE]);
            c7l = a7.fma(bl, c7l);
            c7r = a7.fma(br, c7r);
            VarHandle.loadLoadFence();
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

    static void group12(
            int depth,
            float[] a,
            int aFrom,
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
        for (int step = 0; step < depth; step++) {
            int p = aFrom + step * ROWS;
            int q = bFrom + step * WIDTH;
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + 1]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            VarHandle.loadLoadFence();
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
            VarHandle.loadLoadFence();
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4]);
            c4l = a4.fma(bl, c4l);
            c4r = a4.fma(br, c4r);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5]);
            c5l = a5.fma(bl, c5l);
            c5r = a5.fma(br, c5r);
            VarHandle.loadLoadFence();
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6]);
            c6l = a6.fma(bl, c6l);
            c6r = a6.fma(br, c6r);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7]);
            c7l = a7.fma(bl, c7l);
            c7r = a7.fma(br, c7r);
            VarHandle.loadLoadFence();
            FloatVector a8 = FloatVector.broadcast(SPECIES, a[p + 8]);
            c8l = a8.fma(bl, c8l);
            c8r = a8.fma(br, c8r);
            FloatVector a9 = FloatVector.broadcast(SPECIES, a[p + 9]);
            c9l = a9.fma(bl, c9l);
            c9r = a9.fma(br, c9r);
            VarHandle.loadLoadFence();
            FloatVector a10 = FloatVector.broadcast(SPECIES, a[p + 10]);
            c10l = a10.fma(bl, c10l);
            c10r = a10.fma(br, c10r);
            FloatVector a11 = FloatVector.broadcast(SPECIES, a[p + 11]);
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
}
