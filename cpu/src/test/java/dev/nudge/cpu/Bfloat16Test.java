package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Bfloat16Test {
    /// What is below a number, at a tie, and above it.
    private static final int[] LOWER_HALVES = {0, 1, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff};

    private static float widened(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /// The definition, in double precision, where differences of neighbours and their halves are exact:
    /// the nearer of the two numbers around `value`, or the even one. Beyond the largest number the
    /// next is what its exponent would be followed by, 2^128, and stands for infinity.
    private static float nearest(float value) {
        if (Float.isNaN(value) || Float.isInfinite(value)) {
            return value;
        }
        int down = Float.floatToRawIntBits(value) >>> 16;
        int up = down + 1;
        double lower = Math.abs((double) widened(down));
        double upper = Float.isInfinite(widened(up)) ? 0x1p128 : Math.abs((double) widened(up));
        double magnitude = Math.abs((double) value);
        double toLower = magnitude - lower;
        double toUpper = upper - magnitude;
        assertTrue(toLower >= 0 && toUpper > 0, "between the two");
        return widened(toLower < toUpper || (toLower == toUpper && down % 2 == 0) ? down : up);
    }

    @Test
    void everyNumberIsRoundedToTheNearest() {
        for (int upper = 0; upper <= 0xffff; upper++) {
            for (int lower : LOWER_HALVES) {
                float value = Float.intBitsToFloat(upper << 16 | lower);
                float expected = nearest(value);
                float found = widened(Bfloat16.of(value));
                if (Float.isNaN(expected)) {
                    assertTrue(Float.isNaN(found), () -> Float.floatToRawIntBits(value) + " became " + found);
                } else {
                    assertEquals(
                            Float.floatToRawIntBits(expected),
                            Float.floatToRawIntBits(found),
                            () -> value + " became " + found);
                }
            }
        }
    }

    @Test
    void someNumbersByHand() {
        assertEquals(0x3f80, Bfloat16.of(1));
        assertEquals(0x3f80, Bfloat16.of(1 + 0x1p-8f), "a tie goes to 1, whose last bit is 0");
        assertEquals(0x3f82, Bfloat16.of(1 + 3 * 0x1p-8f), "a tie goes up to 1 + 2^-6");
        assertEquals(0x3f81, Bfloat16.of(1 + 0x1p-8f + 0x1p-23f), "above the tie");
        assertEquals((short) 0xc049, Bfloat16.of((float) -Math.PI), "-3.140625");
        assertEquals((short) 0x8000, Bfloat16.of(-0f));
        assertEquals(1, Bfloat16.of(0x1p-133f), "the least subnormal number");
        assertEquals(0, Bfloat16.of(Float.MIN_VALUE));
        assertEquals(0x7f80, Bfloat16.of(Float.MAX_VALUE), "infinity, which is nearer than the largest");
        assertEquals(0x7f7f, Bfloat16.of(0x1.fep127f), "the largest");
        assertEquals((short) 0xff80, Bfloat16.of(Float.NEGATIVE_INFINITY));
    }

    @Test
    void aNaNWithBitsOnlyBelowStaysOne() {
        assertTrue(Float.isNaN(widened(Bfloat16.of(Float.intBitsToFloat(0x7f800001)))));
        assertTrue(Float.isNaN(widened(Bfloat16.of(Float.intBitsToFloat(0xffffffff)))));
    }

    @Test
    void arraysAreRoundedAsSingleNumbersWhereverTheyBeginAndEnd() {
        int length = LOWER_HALVES.length << 16;
        float[] values = new float[length];
        short[] expected = new short[length];
        for (int i = 0; i < length; i++) {
            values[i] = Float.intBitsToFloat((i / LOWER_HALVES.length) << 16 | LOWER_HALVES[i % LOWER_HALVES.length]);
            expected[i] = Bfloat16.of(values[i]);
        }
        short[] whole = new short[length];
        Bfloat16.round(values, whole, 0, length);
        assertArrayEquals(expected, whole);
        for (int first = 0; first < 20; first++) {
            for (int end = first; end < 60; end++) {
                short[] part = new short[60];
                Arrays.fill(part, (short) 7);
                Bfloat16.round(values, part, first, end);
                for (int i = 0; i < part.length; i++) {
                    assertEquals(i >= first && i < end ? expected[i] : 7, part[i], first + " to " + end + " at " + i);
                }
            }
        }
        assertThrows(IndexOutOfBoundsException.class, () -> Bfloat16.round(values, new short[8], 0, 9));
    }
}
