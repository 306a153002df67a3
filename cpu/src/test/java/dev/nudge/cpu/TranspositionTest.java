package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TranspositionTest {
    @Test
    void rowsBecomeColumnsAndNothingElseIsTouched() {
        for (int rows : new int[] {0, 1, 7, 15, 16, 17, 32, 50}) {
            for (int columns : new int[] {0, 1, 8, 16, 31, 48, 70}) {
                int row = columns + 3;
                int toRow = rows + 5;
                float[] from = new float[2 + rows * row];
                for (int i = 0; i < from.length; i++) {
                    from[i] = i;
                }
                float[] to = new float[4 + columns * toRow];
                Arrays.fill(to, -1);
                float[] expected = to.clone();
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        expected[4 + j * toRow + i] = 2 + i * row + j;
                    }
                }
                Transposition.copy(from, 2, row, rows, columns, to, 4, toRow);
                assertArrayEquals(expected, to, rows + " x " + columns);
            }
        }
    }

    @Test
    void everyBitPatternSurvivesColdAndWarm() {
        int side = 64;
        float[] from = new float[side * side];
        for (int i = 0; i < from.length; i++) {
            from[i] = Float.intBitsToFloat(i * 0x9E3779B1); // among them NaNs of all kinds
        }
        float[] to = new float[from.length];
        for (int times = 0; times < 2_000; times++) {
            Transposition.copy(from, 0, side, side, side, to, 0, side);
        }
        for (int i = 0; i < side; i++) {
            for (int j = 0; j < side; j++) {
                int expected = Float.floatToRawIntBits(from[i * side + j]);
                int found = Float.floatToRawIntBits(to[j * side + i]);
                if (expected != found) {
                    throw new AssertionError(i + ", " + j + ": " + expected + " became " + found);
                }
            }
        }
    }

    @Test
    void placesBeyondTheArraysAreRefused() {
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> Transposition.copy(new float[255], 0, 16, 16, 16, new float[256], 0, 16));
    }
}
