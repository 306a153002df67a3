package dev.nudge.oracle;

import static dev.nudge.oracle.Agreement.assertAgree;
import static dev.nudge.oracle.Agreement.assertSame;
import static dev.nudge.oracle.Agreement.channelsFirst;
import static dev.nudge.oracle.Agreement.channelsLast;
import static dev.nudge.oracle.Agreement.drawn;

import dev.nudge.nn.AdaptiveAveragePool2d;
import dev.nudge.nn.AdaptiveMaxPool2d;
import dev.nudge.nn.AveragePool1d;
import dev.nudge.nn.AveragePool2d;
import dev.nudge.nn.Conv1d;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.ConvTranspose2d;
import dev.nudge.nn.GlobalAveragePool;
import dev.nudge.nn.GlobalMaxPool;
import dev.nudge.nn.Layer;
import dev.nudge.nn.MaxPool1d;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Upsample;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Convolution, pooling and upsampling agree with ONNX Runtime.
class ConvolutionAgreementTest {
    private static final RandomKey KEY = RandomKey.of(1);

    private static @Nullable Tensor tensor(@Nullable Parameter parameter) {
        return parameter == null ? null : parameter.tensor();
    }

    private static Onnx windows(String operator, boolean same, Window... windows) {
        int axes = windows.length;
        int[] kernel = new int[axes];
        int[] strides = new int[axes];
        int[] dilations = new int[axes];
        int[] pads = new int[2 * axes];
        for (int i = 0; i < axes; i++) {
            kernel[i] = windows[i].extent();
            strides[i] = windows[i].stride();
            dilations[i] = windows[i].dilation();
            pads[i] = windows[i].before();
            pads[axes + i] = windows[i].after();
        }
        Onnx onnx = Onnx.of(operator)
                .withList("kernel_shape", kernel)
                .withList("strides", strides)
                .withList("dilations", dilations);
        return same ? onnx.with("auto_pad", "SAME_UPPER") : onnx.withList("pads", pads);
    }

    static List<Conv2d> convolutions() {
        Conv2d plain = Conv2d.of(4, 6, 3, KEY);
        Conv2d uneven = new Conv2d(
                Parameter.zeros(2, 5, 4, 3),
                Parameter.zeros(3),
                new Window(2, 2, 1, 0, 3),
                new Window(5, 3, 0, 4, 1),
                false,
                1);
        return List.of(
                plain,
                plain.withoutBias(),
                plain.withStride(2).withPadding(1),
                plain.withDilation(3),
                plain.withStride(2).withPadding(2).withDilation(2),
                plain.withSamePadding(),
                plain.withStride(2).withSamePadding(),
                uneven,
                Conv2d.of(4, 5, 1, KEY),
                Conv2d.grouped(4, 6, 3, 2, KEY, Initializers.heUniform()).withPadding(1),
                Conv2d.depthwise(4, 3, KEY).withPadding(1),
                Conv2d.depthwise(4, 5, KEY).withStride(2).withPadding(2),
                Conv2d.grouped(4, 8, 3, 4, KEY, Initializers.heUniform()).withDilation(2));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void conv2dAgrees(Conv2d drawn) {
        Conv2d layer = drawn(drawn, KEY.at(1));
        Tensor x = Tensor.normal(KEY.at(2), 2, 11, 10, 4);
        Tensor weight = layer.weight().tensor().permute(3, 2, 0, 1);
        Tensor y = windows("Conv", layer.same(), layer.height(), layer.width())
                .with("group", layer.groups())
                .run(channelsFirst(x), weight, tensor(layer.bias()));
        assertAgree(layer.toString(), channelsLast(y), layer.forward(x));
    }

    @Test
    void wideConvolutionsThatRunAsOneLargeProductAgree() {
        for (int extent : List.of(1, 3)) {
            Conv2d layer = drawn(Conv2d.of(32, 48, extent, KEY).withPadding(extent / 2), KEY.at(1));
            Tensor x = Tensor.normal(KEY.at(2), 4, 16, 17, 32);
            Tensor y = windows("Conv", false, layer.height(), layer.width())
                    .run(channelsFirst(x), layer.weight().tensor().permute(3, 2, 0, 1), tensor(layer.bias()));
            assertAgree(layer.toString(), channelsLast(y), layer.forward(x));
        }
    }

    static List<Conv1d> sequences() {
        Conv1d plain = Conv1d.of(4, 6, 3, KEY);
        return List.of(
                plain,
                plain.withStride(2).withPadding(1),
                plain.withDilation(2).causal(),
                plain.withSamePadding(),
                Conv1d.grouped(4, 6, 3, 2, KEY, Initializers.heUniform()),
                Conv1d.depthwise(4, 5, KEY).withPadding(2));
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void conv1dAgrees(Conv1d drawn) {
        Conv1d layer = drawn(drawn, KEY.at(1));
        Tensor x = Tensor.normal(KEY.at(2), 3, 13, 4);
        Tensor y = windows("Conv", layer.same(), layer.window())
                .with("group", layer.groups())
                .run(channelsFirst(x), layer.weight().tensor().permute(2, 1, 0), tensor(layer.bias()));
        assertAgree(layer.toString(), channelsLast(y), layer.forward(x));
    }

    static List<ConvTranspose2d> transposed() {
        ConvTranspose2d plain = ConvTranspose2d.of(4, 6, 3, 2, KEY);
        Window dilated = new Window(3, 2, 1, 1, 2);
        return List.of(
                ConvTranspose2d.of(4, 6, 2, 2, KEY),
                ConvTranspose2d.of(4, 6, 3, 1, KEY).withPadding(1),
                plain,
                plain.withoutBias().withPadding(1).withOutputPadding(1),
                new ConvTranspose2d(Parameter.zeros(3, 3, 3, 4), Parameter.zeros(6), dilated, dilated, 1, 2));
    }

    @ParameterizedTest
    @MethodSource("transposed")
    void convTranspose2dAgrees(ConvTranspose2d drawn) {
        ConvTranspose2d layer = drawn(drawn, KEY.at(1));
        Tensor x = Tensor.normal(KEY.at(2), 2, 5, 7, 4);
        Tensor y = windows("ConvTranspose", false, layer.height(), layer.width())
                .withList("output_padding", layer.outputPadding(), layer.outputPadding())
                .with("group", layer.groups())
                .run(channelsFirst(x), layer.weight().tensor().permute(3, 2, 0, 1), tensor(layer.bias()));
        assertAgree(layer.toString(), channelsLast(y), layer.forward(x));
    }

    /// The gradient in the image is the transposed convolution with the same weight; the gradient in the weight is
    /// the convolution of the image with the gradient of the output, in which batch and channels are exchanged,
    /// and stride and dilation.
    @Test
    void theGradientsOfAConvolutionAgree() {
        int stride = 2;
        Window window = Window.of(3).withStride(stride).withPadding(1);
        Conv2d layer = drawn(Conv2d.of(4, 6, 3, KEY).withStride(stride).withPadding(1), KEY.at(1));
        Parameter x = Parameter.of(Tensor.normal(KEY.at(2), 3, 9, 7, 4).toFloats(), 3, 9, 7, 4);
        Tensor y = layer.forward(x.tensor());
        Tensor direction = Tensor.normal(KEY.at(3), y.shape().toArray());
        Gradients gradients = Gradients.of(y.mul(direction).sum(), List.of(x, layer.weight()));
        Tensor weight = layer.weight().tensor().permute(3, 2, 0, 1);
        Tensor inImage = windows("ConvTranspose", false, window, window).run(channelsFirst(direction), weight);
        assertAgree("in the image", channelsLast(inImage), gradients.of(x));
        Window exchanged = Window.of(1).withDilation(stride).withPadding(1);
        Tensor inWeight = windows("Conv", false, exchanged, exchanged)
                .withList("kernel_shape", y.shape().extent(1), y.shape().extent(2))
                .run(x.tensor().permute(3, 0, 1, 2), direction.permute(3, 0, 1, 2));
        assertAgree("in the weight", inWeight.permute(2, 3, 0, 1), gradients.of(layer.weight()));
    }

    @Test
    void maximumPoolingIsTheSame() {
        Tensor x = Tensor.normal(KEY.at(2), 2, 11, 10, 5);
        Window dilated = new Window(3, 2, 1, 0, 2);
        for (MaxPool2d layer : List.of(
                MaxPool2d.of(2),
                MaxPool2d.of(3, 2),
                MaxPool2d.of(3, 2).withPadding(1),
                MaxPool2d.of(3, 2).withSamePadding(),
                new MaxPool2d(dilated, Window.of(4), false))) {
            Tensor y = windows("MaxPool", layer.same(), layer.height(), layer.width())
                    .run(channelsFirst(x));
            assertSame(layer.toString(), channelsLast(y), layer.forward(x));
        }
        Tensor steps = Tensor.normal(KEY.at(3), 2, 11, 5);
        for (MaxPool1d layer : List.of(MaxPool1d.of(2), MaxPool1d.of(3, 2).withPadding(1))) {
            Tensor y = windows("MaxPool", layer.same(), layer.window()).run(channelsFirst(steps));
            assertSame(layer.toString(), channelsLast(y), layer.forward(steps));
        }
    }

    @Test
    void averagePoolingAgreesWherePaddingDoesNotCount() {
        Tensor x = Tensor.normal(KEY.at(2), 2, 11, 10, 5);
        for (AveragePool2d layer : List.of(
                AveragePool2d.of(2),
                AveragePool2d.of(3, 2).withPadding(1),
                AveragePool2d.of(3, 2).withSamePadding())) {
            Tensor y = windows("AveragePool", layer.same(), layer.height(), layer.width())
                    .run(channelsFirst(x));
            assertAgree(layer.toString(), channelsLast(y), layer.forward(x));
        }
        Tensor steps = Tensor.normal(KEY.at(3), 2, 11, 5);
        for (AveragePool1d layer :
                List.of(AveragePool1d.of(2), AveragePool1d.of(3, 2).withPadding(1))) {
            Tensor y = windows("AveragePool", layer.same(), layer.window()).run(channelsFirst(steps));
            assertAgree(layer.toString(), channelsLast(y), layer.forward(steps));
        }
    }

    @Test
    void globalPoolingAgreesAndAdaptivePoolingWhereItsCellsAreWindows() {
        Tensor x = Tensor.normal(KEY.at(2), 2, 12, 9, 5);
        Tensor first = channelsFirst(x);
        assertAgree("mean", Onnx.of("GlobalAveragePool").run(first).reshape(2, 5), new GlobalAveragePool().forward(x));
        assertSame("maximum", Onnx.of("GlobalMaxPool").run(first).reshape(2, 5), new GlobalMaxPool().forward(x));
        Window four = Window.of(4).withStride(4);
        Window three = Window.of(3).withStride(3);
        Tensor means = windows("AveragePool", false, four, three).run(first);
        assertAgree("means of cells", channelsLast(means), new AdaptiveAveragePool2d(3, 3).forward(x));
        Tensor largest = windows("MaxPool", false, four, three).run(first);
        assertSame("largest of cells", channelsLast(largest), new AdaptiveMaxPool2d(3, 3).forward(x));
    }

    @Test
    void upsamplingAgreesWithResizingAtCentresOfPixels() {
        Tensor x = Tensor.normal(KEY.at(2), 2, 4, 5, 3);
        for (int factor : List.of(1, 2, 3)) {
            Tensor scales = Tensor.of(new float[] {1, 1, factor, factor}, 4);
            Onnx resize = Onnx.of("Resize").with("coordinate_transformation_mode", "half_pixel");
            Layer nearest = Upsample.nearest(factor);
            Tensor repeated = resize.with("mode", "nearest").run(channelsFirst(x), null, scales);
            assertSame(nearest.toString(), channelsLast(repeated), nearest.forward(x));
            Layer bilinear = Upsample.bilinear(factor);
            Tensor blended = resize.with("mode", "linear").run(channelsFirst(x), null, scales);
            assertAgree(bilinear.toString(), channelsLast(blended), bilinear.forward(x));
        }
    }
}
