package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DigitsTest {
    private final LabelledImages digits = Digits.load();

    @Test
    void thereAre1797ImagesOf8By8() {
        assertEquals(1797, digits.count());
        assertEquals(8, digits.height());
        assertEquals(8, digits.width());
        assertEquals(10, digits.classes());
        assertEquals(1797 * 64, digits.images().length);
    }

    @Test
    void theClassesHaveThePublishedCounts() {
        int[] counts = new int[10];
        for (int label : digits.labels()) {
            counts[label]++;
        }
        assertArrayEquals(new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, counts);
    }

    @Test
    void shadesAreSeventeenStepsFromZeroToOne() {
        boolean[] seen = new boolean[17];
        for (float pixel : digits.images()) {
            assertEquals(Math.rint(pixel * 16), pixel * 16);
            seen[(int) (pixel * 16)] = true;
        }
        assertArrayEquals(everyShade(), seen);
    }

    private static boolean[] everyShade() {
        boolean[] all = new boolean[17];
        Arrays.fill(all, true);
        return all;
    }

    @Test
    void theFirstAndTheLastImageAreThoseOfTheSource() {
        int[] first = {
            0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0, 0, 4, 12, 0, 0, 8, 8, 0,
            0, 5, 8, 0, 0, 9, 8, 0, 0, 4, 11, 0, 1, 12, 7, 0, 0, 2, 14, 5, 10, 12, 0, 0, 0, 0, 6, 13, 10, 0, 0, 0
        };
        int[] last = {
            0, 0, 10, 14, 8, 1, 0, 0, 0, 2, 16, 14, 6, 1, 0, 0, 0, 0, 15, 15, 8, 15, 0, 0, 0, 0, 5, 16, 16, 10, 0, 0,
            0, 0, 12, 15, 15, 12, 0, 0, 0, 4, 16, 6, 4, 16, 6, 0, 0, 8, 16, 10, 8, 16, 8, 0, 0, 1, 8, 12, 14, 12, 1, 0
        };
        assertArrayEquals(first, shades(0));
        assertEquals(0, digits.labels()[0]);
        assertArrayEquals(last, shades(1796));
        assertEquals(8, digits.labels()[1796]);
    }

    private int[] shades(int image) {
        float[] pixels = digits.images();
        int[] shades = new int[64];
        Arrays.setAll(shades, index -> (int) (pixels[image * 64 + index] * 16));
        return shades;
    }

    @Test
    void theFingerprintIsTheSameEachTime() {
        assertEquals(digits.fingerprint(), Digits.load().fingerprint());
        assertTrue(digits.fingerprint().matches("[0-9a-f]{64}"));
    }
}
