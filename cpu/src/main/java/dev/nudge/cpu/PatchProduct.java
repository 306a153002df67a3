package dev.nudge.cpu;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// Matrix products of what windows see, which is read where it lies, and a panel of [#PANEL] or [#LANES] columns.
///
/// A row of the matrix of patches belongs to a place: those of place `i` of line `l` begin at
/// `aFrom + l aLine + i aPlace`, its elements are neighbours. Rows may overlap, as windows do. Row
/// `p` of the panel B begins at `bFrom + p width`. C may have any distance between its rows.
interface PatchProduct {
    int LANES = RowKernels.LANES;
    /// Columns of a panel; the last one may have [#LANES].
    int PANEL = 2 * LANES;

    /// `c[i][j] = Σ_p a[i][p] b[p][j]` for all places `i`, an fma per element `p`, in order.
    ///
    /// @param lines    lines of places
    /// @param places   places of a line
    /// @param elements elements of a place
    /// @param width    columns of the panel
    /// @param onto     whether C holds what the terms are added to, else they begin at zero
    void rows(
            int lines,
            int places,
            int elements,
            int width,
            float[] a,
            int aFrom,
            int aLine,
            int aPlace,
            float[] b,
            int bFrom,
            boolean onto,
            float[] c,
            int cFrom,
            int cRow);

    /// As [#rows] with the transpose of the patches: `c[p][j] = Σ_i a[i][p] b[i][j]` for all
    /// elements `p`, an fma per place `i`, in order.
    void columns(
            int lines,
            int places,
            int elements,
            int width,
            float[] a,
            int aFrom,
            int aLine,
            int aPlace,
            float[] b,
            int bFrom,
            boolean onto,
            float[] c,
            int cFrom,
            int cRow);

    /// Copies `rows` rows of `length` elements in whole vectors: less than [#LANES] elements beyond
    /// the end of each row are read, and written.
    void copy(int rows, int length, float[] from, int at, int row, float[] to, int target, int targetRow);

    /// `columns` rounded up to a width that panels make up.
    static int padded(int columns) {
        return (columns + LANES - 1) / LANES * LANES;
    }

    /// Whether rows of so many elements are a panel as they are.
    static boolean isPanel(int columns) {
        return columns == PANEL || columns == LANES;
    }

    /// Copies rows of `columns` elements into panels, one after the other, with zeros up to the padded width.
    static void pack(int rows, int columns, float[] from, int at, float[] panels) {
        for (int j = 0; j < columns; j += PANEL) {
            int width = Math.min(PANEL, padded(columns) - j);
            int count = Math.min(width, columns - j);
            for (int i = 0, to = j * rows; i < rows; i++, to += width) {
                System.arraycopy(from, at + i * columns + j, panels, to, count);
                Arrays.fill(panels, to + count, to + width, 0f);
            }
        }
    }

    /// In plain Java; the same bits.
    final class Plain implements PatchProduct {
        @Override
        public void rows(
                int lines,
                int places,
                int elements,
                int width,
                float[] a,
                int aFrom,
                int aLine,
                int aPlace,
                float[] b,
                int bFrom,
                boolean onto,
                float[] c,
                int cFrom,
                int cRow) {
            for (int i = 0; i < lines * places; i++) {
                int from = aFrom + i / places * aLine + i % places * aPlace;
                int to = begun(onto, c, cFrom + i * cRow, width);
                for (int p = 0; p < elements; p++) {
                    add(width, a[from + p], b, bFrom + p * width, c, to);
                }
            }
        }

        @Override
        public void columns(
                int lines,
                int places,
                int elements,
                int width,
                float[] a,
                int aFrom,
                int aLine,
                int aPlace,
                float[] b,
                int bFrom,
                boolean onto,
                float[] c,
                int cFrom,
                int cRow) {
            for (int p = 0; p < elements; p++) {
                int to = begun(onto, c, cFrom + p * cRow, width);
                for (int i = 0; i < lines * places; i++) {
                    int from = aFrom + i / places * aLine + i % places * aPlace;
                    add(width, a[from + p], b, bFrom + i * width, c, to);
                }
            }
        }

        @Override
        public void copy(int rows, int length, float[] from, int at, int row, float[] to, int target, int targetRow) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(from, at + i * row, to, target + i * targetRow, length);
            }
        }

        private static int begun(boolean onto, float[] c, int to, int width) {
            if (!onto) {
                Arrays.fill(c, to, to + width, 0f);
            }
            return to;
        }

        private static void add(int width, float factor, float[] b, int from, float[] c, int to) {
            for (int j = 0; j < width; j++) {
                c[to + j] = Math.fma(factor, b[from + j], c[to + j]);
            }
        }
    }

    /// [PatchProduct] with the Vector API, in register tiles.
    final class Vectors implements PatchProduct {
        private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
        /// Whether a panel is two vectors wide, for which there are tiles that step by constants ([Tiles.Rows]).
        private static final boolean FULL = GemmPacking.LANES == LANES;

        private final float[] zeros = new float[PANEL];
        private final Map<Integer, Tiles.Rows> tiles = new ConcurrentHashMap<>(); // by the distance of rows

        @Override
        public void rows(
                int lines,
                int places,
                int elements,
                int width,
                float[] a,
                int aFrom,
                int aLine,
                int aPlace,
                float[] b,
                int bFrom,
                boolean onto,
                float[] c,
                int cFrom,
                int cRow) {
            Tiles.@Nullable Rows constant = FULL ? tiles.computeIfAbsent(aPlace, Tiles.Rows::apart) : null;
            for (int line = 0; line < lines; line++) {
                for (int i = 0, height; i < places; i += height) {
                    height = constant != null ? height(places - i, width) : Tiles.fitting(places - i);
                    int from = aFrom + line * aLine + i * aPlace;
                    int to = cFrom + (line * places + i) * cRow;
                    float[] start = onto ? c : zeros;
                    int startFrom = onto ? to : 0;
                    int startRow = onto ? cRow : 0;
                    if (constant != null && width == PANEL && height == 8) {
                        constant.wide8(elements, a, from, b, bFrom, start, startFrom, startRow, c, to, cRow);
                    } else if (constant != null && width == PANEL && height == 6) {
                        constant.wide6(elements, a, from, b, bFrom, start, startFrom, startRow, c, to, cRow);
                    } else if (constant != null && width == LANES && height == 16) {
                        constant.narrow16(elements, a, from, b, bFrom, start, startFrom, startRow, c, to, cRow);
                    } else {
                        other(height, width, elements, a, from, aPlace, 1, b, bFrom, onto, c, to, cRow);
                    }
                }
            }
        }

        /// Rows of the next tile where `rows` are left, of those of [Tiles.Rows] if there is one.
        private static int height(int rows, int width) {
            if (width == LANES) {
                return rows >= 16 ? 16 : Tiles.fitting(rows);
            }
            return rows >= 8 && (rows < 10 || rows > 12) ? 8 : Tiles.fitting(Math.min(rows, 6));
        }

        @Override
        public void columns(
                int lines,
                int places,
                int elements,
                int width,
                float[] a,
                int aFrom,
                int aLine,
                int aPlace,
                float[] b,
                int bFrom,
                boolean onto,
                float[] c,
                int cFrom,
                int cRow) {
            for (int i = 0, height; i < elements; i += height) {
                int from = aFrom + i;
                int to = cFrom + i * cRow;
                float[] start = onto ? c : zeros;
                int startFrom = onto ? to : 0;
                int startRow = onto ? cRow : 0;
                if (FULL && width == PANEL && elements - i >= 12) {
                    height = 12;
                    WideTiles.columns12(
                            lines, aLine, places, a, from, aPlace, b, bFrom, start, startFrom, startRow, c, to, cRow);
                } else if (FULL && width == LANES && elements - i >= 16) {
                    height = 16;
                    NarrowTiles.columns16(
                            lines, aLine, places, a, from, aPlace, b, bFrom, start, startFrom, startRow, c, to, cRow);
                } else {
                    height = Tiles.fitting(elements - i);
                    for (int line = 0; line < lines; line++) {
                        int right = bFrom + line * places * width;
                        other(height, width, places, a, from, 1, aPlace, b, right, onto || line > 0, c, to, cRow);
                        from += aLine;
                    }
                }
            }
        }

        private void other(
                int rows,
                int width,
                int depth,
                float[] a,
                int aFrom,
                int aRow,
                int aStep,
                float[] b,
                int bFrom,
                boolean onto,
                float[] c,
                int cFrom,
                int cRow) {
            for (int j = 0; j < width; j += GemmPacking.WIDTH) {
                Tiles.run(
                        rows,
                        width - j >= GemmPacking.WIDTH,
                        depth,
                        a,
                        aFrom,
                        aRow,
                        aStep,
                        b,
                        bFrom + j,
                        width,
                        onto ? c : zeros,
                        onto ? cFrom + j : 0,
                        onto ? cRow : 0,
                        c,
                        cFrom + j,
                        cRow);
            }
        }

        @Override
        public void copy(int rows, int length, float[] from, int at, int row, float[] to, int target, int targetRow) {
            for (int j = 0; j < length; j += SPECIES.length()) {
                int p = at + j;
                int q = target + j;
                for (int i = 0; i < rows; i++, p += row, q += targetRow) {
                    FloatVector.fromArray(SPECIES, from, p).intoArray(to, q);
                }
            }
        }
    }
}
