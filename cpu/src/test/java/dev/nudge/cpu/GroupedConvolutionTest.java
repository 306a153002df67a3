package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Convolutions in groups of few channels; their values are checked by the contract of operations.
class GroupedConvolutionTest {
    private static final Window THREE = Window.of(3).withPadding(1);
    private static final Shape IMAGES = Shape.of(5, 11, 19, 32);

    private final Random random = new Random(5);

    @Test
    void anyNumberOfThreadsAndPlainLoopsGiveTheSameBits() {
        for (int size : new int[] {1, 2, 4, 8}) {
            int groups = 32 / size;
            assertSameBits(new Sliding.Convolve(THREE, THREE, groups), IMAGES, Shape.of(3, 3, size, 32));
            assertSameBits(
                    new Sliding.ConvolveTransposed(THREE, THREE, groups, 11, 19), IMAGES, Shape.of(3, 3, size, 32));
            assertSameBits(new Sliding.ConvolveWeight(THREE, THREE, groups), IMAGES, IMAGES);
        }
    }

    /// One term of each sum is not zero: the product of a pixel and an element of the weight, in the same group.
    @Test
    void aChannelSeesItsGroupAndNothingElse() {
        float[] x = new float[9 * 16];
        x[4 * 16 + 6] = 3; // the middle, channel 6: the third of the second group of four
        float[] w = new float[3 * 3 * 4 * 16];
        for (int i = 0; i < w.length; i++) {
            w[i] = i;
        }
        Shape image = Shape.of(1, 3, 3, 16);
        float[] y = run(CpuBackend.of(1), new Sliding.Convolve(THREE, THREE, 4), image, x, Shape.of(3, 3, 4, 16), w);
        for (int place = 0; place < 9; place++) {
            for (int channel = 0; channel < 16; channel++) {
                int element = 8 - place; // what the window at this place has over the middle
                float expected = channel / 4 == 1 ? 3f * ((element * 4 + 2) * 16 + channel) : 0f;
                assertEquals(expected, y[place * 16 + channel], "place " + place + ", channel " + channel);
            }
        }
    }

    @Test
    void infinityDoesNotLeaveItsGroup() {
        float[] x = Samples.normal(random, 9 * 16);
        x[4 * 16] = Float.POSITIVE_INFINITY;
        float[] w = Samples.normal(random, 3 * 3 * 2 * 16);
        Shape image = Shape.of(1, 3, 3, 16);
        float[] y = run(CpuBackend.of(1), new Sliding.Convolve(THREE, THREE, 8), image, x, Shape.of(3, 3, 2, 16), w);
        for (int i = 0; i < y.length; i++) {
            assertEquals(i % 16 >= 2, Float.isFinite(y[i]));
        }
    }

    @Test
    void otherGroupsAreLeftToOthers() {
        assertTrue(GroupedConvolution.fits(IMAGES, IMAGES, 8));
        assertFalse(GroupedConvolution.fits(IMAGES, IMAGES, 1));
        assertTrue(GroupedConvolution.fits(IMAGES, IMAGES, 32));
        assertFalse(GroupedConvolution.fits(IMAGES, IMAGES, 2));
        assertFalse(GroupedConvolution.fits(IMAGES, IMAGES.with(3, 64), 8));
        assertFalse(GroupedConvolution.fits(Shape.of(1, 5, 5, 24), Shape.of(1, 5, 5, 24), 6));
        assertFalse(GroupedConvolution.fits(Shape.of(1, 5, 5, 24), Shape.of(1, 5, 5, 24), 24));
    }

    private void assertSameBits(Op op, Shape first, Shape second) {
        float[] a = Samples.normal(random, first.elements());
        float[] b = Samples.normal(random, second.elements());
        float[] expected = run(CpuBackend.of(1).withoutVectors(), op, first, a, second, b);
        for (int threads = 1; threads <= 3; threads++) {
            assertArrayEquals(expected, run(CpuBackend.of(threads), op, first, a, second, b));
        }
    }

    private static float[] run(CpuBackend backend, Op op, Shape first, float[] a, Shape second, float[] b) {
        List<Type> types = List.of(Type.of(DType.F32, first), Type.of(DType.F32, second));
        Type type = op.type(types);
        float[] out = new float[type.shape().elements()];
        backend.kernel(op, types, type).orElseThrow().run(new Object[] {a, b}, new Object[] {out});
        return out;
    }
}
