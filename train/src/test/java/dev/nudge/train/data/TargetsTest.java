package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.train.LossBounds;
import dev.nudge.train.model.PreparedDataset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What needs only the targets reads no input.
class TargetsTest {
    private static final int ROWS = 40;

    /// Pictures of two by three in four classes.
    ///
    /// @param readable whether there are pictures, or only their classes
    private record Pictures(boolean readable) implements Dataset {
        @Override
        public int size() {
            return ROWS;
        }

        @Override
        public Type inputType() {
            return Type.of(DType.F32, Shape.of(2, 3, 1));
        }

        @Override
        public Type targetType() {
            return Type.of(DType.I32, Shape.SCALAR);
        }

        @Override
        public int classes() {
            return 4;
        }

        @Override
        public Batch batch(int... rows) {
            if (!readable) {
                throw new IllegalStateException("inputs were read");
            }
            return new Batch(Tensor.of(new float[6 * rows.length], rows.length, 2, 3, 1), targets(rows), rows);
        }

        @Override
        public Tensor targets(int... rows) {
            return Tensor.of(IntStream.of(rows).map(row -> row * row % 4).toArray(), rows.length);
        }

        @Override
        public String fingerprint() {
            return "pictures";
        }
    }

    private static List<Dataset> of(Dataset pictures) {
        double[] weights = IntStream.range(0, ROWS).mapToDouble(row -> row + 1).toArray();
        return List.of(
                pictures,
                pictures.subset(3, 1, 7, 20),
                pictures.subset(3, 1, 7, 20).subset(2, 2, 0),
                WeightedDataset.of(pictures, weights),
                AugmentedDataset.of(pictures, Augmentation.Subject.OBJECTS, new Augmentation.Crop(1, 2)),
                PreparedDataset.of(pictures, Shape.of(6)),
                MixedDataset.of(pictures, new Mixing.Mixup(0.2)));
    }

    @Test
    void targetsAreThoseOfTheBatchAndNeedNoInput() {
        List<Dataset> readable = of(new Pictures(true));
        List<Dataset> unreadable = of(new Pictures(false));
        for (int i = 0; i < readable.size(); i++) {
            Dataset blind = unreadable.get(i);
            int[] rows = {2, 0, 1, 2};
            assertThrows(IllegalStateException.class, () -> blind.batch(rows));
            assertArrayEquals(
                    readable.get(i).batch(rows).targets().toDoubles(),
                    blind.targets(rows).toDoubles(),
                    blind.toString());
        }
    }

    @Test
    void boundsOfTheLossNeedTheTargetsOnly() {
        Dataset seen = new Pictures(true);
        Dataset blind = new Pictures(false);
        assertEquals(LossBounds.of(Losses.crossEntropy(), seen), LossBounds.of(Losses.crossEntropy(), blind));
        assertArrayEquals(seen.labels(), blind.labels());
    }
}
