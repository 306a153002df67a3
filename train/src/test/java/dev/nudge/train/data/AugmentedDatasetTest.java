package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.data.Augmentation.Erase;
import dev.nudge.train.data.Augmentation.Mirror;
import dev.nudge.train.data.Augmentation.Shift;
import dev.nudge.train.data.Augmentation.Subject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentedDatasetTest {
    private static final RandomKey KEY = RandomKey.of(9);

    private static ArrayDataset images(int count, int height, int width, int channels) {
        float[] values = new float[count * height * width * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 + i;
        }
        return ArrayDataset.of(values, Shape.of(height, width, channels), new int[count], 2);
    }

    private static Map<Integer, float[]> seen(Dataset data, RandomKey key, int batch, int workers, int first) {
        Map<Integer, float[]> images = new HashMap<>();
        int length = data.inputType().shape().elements();
        for (Batch each : data.shuffle(key).batches(batch).withWorkers(workers).from(first)) {
            float[] all = each.inputs().toFloats();
            for (int i = 0; i < each.size(); i++) {
                images.put(each.rows()[i], Arrays.copyOfRange(all, i * length, (i + 1) * length));
            }
        }
        return images;
    }

    @Test
    void anImageIsChangedAlikeForAnyBatchWorkersAndStart() {
        Dataset data =
                AugmentedDataset.of(images(23, 6, 5, 3), Subject.OBJECTS, new Shift(2), new Mirror(), new Erase(2));
        Map<Integer, float[]> expected = seen(data, KEY, 23, 1, 0);
        assertEquals(23, expected.size());
        for (int workers = 1; workers <= 3; workers++) {
            seen(data, KEY, 4, workers, 0).forEach((row, image) -> assertArrayEquals(expected.get(row), image));
            Map<Integer, float[]> rest = seen(data, KEY, 4, workers, 3);
            assertEquals(23 - 12, rest.size());
            rest.forEach((row, image) -> assertArrayEquals(expected.get(row), image));
        }
        Map<Integer, float[]> other = seen(data, RandomKey.of(10), 23, 1, 0);
        assertTrue(expected.keySet().stream().anyMatch(row -> !Arrays.equals(expected.get(row), other.get(row))));
    }

    @Test
    void imagesInOrderStayAsTheyAre() {
        ArrayDataset plain = images(4, 3, 3, 1);
        Dataset data = AugmentedDataset.of(plain, Subject.OBJECTS, new Mirror(), new Shift(1));
        assertArrayEquals(
                plain.batch(0, 1, 2, 3).inputs().toFloats(),
                data.ordered().batches(4).iterator().next().inputs().toFloats());
        assertArrayEquals(plain.labels(), data.labels());
    }

    @Test
    void aMirrorChangesLeftAndRightOfHalfTheImages() {
        float[] image = {1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60}; // 2 x 3 of two channels
        float[] mirrored = {3, 30, 2, 20, 1, 10, 6, 60, 5, 50, 4, 40};
        int count = 0;
        for (int i = 0; i < 1000; i++) {
            float[] found = new Mirror().apply(image, 2, 3, 2, KEY.at(i));
            if (found[0] == 3) {
                assertArrayEquals(mirrored, found);
                count++;
            } else {
                assertArrayEquals(image, found);
            }
        }
        assertEquals(500, count, 80, "five standard deviations of 1000 fair coins");
    }

    @Test
    void aShiftReachesEveryOffsetAndFillsWithZero() {
        float[] image = {1, 2, 3, 4, 5, 6}; // 2 x 3
        Set<String> found = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            found.add(Arrays.toString(new Shift(1).apply(image, 2, 3, 1, KEY.at(i))));
        }
        assertEquals(
                Set.of(
                        "[5.0, 6.0, 0.0, 0.0, 0.0, 0.0]",
                        "[4.0, 5.0, 6.0, 0.0, 0.0, 0.0]",
                        "[0.0, 4.0, 5.0, 0.0, 0.0, 0.0]",
                        "[2.0, 3.0, 0.0, 5.0, 6.0, 0.0]",
                        "[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]",
                        "[0.0, 1.0, 2.0, 0.0, 4.0, 5.0]",
                        "[0.0, 0.0, 0.0, 2.0, 3.0, 0.0]",
                        "[0.0, 0.0, 0.0, 1.0, 2.0, 3.0]",
                        "[0.0, 0.0, 0.0, 0.0, 1.0, 2.0]"),
                found);
        for (int i = 0; i < 50; i++) {
            assertEquals(6, new Shift(100).apply(image, 2, 3, 1, KEY.at(i)).length, "further than the image is wide");
        }
        assertThrows(IllegalArgumentException.class, () -> new Shift(-1));
    }

    @Test
    void erasingSetsASquareToZeroThatTheEdgeMayCut() {
        float[] image = new float[25];
        Arrays.fill(image, 1);
        Set<Integer> areas = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            int zeros = 0;
            for (float value : new Erase(3).apply(image, 5, 5, 1, KEY.at(i))) {
                zeros += value == 0 ? 1 : 0;
            }
            areas.add(zeros);
        }
        assertEquals(Set.of(9, 6, 4), areas); // whole, cut by one edge, cut in a corner
        assertThrows(IllegalArgumentException.class, () -> new Erase(0));
    }

    @Test
    void aDigitIsNotShownInAMirror() {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class,
                () -> AugmentedDataset.of(images(2, 8, 8, 1), Subject.CHARACTERS, new Mirror()));
        assertTrue(error.getMessage().contains("digit"), error.getMessage());
        AugmentedDataset.of(images(2, 8, 8, 1), Subject.CHARACTERS, new Shift(1), new Erase(2));
    }

    @Test
    void rowsWithoutHeightAndWidthAreNoImages() {
        ArrayDataset table = ArrayDataset.of(new float[8], Shape.of(4), new int[2], 2);
        assertThrows(IllegalArgumentException.class, () -> AugmentedDataset.of(table, Subject.OBJECTS, new Shift(1)));
    }

    @Test
    void otherChangesAreOtherData() {
        ArrayDataset plain = images(3, 4, 4, 1);
        String one = AugmentedDataset.of(plain, Subject.OBJECTS, new Shift(1)).fingerprint();
        assertEquals(
                one,
                AugmentedDataset.of(images(3, 4, 4, 1), Subject.OBJECTS, new Shift(1))
                        .fingerprint());
        assertNotEquals(
                one, AugmentedDataset.of(plain, Subject.OBJECTS, new Shift(2)).fingerprint());
        assertNotEquals(one, plain.fingerprint());
        assertFalse(one.isEmpty());
    }
}
