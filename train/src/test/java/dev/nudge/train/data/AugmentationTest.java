package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.data.Augmentation.ColorJitter;
import dev.nudge.train.data.Augmentation.Crop;
import dev.nudge.train.data.Augmentation.ResizedCrop;
import dev.nudge.train.data.Augmentation.Rotate;
import dev.nudge.train.data.Augmentation.Subject;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final RandomKey KEY = RandomKey.of(4);

    private static ArrayDataset counted(int height, int width, int channels) {
        float[] values = new float[3 * height * width * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return ArrayDataset.of(values, Shape.of(height, width, channels), new int[3], 1);
    }

    @Test
    void aCropIsEveryWindowOfTheImageInTurn() {
        float[] image = {1, 2, 3, 4, 5, 6}; // 2 x 3
        Set<List<Float>> found = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            float[] window = new Crop(1, 2).apply(image, 2, 3, 1, KEY.at(i));
            found.add(List.of(window[0], window[1]));
        }
        assertEquals(Set.of(List.of(1f, 2f), List.of(2f, 3f), List.of(4f, 5f), List.of(5f, 6f)), found);
    }

    @Test
    void croppedImagesAreSmallerAndShowTheMiddleWhenInOrder() {
        Dataset data =
                AugmentedDataset.of(counted(4, 4, 1), Subject.OBJECTS, new Crop(2, 2), new Augmentation.Mirror());
        assertEquals(Shape.of(2, 2, 1), data.inputType().shape());
        assertArrayEquals(new float[] {21, 22, 25, 26}, data.batch(1).inputs().toFloats());
        Batch drawn = data.shuffle(KEY).batches(3).iterator().next();
        assertEquals(Shape.of(3, 2, 2, 1), drawn.inputs().shape());
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class,
                () -> AugmentedDataset.of(counted(4, 4, 1), Subject.OBJECTS, new Crop(5, 4)));
        assertTrue(error.getMessage().contains("5 x 4"), error.getMessage());
    }

    @Test
    void aResizedCropOfEverythingThatIsSquareIsOnlyStretched() {
        float[] plain = new float[8 * 8 * 3];
        Arrays.fill(plain, 0.25f);
        for (int i = 0; i < 50; i++) {
            assertArrayEquals(plain, new ResizedCrop(0.1).apply(plain, 8, 8, 3, KEY.at(i)));
        }
    }

    @Test
    void aResizedCropShowsAnAreaBetweenTheSmallestAndAll() {
        // Each pixel of a ramp says its column, so that the range of an image tells the width of the window.
        int side = 64;
        float[] ramp = new float[side * side];
        float[] fall = new float[side * side];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = i % side;
            int row = i / side;
            fall[i] = row;
        }
        double least = 1;
        double most = 0;
        for (int i = 0; i < 300; i++) {
            float[] wide = new ResizedCrop(0.25).apply(ramp, side, side, 1, KEY.at(i));
            float[] high = new ResizedCrop(0.25).apply(fall, side, side, 1, KEY.at(i));
            double width = wide[side - 1] - wide[0] + 1;
            double height = high[side * (side - 1)] - high[0] + 1;
            double area = width * height / (side * side);
            least = Math.min(least, area);
            most = Math.max(most, area);
            assertTrue(area > 0.23 && area <= 1, "area " + area);
            assertTrue(width / height > 0.72 && width / height < 1.39, "form " + width / height);
        }
        assertTrue(least < 0.3 && most > 0.9, least + " to " + most);
    }

    @Test
    void theAnglesOfATurnAreWithinTheLimitAndOnBothSides() {
        // A bright pixel at the right end of the middle row moves up when turned against the clock.
        float[] image = new float[33 * 33];
        image[16 * 33 + 32] = 1;
        image[16 * 33 + 31] = 1;
        int up = 0;
        for (int i = 0; i < 100; i++) {
            float[] turned = new Rotate(30).apply(image, 33, 33, 1, KEY.at(i));
            double rows = 0;
            double total = 0;
            for (int at = 0; at < turned.length; at++) {
                rows += turned[at] * (16 - at / 33);
                total += turned[at];
            }
            assertTrue(Math.abs(rows / total) <= 16 * Math.sin(Math.toRadians(30)) + 0.5, "row " + rows / total);
            up += rows > 0 ? 1 : 0;
        }
        assertEquals(50, up, 25, "five standard deviations of 100 fair coins");
    }

    @Test
    void aConstantGreyImageOnlyChangesItsBrightness() {
        float[] grey = new float[4 * 4 * 3];
        Arrays.fill(grey, 0.5f);
        float[] same = new ColorJitter(0, 1, 1).apply(grey, 4, 4, 3, KEY);
        assertArrayEquals(grey, same, 1e-6f);
        for (int i = 0; i < 100; i++) {
            float[] brighter = new ColorJitter(0.4, 1, 1).apply(grey, 4, 4, 3, KEY.at(i));
            assertEquals(0.5 * (1 + 0.4 * (2 * KEY.at(i).uniform(0) - 1)), brighter[0], 1e-6);
            for (float value : brighter) {
                assertEquals(brighter[0], value, 1e-6f);
            }
        }
    }

    @Test
    void contrastKeepsTheMeanGreyAndSaturationTheGreyOfEachPixel() {
        float[] image = {0.5f, 0.4f, 0.6f, 0.45f, 0.55f, 0.5f}; // two pixels far from 0 and 1
        float[] contrast = new ColorJitter(0, 0.5, 0).apply(image, 1, 2, 3, KEY);
        assertEquals(grey(image, 0) + grey(image, 3), grey(contrast, 0) + grey(contrast, 3), 1e-6);
        float[] saturation = new ColorJitter(0, 0, 0.5).apply(image, 1, 2, 3, KEY);
        assertEquals(grey(image, 0), grey(saturation, 0), 1e-6);
        assertEquals(grey(image, 3), grey(saturation, 3), 1e-6);
        assertFalse(Arrays.equals(image, saturation));
        assertFalse(Arrays.equals(image, contrast));
    }

    private static double grey(float[] image, int at) {
        return 0.299 * image[at] + 0.587 * image[at + 1] + 0.114 * image[at + 2];
    }

    @Test
    void theSameKeyGivesTheSameBitsAndAnotherEpochOthers() {
        float[] image = new float[16 * 16 * 3];
        for (int i = 0; i < image.length; i++) {
            image[i] = i % 97 / 97f;
        }
        for (Augmentation each :
                List.of(new Crop(9, 9), new ResizedCrop(0.3), new Rotate(20), new ColorJitter(0.3, 0.3, 0.3))) {
            float[] first = each.apply(image, 16, 16, 3, KEY.at(1).at(7));
            assertArrayEquals(first, each.apply(image, 16, 16, 3, KEY.at(1).at(7)));
            assertFalse(
                    Arrays.equals(first, each.apply(image, 16, 16, 3, KEY.at(2).at(7))), each.toString());
        }
    }

    @Test
    void whatMakesADigitAnotherIsRefused() {
        Dataset digits = counted(8, 8, 1);
        for (Augmentation each : List.of(new Rotate(180), new Rotate(46), new ResizedCrop(0.4))) {
            assertThrows(IllegalArgumentException.class, () -> AugmentedDataset.of(digits, Subject.CHARACTERS, each));
            AugmentedDataset.of(digits, Subject.OBJECTS, each);
        }
        AugmentedDataset.of(digits, Subject.CHARACTERS, new Rotate(15), new ResizedCrop(0.6), new Crop(7, 7));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Rotate(181));
        assertThrows(IllegalArgumentException.class, () -> new Rotate(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Crop(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ResizedCrop(0));
        assertThrows(IllegalArgumentException.class, () -> new ColorJitter(0, 1.1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> AugmentedDataset.of(counted(4, 4, 2), Subject.OBJECTS, new ColorJitter(0.1, 0, 0)));
    }

    @Test
    void drawsThatAreWeightedAreAugmentedToo() {
        Dataset weighted = WeightedDataset.of(counted(4, 4, 1), 0, 1, 0);
        Dataset data = AugmentedDataset.of(weighted, Subject.OBJECTS, new Augmentation.Shift(1));
        assertArrayEquals(new int[] {1, 1, 1}, data.shuffle(KEY).order());
    }
}
