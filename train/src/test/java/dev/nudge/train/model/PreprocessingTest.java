package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Linear;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Augmentation;
import dev.nudge.train.data.AugmentedDataset;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.model.Categories.Form;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessingTest {
    private static final RandomKey KEY = RandomKey.of(2);

    @Test
    void columnsAreScaledToWhatTheTrainingRowsReach() {
        MinMax scaling = MinMax.fit(new float[] {10, -1, 5, 20, 3, 5}, 3);
        assertEquals(new MinMax(List.of(10.0, -1.0, 5.0), List.of(20.0, 3.0, 5.0)), scaling);
        assertArrayEquals(new float[] {0, 0, 0}, scaling.apply(new float[] {10, -1, 5}));
        assertArrayEquals(new float[] {1, 1, 0}, scaling.apply(new float[] {20, 3, 5}));
        assertArrayEquals(new float[] {2, -0.25f, 1}, scaling.apply(new float[] {30, -2, 6}));
        assertThrows(IllegalArgumentException.class, () -> scaling.apply(new float[2]));
        assertThrows(IllegalArgumentException.class, () -> MinMax.fit(new float[4], 3));
        assertThrows(IllegalArgumentException.class, () -> MinMax.fit(new float[] {Float.NaN}, 1));
        assertThrows(IllegalArgumentException.class, () -> new MinMax(List.of(2.0), List.of(1.0)));
    }

    @Test
    void standardizedColumnsHaveMeanZeroAndDeviationOne() {
        Standardize scaling = Standardize.fit(new float[] {1, 7, 3, 7, 5, 7}, 2);
        assertEquals(List.of(3.0, 7.0), scaling.means());
        assertEquals(Math.sqrt(8.0 / 3), scaling.deviations().getFirst(), 1e-12);
        assertEquals(1, scaling.deviations().getLast());
        assertArrayEquals(new float[] {0, 0}, scaling.apply(new float[] {3, 7}));
    }

    @Test
    void anUnknownTextHasThePlaceOfTheUnknown() {
        Categories colours = Categories.fit(1, List.of("red", "", "blue", "red"), Form.ONE_HOT);
        assertEquals(List.of("blue", "red"), colours.values());
        assertEquals(3, colours.size());
        assertEquals(2, colours.code("red"));
        assertEquals(0, colours.code("green"));
        assertEquals(0, colours.code(""));
        assertArrayEquals(new float[] {5, 0, 0, 1, 6}, colours.apply(new float[] {5, colours.code("red"), 6}));
        assertArrayEquals(new float[] {5, 1, 0, 0, 6}, colours.apply(new float[] {5, colours.code("green"), 6}));
        for (float odd : new float[] {3, -1, 0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertArrayEquals(new float[] {5, 1, 0, 0, 6}, colours.apply(new float[] {5, odd, 6}));
        }
        Categories codes = new Categories(0, colours.values(), Form.INDEX);
        assertArrayEquals(new float[] {2, 9}, codes.apply(new float[] {2, 9}));
        assertArrayEquals(new float[] {0, 9}, codes.apply(new float[] {7, 9}));
        assertThrows(IllegalArgumentException.class, () -> colours.apply(new float[1]));
        assertThrows(IllegalArgumentException.class, () -> new Categories(0, List.of("a", "a"), Form.INDEX));
        assertThrows(IllegalArgumentException.class, () -> new Categories(-1, List.of("a"), Form.INDEX));
    }

    @Test
    void aPredictorTakesRawRowsWhateverTheStagesMakeOfThem(@TempDir Path folder) {
        Categories colours = Categories.fit(0, List.of("blue", "red"), Form.ONE_HOT);
        MinMax scaling = new MinMax(List.of(0.0, 0.0, 0.0, 10.0), List.of(1.0, 1.0, 1.0, 20.0));
        Linear model = Linear.of(4, 1, KEY);
        ModelFile file = ModelFile.of(model, Type.of(DType.F32, Shape.of(4))).withPreprocessing(colours, scaling);
        Path path = folder.resolve("a.nudge");
        ModelFormat.of().write(path, file);
        Predictor predictor = Predictor.load(path);
        assertEquals(List.of(colours, scaling), predictor.file().preprocessing());
        assertEquals(Shape.of(2), predictor.input().shape());
        float[] expected = Predictor.of(ModelFile.of(model, Type.of(DType.F32, Shape.of(4))))
                .predict(0f, 0f, 1f, 0.5f);
        assertArrayEquals(expected, predictor.predict((float) colours.code("red"), 15f));
        assertThrows(IllegalArgumentException.class, () -> predictor.predict(1f, 2f, 3f, 4f));
    }

    @Test
    void pixelsSayTheSizeAndChangeNothing() {
        float[] image = {0.5f, 0.25f};
        assertArrayEquals(image, new Pixels(1, 2, 1).apply(image.clone()));
        assertThrows(IllegalArgumentException.class, () -> new Pixels(2, 2, 1).apply(image));
        assertThrows(IllegalArgumentException.class, () -> new Pixels(0, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> new Pixels(1 << 20, 1 << 20, 3));
    }

    @Test
    void aPreparedDataSetGivesWhatTheModelTakes() {
        ArrayDataset raw =
                ArrayDataset.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, Shape.of(2, 2, 1), new int[] {0, 1}, 2);
        Dataset flat = PreparedDataset.of(raw, Shape.of(4), new Pixels(2, 2, 1), Standardize.of(1, 2));
        Batch batch = flat.batch(1, 0);
        assertEquals(Shape.of(2, 4), batch.inputs().shape());
        assertArrayEquals(
                new float[] {2, 2.5f, 3, 3.5f, 0, 0.5f, 1, 1.5f}, batch.inputs().toFloats());
        assertArrayEquals(new int[] {1, 0}, batch.targets().toInts());
        assertEquals(2, flat.classes());
        assertArrayEquals(raw.shuffle(KEY).order(), flat.shuffle(KEY).order());
        assertNotEquals(raw.fingerprint(), flat.fingerprint());
        assertEquals(1, flat.subset(1).size());
        assertThrows(IllegalArgumentException.class, () -> PreparedDataset.of(raw, Shape.of(5)));
    }

    @Test
    void imagesAreChangedBeforeTheyArePrepared() {
        float[] ones = new float[50 * 9];
        Arrays.fill(ones, 1);
        ArrayDataset raw = ArrayDataset.of(ones, Shape.of(3, 3, 1), new int[50], 1);
        Dataset shifted = AugmentedDataset.of(raw, Augmentation.Subject.OBJECTS, new Augmentation.Shift(1));
        Dataset prepared = PreparedDataset.of(shifted, Shape.of(9), Standardize.of(1, 1));
        Batch batch = prepared.shuffle(KEY).batches(50).iterator().next();
        int uncovered = 0;
        for (float value : batch.inputs().toFloats()) {
            assertTrue(value == 0 || value == -1);
            uncovered += value == -1 ? 1 : 0;
        }
        assertTrue(uncovered > 50, uncovered + " pixels");
    }
}
