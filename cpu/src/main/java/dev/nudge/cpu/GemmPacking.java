package dev.nudge.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Copies that bring operands of [Gemm] into the order in which its tiles read them.
final class GemmPacking {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    static final int LANES = SPECIES.length();
    /// Columns of a full panel.
    static final int WIDTH = 2 * LANES;

    private GemmPacking() {}

    /// `columns` rounded up to whole vectors.
    static int padded(int columns) {
        return (columns + LANES - 1) / LANES * LANES;
    }

    /// Packs `steps` rows of `columns` elements of B from `to` on as panels `[steps][WIDTH]` that begin `apart`
    /// elements after each other; the last one may be narrower, padded to whole vectors with zeros.
    /// Columns that are not contiguous must make up one panel, and their steps be so (`bStep` is 1).
    static void packPanels(
            float[] b, int from, int bStep, int bColumn, int steps, int columns, float[] panels, int to, int apart) {
        if (bColumn != 1) {
            packTransposed(b, from, bColumn, steps, columns, padded(columns), panels, to);
            return;
        }
        int whole = columns / WIDTH * WIDTH;
        if (whole != 0) {
            packWhole(b, from, bStep, steps, whole, panels, to, apart);
        }
        if (whole != columns) {
            packNarrower(b, from + whole, bStep, steps, columns - whole, panels, to + whole / WIDTH * apart);
        }
    }

    private static void packWhole(
            float[] b, int from, int bStep, int steps, int columns, float[] panels, int start, int apart) {
        for (int p = 0; p < steps; p++) {
            int q = from + p * bStep;
            int to = start + p * WIDTH;
            for (int end = q + columns; q < end; q += WIDTH) {
                FloatVector left = FloatVector.fromArray(SPECIES, b, q);
                FloatVector right = FloatVector.fromArray(SPECIES, b, q + LANES);
                left.intoArray(panels, to);
                right.intoArray(panels, to + LANES);
                to += apart;
            }
        }
    }

    private static void packNarrower(float[] b, int from, int bStep, int steps, int columns, float[] panel, int start) {
        int padded = padded(columns);
        int whole = columns / LANES * LANES;
        VectorMask<Float> rest = SPECIES.indexInRange(whole, columns);
        int to = start;
        for (int p = 0; p < steps; p++) {
            int q = from + p * bStep;
            if (whole != 0) {
                FloatVector.fromArray(SPECIES, b, q).intoArray(panel, to);
            }
            if (whole != columns) {
                FloatVector.fromArray(SPECIES, b, q + whole, rest).intoArray(panel, to + whole);
            }
            to += padded;
        }
    }

    /// Columns whose steps lie beside each other.
    private static void packTransposed(
            float[] b, int from, int bColumn, int steps, int columns, int padded, float[] panel, int to) {
        Transposition.copy(b, from, bColumn, columns, steps, panel, to, padded);
        if (columns < padded) {
            for (int p = 0; p < steps; p++) {
                Arrays.fill(panel, to + p * padded + columns, to + (p + 1) * padded, 0f);
            }
        }
    }

    /// Packs `rows` rows of A in groups of `height` as `[steps][height]` that begin `apart` elements
    /// after each other; the last group is not padded. `apart` leaves room for a vector beyond the
    /// last step.
    static void packRows(
            int height, float[] a, int from, int aRow, int aStep, int rows, int steps, float[] packed, int apart) {
        if (aRow == 1 && LANES >= height) {
            packContiguousRows(height, a, from, aStep, rows, steps, packed, apart);
            return;
        }
        for (int i = 0; i < rows; i += height) {
            int count = Math.min(height, rows - i);
            int q = from + i * aRow;
            int to = i / height * apart;
            for (int r = 0; r < count; r++) {
                for (int p = 0; p < steps; p++) {
                    packed[to + p * height + r] = a[q + r * aRow + p * aStep];
                }
            }
        }
    }

    /// Copies whole vectors; what they hold beyond a group is overwritten by its next step.
    private static void packContiguousRows(
            int height, float[] a, int from, int aStep, int rows, int steps, float[] packed, int apart) {
        int whole = rows < LANES ? 0 : ((rows - LANES) / height + 1) * height;
        for (int p = 0; p < steps; p++) {
            int q = from + p * aStep;
            int to = p * height;
            for (int end = q + whole; q < end; q += height) {
                FloatVector.fromArray(SPECIES, a, q).intoArray(packed, to);
                to += apart;
            }
        }
        for (int i = whole; i < rows; i += height) { // a vector would reach beyond the rows
            VectorMask<Float> rest = SPECIES.indexInRange(0, Math.min(height, rows - i));
            int q = from + i;
            int to = i / height * apart;
            for (int p = 0; p < steps; p++) {
                FloatVector.fromArray(SPECIES, a, q + p * aStep, rest).intoArray(packed, to + p * height, rest);
            }
        }
    }
}
