package dev.nudge.cpu;

/// Copies of blocks of a matrix that turn rows into columns.
public final class Transposition {
    /// Rows and columns of a square that is turned in registers.
    static final int SIDE = 16;

    private static final int LANE_BITS = 32;

    private Transposition() {}

    /// Sets `to[toFrom + j * toRow + i] = from[start + i * row + j]` for `i < rows` and `j < columns`.
    ///
    /// @throws IndexOutOfBoundsException if there are no such places
    public static void copy(
            float[] from, int start, int row, int rows, int columns, float[] to, int toFrom, int toRow) {
        boolean vector = VectorModule.isPresent() && VectorModule.bits() >= SIDE * LANE_BITS;
        int down = vector ? rows / SIDE * SIDE : 0;
        int across = vector ? columns / SIDE * SIDE : 0;
        for (int j = 0; j < across; j += SIDE) {
            for (int i = 0; i < down; i += SIDE) {
                VectorTransposition.square(from, start + i * row + j, row, to, toFrom + j * toRow + i, toRow);
            }
        }
        strips(from, start + across, row, down, columns - across, to, toFrom + across * toRow, toRow);
        strips(from, start + down * row, row, rows - down, columns, to, toFrom + down, toRow);
    }

    /// By strips of eight columns: few enough streams for a first-level cache even if they lie a power of
    /// two apart, each written on and on.
    private static void strips(
            float[] from, int start, int row, int rows, int columns, float[] to, int toFrom, int toRow) {
        for (int strip = 0; strip < columns; strip += 8) {
            int end = Math.min(columns, strip + 8);
            for (int i = 0; i < rows; i++) {
                int q = start + i * row;
                for (int j = strip, t = toFrom + strip * toRow + i; j < end; j++, t += toRow) {
                    to[t] = from[q + j];
                }
            }
        }
    }
}
