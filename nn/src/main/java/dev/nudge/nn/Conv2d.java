package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;
import org.jspecify.annotations.Nullable;

/// Convolution of images: every output looks at a small window of the image, with the same weights everywhere.
/// `y[b, py, px, o] = bias[o] + Σ_ky,kx,i x[b, y, x, i] weight[ky, kx, i, o]`, where `(y, x)` is the pixel that
/// the window at place `(py, px)` reads as its element `(ky, kx)`, and what lies outside the image counts as
/// zero.
///
/// Shape: `[batch, height, width, in]` to `[batch, placesDown, placesAcross, out]`, with as many places as
/// [Window#places(int)] says: without padding and stride `height - kernel + 1`. The kernel is not flipped, as
/// in all frameworks. A weight of PyTorch, `[out, in / groups, kernelHeight, kernelWidth]`, becomes this one by
/// `permute(2, 3, 1, 0)`.
///
/// {@snippet class="ConvolutionSnippets" region="conv2d"}
///
/// Source: LeCun et al. 1989, *Backpropagation applied to handwritten zip code recognition*; the arithmetic of
/// shapes in Dumoulin and Visin 2016, arXiv:1603.07285.
///
/// @param weight of shape `[kernelHeight, kernelWidth, in / groups, out]`
/// @param bias   of shape `[out]`, or null for none
/// @param height window along the height
/// @param width  window along the width
/// @param same   whether padding is chosen for each image so that there are `ceil(extent / stride)` places, as
///   TensorFlow does; the padding of the windows is then without effect
/// @param groups parts into which the channels are cut; each part of the output sees one part of the input
public record Conv2d(Parameter weight, @Nullable Parameter bias, Window height, Window width, boolean same, int groups)
        implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if they do not
    public Conv2d {
        Slides.check("conv2d", 4, groups, weight, bias, weight.shape().extent(-1));
        if (!weight.shape().range(0, 2).equals(Shape.of(height.extent(), width.extent()))) {
            throw new ShapeException("conv2d: windows of " + height.extent() + " by " + width.extent()
                    + " do not fit a weight " + weight.shape());
        }
    }

    /// A layer with square kernels as a rectified linear unit behind it wants it: weights from
    /// [Initializers#heUniform()], biases zero; no padding, stride 1.
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static Conv2d of(int in, int out, int kernel, RandomKey key) {
        return of(in, out, kernel, key, Initializers.heUniform());
    }

    /// The same with weights from `initializer`.
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static Conv2d of(int in, int out, int kernel, RandomKey key, Initializer initializer) {
        return grouped(in, out, kernel, 1, key, initializer);
    }

    /// A layer whose channels are cut into groups.
    ///
    /// Source: Krizhevsky et al. 2012, section 3.5.
    ///
    /// @throws IllegalArgumentException if a number is less than 1 or the groups do not divide the channels
    public static Conv2d grouped(int in, int out, int kernel, int groups, RandomKey key, Initializer initializer) {
        Slides.channels("conv2d", in, out, groups);
        Shape square = Shape.of(kernel, kernel);
        Parameter weight = Slides.weight("conv2d", square, in / groups, out, out / groups, key, initializer);
        return new Conv2d(weight, Parameter.zeros(out), Window.of(kernel), Window.of(kernel), false, groups);
    }

    /// A layer that convolves each channel by itself, with weights from [Initializers#heUniform()].
    ///
    /// Source: Howard et al. 2017, arXiv:1704.04861, section 3.1.
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static Conv2d depthwise(int channels, int kernel, RandomKey key) {
        return grouped(channels, channels, kernel, channels, key, Initializers.heUniform());
    }

    /// The same layer without a bias.
    public Conv2d withoutBias() {
        return new Conv2d(weight, null, height, width, same, groups);
    }

    /// The same layer with the given distance between places in both directions.
    public Conv2d withStride(int stride) {
        return new Conv2d(weight, bias, height.withStride(stride), width.withStride(stride), same, groups);
    }

    /// The same layer with the given padding on all four sides.
    public Conv2d withPadding(int padding) {
        return new Conv2d(weight, bias, height.withPadding(padding), width.withPadding(padding), false, groups);
    }

    /// The same layer with padding that gives `ceil(extent / stride)` places; an odd one more behind than before.
    public Conv2d withSamePadding() {
        return new Conv2d(weight, bias, height, width, true, groups);
    }

    /// The same layer with the given distance between the elements of a window in both directions.
    public Conv2d withDilation(int dilation) {
        return new Conv2d(weight, bias, height.withDilation(dilation), width.withDilation(dilation), same, groups);
    }

    /// Number of channels that come in.
    public int in() {
        return weight.shape().extent(2) * groups;
    }

    /// Number of channels that go out.
    public int out() {
        return weight.shape().extent(3);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape images = Slides.images("conv2d", x, in());
        Window down = Slides.on(height, same, images.extent(1));
        Window across = Slides.on(width, same, images.extent(2));
        return Slides.biased(x.convolve(weight.tensor(), down, across, groups), bias);
    }

    @Override
    public String toString() {
        return "Conv2d[" + in() + " -> " + out() + ", " + Slides.describe(height, width, same)
                + (groups == 1 ? "" : ", " + groups + " groups") + (bias == null ? ", no bias]" : "]");
    }
}
