package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResamplingTest {
    @Test
    void halvingTakesTheMeanOfFourPixels() {
        float[] image = {1, 3, 10, 20, 5, 7, 30, 40}; // 2 x 4
        assertArrayEquals(new float[] {4, 25}, Resampling.resize(image, 2, 4, 1, 1, 2));
    }

    @Test
    void threePixelsBecomeTwoByTheAreaThatTheyCover() {
        // The first new pixel covers the first old one and half the second: (1 * 6 + 1/2 * 9) / 1.5.
        assertArrayEquals(new float[] {7, 19}, Resampling.resize(new float[] {6, 9, 24}, 1, 3, 1, 1, 2), 1e-6f);
    }

    @Test
    void doublingMixesTheTwoNearestPixels() {
        // Centres of the new pixels lie at -1/4, 1/4, 3/4, 5/4 of the old ones; outside the edge goes on.
        assertArrayEquals(new float[] {0, 2, 6, 8}, Resampling.resize(new float[] {0, 8}, 1, 2, 1, 1, 4));
        assertArrayEquals(new float[] {0, 2, 6, 8}, Resampling.resize(new float[] {0, 8}, 2, 1, 1, 4, 1));
    }

    @Test
    void theSameSizeIsTheSameImageAndAConstantStaysConstant() {
        float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        assertArrayEquals(image, Resampling.resize(image, 2, 3, 2, 2, 3));
        float[] plain = new float[7 * 5 * 3];
        Arrays.fill(plain, 0.3f);
        for (float value : Resampling.resize(plain, 7, 5, 3, 3, 11)) {
            assertEquals(0.3f, value);
        }
    }

    @Test
    void areasKeepTheMeanOfTheImage() {
        float[] image = new float[12 * 10];
        double sum = 0;
        for (int i = 0; i < image.length; i++) {
            image[i] = (i * 37 % 101) / 101f;
            sum += image[i];
        }
        double after = 0;
        for (float value : Resampling.resize(image, 12, 10, 1, 5, 7)) {
            after += value;
        }
        assertEquals(sum / 120, after / 35, 1e-6);
    }

    @Test
    void aQuarterTurnAgainstTheClockBringsTheLastColumnOnTop() {
        float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertArrayEquals(new float[] {3, 6, 9, 2, 5, 8, 1, 4, 7}, Resampling.turn(image, 3, 3, 1, 90), 1e-5f);
        assertArrayEquals(new float[] {7, 4, 1, 8, 5, 2, 9, 6, 3}, Resampling.turn(image, 3, 3, 1, -90), 1e-5f);
        assertArrayEquals(new float[] {9, 8, 7, 6, 5, 4, 3, 2, 1}, Resampling.turn(image, 3, 3, 1, 180), 1e-5f);
        assertArrayEquals(image, Resampling.turn(image, 3, 3, 1, 0));
    }

    @Test
    void aTurnKeepsTheCentreAndUncoversCorners() {
        float[] image = new float[49];
        Arrays.fill(image, 1);
        float[] turned = Resampling.turn(image, 7, 7, 1, 45);
        assertEquals(1, turned[24], 1e-6);
        assertEquals(0, turned[0]); // sqrt(2) * 3 = 4.24 from the centre, outside by more than a pixel
        assertEquals(1, turned[3 * 7], 1e-6); // comes from 3 / sqrt(2) = 2.12 right and down
    }

    @Test
    void theMiddleIsAWindow() {
        float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}; // 3 x 4
        assertArrayEquals(new float[] {6, 7}, Resampling.centre(image, 3, 4, 1, 1, 2));
        assertArrayEquals(new float[] {1, 2, 3, 5, 6, 7}, Resampling.centre(image, 3, 4, 1, 2, 3));
        assertArrayEquals(new float[] {7, 8, 11, 12}, Resampling.window(image, 3, 4, 1, 1, 2, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> Resampling.window(image, 3, 4, 1, 2, 0, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> Resampling.centre(image, 3, 4, 1, 4, 4));
        assertThrows(IllegalArgumentException.class, () -> Resampling.resize(image, 3, 5, 1, 4, 4));
        assertThrows(IllegalArgumentException.class, () -> Resampling.resize(image, 3, 4, 1, 0, 4));
    }
}
