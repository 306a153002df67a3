package dev.nudge.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Chooses among the register tiles by their number of rows and vectors.
final class Tiles {
    /// Most rows of a tile that is two vectors wide: as many as the processor has registers for.
    static final int ROWS = GemmPacking.LANES == 8 ? 6 : 12;

    private Tiles() {}

    /// Rows of the largest tile that has at most `rows`.
    static int fitting(int rows) {
        if (rows >= 12 && ROWS == 12) {
            return 12;
        }
        if (rows >= 8 && ROWS == 12) {
            return 8;
        }
        if (rows >= 6) {
            return 6;
        }
        return rows >= 4 ? 4 : 1;
    }

    /// Rows of the smallest tile that has at least `rows`, up to [#ROWS].
    static int around(int rows) {
        if (rows > 6) {
            return rows > 8 ? 12 : 8;
        }
        return rows > 4 ? 6 : 4;
    }

    /// Runs the tile of `rows` rows, one of those that the methods above give; the rest is as in [WideTiles].
    ///
    /// @param wide whether it is two vectors wide, else one
    static void run(
            int rows,
            boolean wide,
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
        if (wide) {
            switch (rows) {
                case 12 ->
                    WideTiles.rows12(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                case 8 ->
                    WideTiles.rows8(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                case 6 ->
                    WideTiles.rows6(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                case 4 ->
                    WideTiles.rows4(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                default ->
                    WideTiles.rows1(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
            }
        } else {
            switch (rows) {
                case 12 ->
                    NarrowTiles.rows12(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                case 8 ->
                    NarrowTiles.rows8(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                case 6 ->
                    NarrowTiles.rows6(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                case 4 ->
                    NarrowTiles.rows4(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
                default ->
                    NarrowTiles.rows1(
                            depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom, cRow);
            }
        }
    }

    /// Register tiles of [PatchProduct.Vectors] for rows of A that lie a constant number of
    /// elements apart; the rest is as in [WideTiles].
    ///
    /// The distance, that of pixels, is known when a kernel is made, and constant for what it runs.
    /// So a class is made for each distance, from the same code: C2 then checks bounds once, before
    /// the loop, and keeps no register for each row (ADR 019).
    interface Rows {
        /// Eight rows, two vectors wide.
        void wide8(
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
                int cRow);

        /// Six rows, two vectors wide.
        void wide6(
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
                int cRow);

        /// Sixteen rows, one vector wide.
        void narrow16(
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
                int cRow);

        /// Tiles for rows that lie `elements` apart.
        static Rows apart(int elements) {
            String name = "Tiles$RowsCode.class";
            try (InputStream code = RowsCode.class.getResourceAsStream(name)) {
                if (code == null) {
                    throw new IllegalStateException(name + " is missing beside the other classes of this module");
                }
                return (Rows) MethodHandles.lookup()
                        .defineHiddenClassWithClassData(code.readAllBytes(), elements, true)
                        .lookupClass()
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (IOException | ReflectiveOperationException e) {
                throw new IllegalStateException(name + " does not load", e);
            }
        }
    }

    /// The code of [Rows]: never used itself, but as a hidden class for each distance, which is a
    /// constant there.
    static final class RowsCode implements Rows {
        private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
        private static final int LANES = PatchProduct.LANES;
        private static final int PANEL = PatchProduct.PANEL;
        private static final int ROW = row();

        private static int row() {
            try {
                return MethodHandles.classData(MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, Integer.class);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("a lookup of its own class may read its data", e);
            }
        }

        @Override
        public void wide8(
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
                int q = bFrom + step * PANEL;
                FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
                FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
                FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
                c0l = a0.fma(bl, c0l);
                c0r = a0.fma(br, c0r);
                FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + ROW]);
                c1l = a1.fma(bl, c1l);
                c1r = a1.fma(br, c1r);
                FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * ROW]);
                c2l = a2.fma(bl, c2l);
                c2r = a2.fma(br, c2r);
                FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * ROW]);
                c3l = a3.fma(bl, c3l);
                c3r = a3.fma(br, c3r);
                FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * ROW]);
                c4l = a4.fma(bl, c4l);
                c4r = a4.fma(br, c4r);
                FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * ROW]);
                c5l = a5.fma(bl, c5l);
                c5r = a5.fma(br, c5r);
                FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6 * ROW]);
                c6l = a6.fma(bl, c6l);
                c6r = a6.fma(br, c6r);
                FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7 * ROW]);
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

        @Override
        public void wide6(
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
            for (int step = 0; step < depth; step++) {
                int p = aFrom + step;
                int q = bFrom + step * PANEL;
                FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
                FloatVector br = FloatVector.fromArray(SPECIES, b, q + LANES);
                FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
                c0l = a0.fma(bl, c0l);
                c0r = a0.fma(br, c0r);
                FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + ROW]);
                c1l = a1.fma(bl, c1l);
                c1r = a1.fma(br, c1r);
                FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * ROW]);
                c2l = a2.fma(bl, c2l);
                c2r = a2.fma(br, c2r);
                FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * ROW]);
                c3l = a3.fma(bl, c3l);
                c3r = a3.fma(br, c3r);
                FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * ROW]);
                c4l = a4.fma(bl, c4l);
                c4r = a4.fma(br, c4r);
                FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * ROW]);
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

        @Override
        public void narrow16(
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
            for (int step = 0; step < depth; step++) {
                int p = aFrom + step;
                int q = bFrom + step * LANES;
                FloatVector bv = FloatVector.fromArray(SPECIES, b, q);
                FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
                c0 = a0.fma(bv, c0);
                FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + ROW]);
                c1 = a1.fma(bv, c1);
                FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * ROW]);
                c2 = a2.fma(bv, c2);
                FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * ROW]);
                c3 = a3.fma(bv, c3);
                FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * ROW]);
                c4 = a4.fma(bv, c4);
                FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * ROW]);
                c5 = a5.fma(bv, c5);
                FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6 * ROW]);
                c6 = a6.fma(bv, c6);
                FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7 * ROW]);
                c7 = a7.fma(bv, c7);
                FloatVector a8 = FloatVector.broadcast(SPECIES, a[p + 8 * ROW]);
                c8 = a8.fma(bv, c8);
                FloatVector a9 = FloatVector.broadcast(SPECIES, a[p + 9 * ROW]);
                c9 = a9.fma(bv, c9);
                FloatVector a10 = FloatVector.broadcast(SPECIES, a[p + 10 * ROW]);
                c10 = a10.fma(bv, c10);
                FloatVector a11 = FloatVector.broadcast(SPECIES, a[p + 11 * ROW]);
                c11 = a11.fma(bv, c11);
                FloatVector a12 = FloatVector.broadcast(SPECIES, a[p + 12 * ROW]);
                c12 = a12.fma(bv, c12);
                FloatVector a13 = FloatVector.broadcast(SPECIES, a[p + 13 * ROW]);
                c13 = a13.fma(bv, c13);
                FloatVector a14 = FloatVector.broadcast(SPECIES, a[p + 14 * ROW]);
                c14 = a14.fma(bv, c14);
                FloatVector a15 = FloatVector.broadcast(SPECIES, a[p + 15 * ROW]);
                c15 = a15.fma(bv, c15);
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
}
