package dev.nudge.cpu;

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

    /// Rows of the tile to begin with so that `rows` rows are covered with little waste; the last of the tiles may
    /// reach
    /// over the end.
    static int covering(int rows) {
        if (ROWS == 12 && (rows > 16 || rows == 12 || rows == 11)) {
            return 12;
        }
        if (ROWS == 12 && (rows > 12 || rows == 8 || rows == 7)) {
            return 8;
        }
        return rows > 4 ? 6 : 4;
    }

    /// Runs the tile of `rows` rows, one of those that the methods above give; the rest is as in [WideTiles].
    ///
    /// @param wide whether it is two vectors wide, else one
    static void run(
            int rows,
            boolean wide,
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
            float[] start,
            int startFrom,
            int startRow,
            float[] c,
            int cFrom,
            int cRow) {
        // One run gains nothing, and each tile more is one more to wait for until it is compiled.
        if (wide && rows == 12 && aRow == 1 && runs > 1) {
            WideTiles.adjacent12(
                    runs, aRun, bRun, depth, a, aFrom, aStep, b, bFrom, bStep, start, startFrom, startRow, c, cFrom,
                    cRow);
        } else if (wide) {
            switch (rows) {
                case 12 ->
                    WideTiles.rows12(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                case 8 ->
                    WideTiles.rows8(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                case 6 ->
                    WideTiles.rows6(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                case 4 ->
                    WideTiles.rows4(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                default ->
                    WideTiles.rows1(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
            }
        } else {
            switch (rows) {
                case 12 ->
                    NarrowTiles.rows12(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                case 8 ->
                    NarrowTiles.rows8(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                case 6 ->
                    NarrowTiles.rows6(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                case 4 ->
                    NarrowTiles.rows4(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
                default ->
                    NarrowTiles.rows1(
                            runs, aRun, bRun, depth, a, aFrom, aRow, aStep, b, bFrom, bStep, start, startFrom, startRow,
                            c, cFrom, cRow);
            }
        }
    }
}
