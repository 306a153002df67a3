package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
    private static final RandomKey KEY = RandomKey.of(20);

    /// The formula in the documentation of [Conv2d], written out in double precision.
    private static double[] convolution(Tensor x, Conv2d layer, Window down, Window across) {
        double[] pixels = x.toDoubles();
        double[] weight = layer.weight().tensor().toDoubles();
        double[] bias = layer.bias().tensor().toDoubles();
        int height = x.shape().extent(1);
        int width = x.shape().extent(2);
        int in = layer.in();
        int out = layer.out();
        int inOfGroup = in / layer.groups();
        int rows =
                (height + down.before() + down.after() - down.dilation() * (down.extent() - 1) - 1) / down.stride() + 1;
        int columns = (width + across.before() + across.after() - across.dilation() * (across.extent() - 1) - 1)
                        / across.stride()
                + 1;
        double[] y = new double[x.shape().extent(0) * rows * columns * out];
        int at = 0;
        for (int b = 0; b < x.shape().extent(0); b++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    for (int o = 0; o < out; o++) {
                        double sum = bias[o];
                        int group = o / (out / layer.groups());
                        for (int ky = 0; ky < down.extent(); ky++) {
                            for (int kx = 0; kx < across.extent(); kx++) {
                                int py = row * down.stride() - down.before() + ky * down.dilation();
                                int px = column * across.stride() - across.before() + kx * across.dilation();
                                if (py < 0 || px < 0 || py >= height || px >= width) {
                                    continue;
                                }
                                for (int i = 0; i < inOfGroup; i++) {
                                    sum += pixels[((b * height + py) * width + px) * in + group * inOfGroup + i]
                                            * weight[((ky * across.extent() + kx) * inOfGroup + i) * out + o];
                                }
                            }
                        }
                        y[at++] = sum;
                    }
                }
            }
        }
        return y;
    }

    private static Conv2d withBias(Conv2d layer) {
        Parameter bias = Parameter.of(Tensor.normal(KEY.at(9), layer.out()).toFloats(), layer.out());
        return new Conv2d(layer.weight(), bias, layer.height(), layer.width(), layer.same(), layer.groups());
    }

    private static void assertIsTheFormula(Conv2d layer, Tensor x, Window down, Window across) {
        Conv2d biased = withBias(layer);
        assertArrayEquals(
                convolution(x, biased, down, across), biased.forward(x).toDoubles(), 1e-5, layer.toString());
    }

    @Test
    void convolutionIsItsFormulaForStridePaddingDilationAndGroups() {
        Tensor x = Tensor.normal(KEY.at(0), 2, 9, 8, 4);
        Window three = Window.of(3);
        Conv2d plain = Conv2d.of(4, 6, 3, KEY.at(1));
        assertIsTheFormula(plain, x, three, three);
        Window two = three.withStride(2).withPadding(1);
        assertIsTheFormula(plain.withStride(2).withPadding(1), x, two, two);
        Window wide = three.withDilation(3);
        assertIsTheFormula(plain.withDilation(3), x, wide, wide);
        assertIsTheFormula(Conv2d.grouped(4, 6, 3, 2, KEY.at(2), Initializers.glorotNormal()), x, three, three);
        assertIsTheFormula(
                Conv2d.depthwise(4, 3, KEY.at(3)).withPadding(1), x, three.withPadding(1), three.withPadding(1));
        assertIsTheFormula(Conv2d.of(4, 5, 1, KEY.at(4)), x, Window.of(1), Window.of(1));
    }

    @Test
    void samePaddingIsSplitAsTensorFlowDoesWithTheOddOneBehind() {
        // TensorFlow: total = max((ceil(n / s) - 1) s + k - n, 0), before = floor(total / 2)
        Conv2d layer = Conv2d.of(2, 3, 3, KEY.at(1)).withStride(2).withSamePadding();
        Tensor x = Tensor.normal(KEY.at(0), 1, 8, 7, 2);
        assertIsTheFormula(layer, x, new Window(3, 2, 0, 1, 1), new Window(3, 2, 1, 1, 1));
        assertEquals(Shape.of(1, 4, 4, 3), layer.forward(x).shape());
        Conv2d even = Conv2d.of(2, 3, 4, KEY.at(1)).withSamePadding();
        assertIsTheFormula(even, x, new Window(4, 1, 1, 2, 1), new Window(4, 1, 1, 2, 1));
    }

    @Test
    void aSequenceIsConvolvedAsAnImageOfHeightOne() {
        Tensor x = Tensor.normal(KEY.at(0), 2, 11, 4);
        Conv1d layer = Conv1d.of(4, 3, 3, KEY.at(1)).withStride(2).withPadding(2);
        Window window = new Window(3, 2, 2, 2, 1);
        Conv2d image = new Conv2d(
                Parameter.of(layer.weight().tensor().toFloats(), 1, 3, 4, 3),
                layer.bias(),
                Window.of(1),
                window,
                false,
                1);
        double[] expected = convolution(x.reshape(2, 1, 11, 4), image, Window.of(1), window);
        Tensor y = layer.forward(x);
        assertEquals(Shape.of(2, 7, 3), y.shape());
        assertArrayEquals(expected, y.toDoubles(), 1e-5);
        assertEquals(
                Shape.of(2, 11, 4),
                Conv1d.depthwise(4, 3, KEY).withSamePadding().forward(x).shape());
    }

    @Test
    void aCausalConvolutionDoesNotSeeTheFuture() {
        Conv1d layer = Conv1d.of(1, 1, 3, KEY.at(1)).withDilation(2).causal();
        float[] steps = Tensor.normal(KEY.at(0), 10).toFloats();
        float[] before = layer.forward(Tensor.of(steps, 1, 10, 1)).toFloats();
        steps[6] += 1;
        float[] after = layer.forward(Tensor.of(steps, 1, 10, 1)).toFloats();
        assertEquals(10, before.length);
        assertArrayEquals(Arrays.copyOf(before, 6), Arrays.copyOf(after, 6));
        assertTrue(before[6] != after[6], "the step itself is seen");
    }

    @Test
    void transposedConvolutionAddsAWindowForEachPixel() {
        // one pixel of one channel, a kernel of 2 with stride 2: each pixel becomes a square of the kernel
        Parameter kernel = Parameter.of(new float[] {1, 2, 3, 4}, 2, 2, 1, 1);
        Window window = Window.of(2).withStride(2);
        ConvTranspose2d layer = new ConvTranspose2d(kernel, Parameter.of(new float[] {10}, 1), window, window, 0, 1);
        Tensor x = Tensor.of(new float[] {1, 0, 0, -1}, 1, 2, 2, 1);
        assertArrayEquals(
                new float[] {11, 12, 10, 10, 13, 14, 10, 10, 10, 10, 9, 8, 10, 10, 7, 6},
                layer.forward(x).toFloats());
        // overlapping windows add up: kernel 3 of ones, stride 1, two pixels in a row
        Window three = Window.of(3);
        Parameter ones = Parameter.of(new float[] {1, 1, 1}, 1, 3, 1, 1);
        ConvTranspose2d sum = new ConvTranspose2d(ones, null, Window.of(1), three, 0, 1);
        assertArrayEquals(
                new float[] {1, 3, 3, 2},
                sum.forward(Tensor.of(new float[] {1, 2}, 1, 1, 2, 1)).toFloats());
    }

    @Test
    void transposedConvolutionIsTheAdjointOfConvolution() { // <conv(x), g> = <x, transposed(g)>
        Window down = new Window(3, 2, 1, 0, 1);
        Window across = new Window(2, 1, 0, 1, 2);
        Conv2d conv = new Conv2d(
                Parameter.of(Tensor.normal(KEY.at(1), 3, 2, 2, 6).toFloats(), 3, 2, 2, 6),
                null,
                down,
                across,
                false,
                2);
        Tensor x = Tensor.normal(KEY.at(2), 2, 6, 5, 4);
        Tensor y = conv.forward(x);
        Tensor g = Tensor.normal(KEY.at(3), y.shape().toArray());
        Tensor back = g.convolveTransposed(conv.weight().tensor(), down, across, 2, 6, 5);
        assertEquals(y.mul(g).sum().item(), x.mul(back).sum().item(), 1e-3);
    }

    @Test
    void outputPaddingChoosesAmongTheSizesThatAStrideMakesOne() {
        ConvTranspose2d layer = ConvTranspose2d.of(3, 2, 3, 2, KEY).withPadding(1);
        Tensor x = Tensor.normal(KEY.at(0), 1, 4, 5, 3);
        assertEquals(Shape.of(1, 7, 9, 2), layer.forward(x).shape()); // (n - 1) 2 + 3 - 2
        assertEquals(
                Shape.of(1, 8, 10, 2), layer.withOutputPadding(1).forward(x).shape());
        assertThrows(ShapeException.class, () -> layer.withOutputPadding(2));
    }

    @Test
    void poolingIsWhatItSaysOnASmallImage() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3}, 1, 3, 4, 1); // rows of four
        assertArrayEquals(new float[] {6, 8}, MaxPool2d.of(2).forward(x).toFloats()); // the third row stays unread
        assertArrayEquals(
                new float[] {3.5f, 5.5f}, AveragePool2d.of(2).forward(x).toFloats());
        assertArrayEquals(
                new float[] {6, 8, 9, -2},
                MaxPool2d.of(2).withSamePadding().forward(x).toFloats());
        assertArrayEquals(
                new float[] {3.5f, 5.5f, 4, -2.5f}, // of the pixels that exist
                AveragePool2d.of(2).withSamePadding().forward(x).toFloats());
        assertArrayEquals(
                new float[] {6, 8, 9, 8},
                MaxPool2d.of(3, 2).withPadding(1).forward(x).toFloats());
        Tensor series = Tensor.of(new float[] {1, 5, 2, -4, -3, -7}, 1, 6, 1);
        assertArrayEquals(
                new float[] {5, 2, -3}, MaxPool1d.of(2).forward(series).toFloats());
        assertArrayEquals(
                new float[] {3, -1, -5}, AveragePool1d.of(2).forward(series).toFloats());
        assertArrayEquals(
                new float[] {5, 5, -3},
                MaxPool1d.of(3, 2).withPadding(1).forward(series).toFloats());
        assertArrayEquals(
                new float[] {8 / 3f, -5 / 3f, -5},
                AveragePool1d.of(3, 2).withSamePadding().forward(series).toFloats(),
                1e-6f);
    }

    @Test
    void theGradientOfAMaximumGoesToTheFirstOfEqualPixels() {
        Parameter x = Parameter.of(new float[] {7, 7, 1, 7}, 1, 2, 2, 1);
        Tensor loss = MaxPool2d.of(2).forward(x.tensor()).sum();
        assertArrayEquals(
                new float[] {1, 0, 0, 0},
                dev.nudge.tensor.Gradients.of(loss, List.of(x)).of(x).toFloats());
    }

    @Test
    void adaptiveCellsRunFromTheFloorToTheCeiling() {
        // 5 pixels in 3 cells: [0, 2), [1, 4), [3, 5)
        Tensor row = Tensor.of(new float[] {1, 2, 6, 4, 8}, 1, 1, 5, 1);
        assertArrayEquals(
                new float[] {1.5f, 4, 6},
                new AdaptiveAveragePool2d(1, 3).forward(row).toFloats());
        assertArrayEquals(
                new float[] {2, 6, 8}, new AdaptiveMaxPool2d(1, 3).forward(row).toFloats());
        Tensor x = Tensor.normal(KEY.at(0), 2, 6, 9, 3);
        assertArrayEquals(
                AveragePool2d.of(3).forward(x).toFloats(),
                new AdaptiveAveragePool2d(2, 3).forward(x).toFloats(),
                1e-6f);
        assertArrayEquals(
                new GlobalMaxPool().forward(x).toFloats(),
                AdaptiveMaxPool2d.of(1).forward(x).toFloats());
        assertEquals(
                Shape.of(2, 7, 7, 3), AdaptiveAveragePool2d.of(7).forward(x).shape()); // more cells than pixels
    }

    @Test
    void globalPoolingIsOverAllPlaces() {
        Tensor x = Tensor.of(new float[] {1, 10, 2, 20, 3, 60}, 1, 3, 2);
        assertArrayEquals(
                new float[] {2, 30}, new GlobalAveragePool().forward(x).toFloats());
        assertArrayEquals(new float[] {3, 60}, new GlobalMaxPool().forward(x).toFloats());
        assertThrows(ShapeException.class, () -> new GlobalMaxPool().forward(Tensor.of(new float[2], 1, 2)));
    }

    @Test
    void upsamplingRepeatsOrBlendsBetweenCentresOfPixels() {
        Tensor x = Tensor.of(new float[] {1, 3}, 1, 1, 2, 1);
        assertArrayEquals(
                new float[] {1, 1, 3, 3, 1, 1, 3, 3},
                Upsample.nearest(2).forward(x).toFloats());
        // centres of the four at -.25, .25, .75, 1.25 between pixels at 0 and 1
        assertArrayEquals(
                new float[] {1, 1.5f, 2.5f, 3, 1, 1.5f, 2.5f, 3},
                Upsample.bilinear(2).forward(x).toFloats());
        // a plane stays a plane away from the edges: value 10 row + column
        float[] plane = new float[16];
        for (int i = 0; i < 16; i++) {
            plane[i] = 10 * (i / 4) + i % 4;
        }
        float[] larger =
                Upsample.bilinear(3).forward(Tensor.of(plane, 1, 4, 4, 1)).toFloats();
        for (int row = 1; row < 11; row++) {
            for (int column = 1; column < 11; column++) {
                double expected = 10 * ((row + 0.5) / 3 - 0.5) + (column + 0.5) / 3 - 0.5;
                assertEquals(expected, larger[row * 12 + column], 1e-4);
            }
        }
    }

    @Test
    void wrongShapesAreRefusedWithAHintWhereChannelsComeFirst() {
        Conv2d layer = Conv2d.of(3, 8, 3, KEY);
        String message = assertThrows(
                        ShapeException.class, () -> layer.forward(Tensor.of(new float[300], 1, 3, 10, 10)))
                .getMessage();
        assertTrue(message.contains("[batch, height, width, 3]") && message.contains("permute(0, 2, 3, 1)"), message);
        String noChannels = assertThrows(
                        ShapeException.class, () -> MaxPool2d.of(2).forward(Tensor.of(new float[100], 1, 10, 10)))
                .getMessage();
        assertTrue(noChannels.contains("unsqueeze(-1)"), noChannels);
        assertThrows(ShapeException.class, () -> layer.forward(Tensor.of(new float[12], 1, 2, 2, 3)));
        assertThrows(IllegalArgumentException.class, () -> Conv2d.of(3, 8, 0, KEY));
        assertThrows(IllegalArgumentException.class, () -> Conv2d.of(0, 8, 3, KEY));
        assertThrows(IllegalArgumentException.class, () -> Conv2d.grouped(3, 8, 3, 2, KEY, Initializers.zeros()));
        assertThrows(ShapeException.class, () -> layer.withStride(0));
        assertThrows(ShapeException.class, () -> layer.withPadding(-1));
        assertThrows(IllegalArgumentException.class, () -> AdaptiveMaxPool2d.of(0));
        assertThrows(IllegalArgumentException.class, () -> Upsample.nearest(0));
    }

    @Test
    void theSummaryCountsWhatAConvolutionCosts() {
        Layer lenet = ConvolutionSnippets.pooling();
        Summary summary = Summary.of(lenet, Shape.of(4, 28, 28, 1));
        assertEquals((25 + 1) * 6 + (150 + 1) * 16 + 17 * 10, summary.parameters());
        long first = 4 * 28 * 28 * 6 * (2L * 25 + 1);
        assertEquals(first, summary.rows().getFirst().flops());
        assertEquals(Shape.of(4, 28, 28, 6), summary.rows().getFirst().output());
    }
}
