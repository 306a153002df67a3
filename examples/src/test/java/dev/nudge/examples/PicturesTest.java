package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Summary;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.data.Digits;
import dev.nudge.train.data.LabelledImages;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples that learn from pictures, on the digits that come with Nudge, three times as large.
class PicturesTest {
    private static final int TEST = 297;

    private static Path digits(Path folder) throws IOException {
        LabelledImages digits = Digits.load();
        int train = digits.count() - TEST;
        write(folder, "train", digits, 0, train);
        write(folder, "t10k", digits, train, TEST);
        return folder;
    }

    /// Writes pictures of 28 by 28: each pixel as nine, and a margin of two.
    private static void write(Path folder, String part, LabelledImages digits, int first, int count)
            throws IOException {
        float[] pixels = digits.images();
        ByteBuffer images = ByteBuffer.allocate(16 + count * 784);
        images.putInt(0x803).putInt(count).putInt(28).putInt(28);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < 784; p++) {
                int row = Math.floorDiv(p / 28 - 2, 3);
                int column = Math.floorDiv(p % 28 - 2, 3);
                boolean inside = row >= 0 && row < 8 && column >= 0 && column < 8;
                images.put((byte) (inside ? 255 * pixels[(first + i) * 64 + row * 8 + column] : 0));
            }
            labels.put((byte) digits.labels()[first + i]);
        }
        Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }

    @Test
    void lenetReadsDigits(@TempDir Path folder) throws IOException {
        Result result = new Lenet().run(TestSession.of(digits(folder)));

        assertTrue(TestSession.score(result, "testAccuracy") > 0.9, () -> "" + result.scores());
    }

    @Test
    void twoConvolutionsAreBetterThanALinearModel(@TempDir Path folder) throws IOException {
        Result result = new Fashion().run(TestSession.of(digits(folder)));

        double accuracy = TestSession.score(result, "testAccuracy");
        assertTrue(accuracy > 0.9, () -> "" + result.scores());
        assertTrue(accuracy > TestSession.score(result, "baselineAccuracy"), () -> "" + result.scores());
    }

    @Test
    void aSmallResidualNetworkLearnsPicturesThatAreMovedAndMirrored(@TempDir Path folder) throws IOException {
        Result result = new Resnet20().run(TestSession.of(digits(folder)));

        assertTrue(TestSession.score(result, "testAccuracy") > 0.7, () -> "" + result.scores());
    }

    @Test
    void theResidualNetworkIsThatOfThePaper() {
        Layer network = Resnet20.network(3, 16, 3, RandomKey.of(1));
        Summary summary = Summary.of(network, Shape.of(1, 32, 32, 3));
        // table 6 of He et al. 2016: 0.27 million parameters; counted by hand 3·9·16 + 6·2304 + ... + 64·10 + 10
        long convolutions =
                3 * 9 * 16 + 6 * 9 * 16 * 16 + 9 * 16 * 32 + 5 * 9 * 32 * 32 + 9 * 32 * 64 + 5 * 9 * 64 * 64;
        long normalizations = 2 * (7 * 16 + 6 * 32 + 6 * 64);
        assertEquals(convolutions + normalizations + 64 * 10 + 10, summary.parameters());
        assertEquals(269_722, summary.parameters());
        assertTrue(Math.abs(summary.flops() - 2 * 40.55e6) < 0.05 * 2 * 40.55e6, () -> summary.toString());
        assertEquals(Shape.of(1, 10), summary.rows().getLast().output());
    }

    @Test
    void withoutDataItSaysWhatIsNeeded() {
        NudgeException refused = assertThrows(NudgeException.class, () -> new Lenet().run(TestSession.of(null)));

        assertEquals("E300", refused.code());
        assertTrue(refused.getMessage().contains("MNIST"), refused.getMessage());
    }
}
