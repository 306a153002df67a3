package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import org.jspecify.annotations.Nullable;

/// Transposed convolution, which makes images larger: every pixel of the input adds a window of weights to the
/// output. With the same windows it is the gradient of [Conv2d] with respect to its input.
///
/// Shape: `[batch, height, width, in]` to `[batch, outHeight, outWidth, out]` with `outHeight = (height - 1)
/// stride + span - before - after + outputPadding`, where `span` is [Window#span()] and `before`, `after` the
/// padding, which is cut off; likewise the width. Output padding makes rows behind the last one that a
/// convolution with that stride would not read: several sizes come to the same after convolution, and it says
/// which one is meant. A weight of PyTorch, `[in, out / groups, kernelHeight, kernelWidth]`, becomes this one
/// by `permute(2, 3, 1, 0)`.
///
/// {@snippet class="ConvolutionSnippets" region="convTranspose2d"}
///
/// Source: Dumoulin and Visin 2016, arXiv:1603.07285, section 4.
///
/// @param weight        of shape `[kernelHeight, kernelWidth, out / groups, in]`
/// @param bias          of shape `[out]`, or null for none
/// @param height        window along the height
/// @param width         window along the width
/// @param outputPadding rows and columns more at the end, at least 0 and less than the strides
/// @param groups        parts into which the channels are cut
public record ConvTranspose2d(
        Parameter weight, @Nullable Parameter bias, Window height, Window width, int outputPadding, int groups)
        implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if they do not
    public ConvTranspose2d {
        Slides.check(
                "convTranspose2d",
                4,
                groups,
                weight,
                bias,
                weight.shape().extent(Math.min(2, weight.shape().rank() - 1)) * groups);
        if (!weight.shape().range(0, 2).equals(Shape.of(height.extent(), width.extent()))) {
            throw new ShapeException("convTranspose2d: windows of " + height.extent() + " by " + width.extent()
                    + " do not fit a weight " + weight.shape());
        }
        if (outputPadding < 0 || outputPadding >= Math.min(height.stride(), width.stride())) {
            throw new ShapeException("convTranspose2d: output padding must be at least 0 and less than the strides "
                    + height.stride() + " and " + width.stride() + ", found " + outputPadding);
        }
    }

    /// A layer with square kernels and weights from [Initializers#glorotUniform()], biases zero; no padding.
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static ConvTranspose2d of(int in, int out, int kernel, int stride, RandomKey key) {
        return of(in, out, kernel, stride, key, Initializers.glorotUniform());
    }

    /// The same with weights from `initializer`.
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static ConvTranspose2d of(int in, int out, int kernel, int stride, RandomKey key, Initializer initializer) {
        Slides.channels("convTranspose2d", in, out, 1);
        Slides.positive("convTranspose2d", "kernel", kernel);
        // an output sees all channels of the input, in one of stride² phases of the kernel; counted as if in one
        Parameter weight = Parameter.of(initializer.values(
                key,
                Type.of(DType.F32, Shape.of(kernel, kernel, out, in)),
                kernel * kernel * in,
                kernel * kernel * out));
        Window window = Window.of(kernel).withStride(stride);
        return new ConvTranspose2d(weight, Parameter.zeros(out), window, window, 0, 1);
    }

    /// The same layer without a bias.
    public ConvTranspose2d withoutBias() {
        return new ConvTranspose2d(weight, null, height, width, outputPadding, groups);
    }

    /// The same layer with the given number of rows and columns cut off on each side.
    public ConvTranspose2d withPadding(int padding) {
        return new ConvTranspose2d(
                weight, bias, height.withPadding(padding), width.withPadding(padding), outputPadding, groups);
    }

    /// The same layer with the given number of rows and columns more at the end.
    ///
    /// @throws ShapeException if it is negative or not less than the strides
    public ConvTranspose2d withOutputPadding(int padding) {
        return new ConvTranspose2d(weight, bias, height, width, padding, groups);
    }

    /// Number of channels that come in.
    public int in() {
        return weight.shape().extent(3);
    }

    /// Number of channels that go out.
    public int out() {
        return weight.shape().extent(2) * groups;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape images = Slides.images("convTranspose2d", x, in());
        int outHeight = size(height, images.extent(1), images);
        int outWidth = size(width, images.extent(2), images);
        return Slides.biased(x.convolveTransposed(weight.tensor(), height, width, groups, outHeight, outWidth), bias);
    }

    private int size(Window window, int input, Shape images) {
        long size = (input - 1L) * window.stride() + window.span() - window.before() - window.after() + outputPadding;
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw new ShapeException("convTranspose2d: windows " + window + " with output padding " + outputPadding
                    + " make " + size + " rows of " + input + " in " + images + "; use less padding");
        }
        return (int) size;
    }

    @Override
    public String toString() {
        return "ConvTranspose2d[" + in() + " -> " + out() + ", " + Slides.describe(height, width, false)
                + (groups == 1 ? "" : ", " + groups + " groups") + (bias == null ? ", no bias]" : "]");
    }
}
