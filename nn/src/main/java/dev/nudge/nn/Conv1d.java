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

/// Convolution of sequences: every output looks at a few neighbouring steps, with the same weights everywhere.
/// `y[b, p, o] = bias[o] + Σ_k,i x[b, t, i] weight[k, i, o]`, where `t` is the step that the window at place `p`
/// reads as its element `k`, and what lies outside the sequence counts as zero.
///
/// Shape: `[batch, time, in]` to `[batch, places, out]`, with as many places as [Window#places(int)] says. It is
/// [Conv2d] for images of height 1. A weight of PyTorch, `[out, in / groups, kernel]`, becomes this one by
/// `permute(2, 1, 0)`.
///
/// {@snippet class="ConvolutionSnippets" region="conv1d"}
///
/// Source: Waibel et al. 1989, *Phoneme recognition using time-delay neural networks*; causal and dilated in
/// van den Oord et al. 2016, arXiv:1609.03499, section 2.1.
///
/// @param weight of shape `[kernel, in / groups, out]`
/// @param bias   of shape `[out]`, or null for none
/// @param window window along the time
/// @param same   whether padding is chosen so that there are `ceil(time / stride)` places; the padding of the
///   window
///   is then without effect
/// @param groups parts into which the channels are cut; each part of the output sees one part of the input
public record Conv1d(Parameter weight, @Nullable Parameter bias, Window window, boolean same, int groups)
        implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if they do not
    public Conv1d {
        Slides.check("conv1d", 3, groups, weight, bias, weight.shape().extent(-1));
        if (weight.shape().extent(0) != window.extent()) {
            throw new ShapeException(
                    "conv1d: a window of " + window.extent() + " does not fit a weight " + weight.shape());
        }
    }

    /// A layer as a rectified linear unit behind it wants it: weights from [Initializers#heUniform()], biases
    /// zero; no padding, stride 1.
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static Conv1d of(int in, int out, int kernel, RandomKey key) {
        return of(in, out, kernel, key, Initializers.heUniform());
    }

    /// The same with weights from `initializer`.
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static Conv1d of(int in, int out, int kernel, RandomKey key, Initializer initializer) {
        return grouped(in, out, kernel, 1, key, initializer);
    }

    /// A layer whose channels are cut into groups.
    ///
    /// @throws IllegalArgumentException if a number is less than 1 or the groups do not divide the channels
    public static Conv1d grouped(int in, int out, int kernel, int groups, RandomKey key, Initializer initializer) {
        Slides.channels("conv1d", in, out, groups);
        Parameter weight = Slides.weight("conv1d", Shape.of(kernel), in / groups, out, out / groups, key, initializer);
        return new Conv1d(weight, Parameter.zeros(out), Window.of(kernel), false, groups);
    }

    /// A layer that convolves each channel by itself, with weights from [Initializers#heUniform()].
    ///
    /// @throws IllegalArgumentException if a number is less than 1
    public static Conv1d depthwise(int channels, int kernel, RandomKey key) {
        return grouped(channels, channels, kernel, channels, key, Initializers.heUniform());
    }

    /// The same layer without a bias.
    public Conv1d withoutBias() {
        return new Conv1d(weight, null, window, same, groups);
    }

    /// The same layer with another distance between places.
    public Conv1d withStride(int stride) {
        return new Conv1d(weight, bias, window.withStride(stride), same, groups);
    }

    /// The same layer with the given padding at both ends.
    public Conv1d withPadding(int padding) {
        return new Conv1d(weight, bias, window.withPadding(padding), false, groups);
    }

    /// The same layer with padding that gives `ceil(time / stride)` places; an odd one more behind than before.
    public Conv1d withSamePadding() {
        return new Conv1d(weight, bias, window, true, groups);
    }

    /// The same layer with all padding before the first step, so that no output sees a later step; for stride 1
    /// there are as many places as steps.
    public Conv1d causal() {
        return new Conv1d(weight, bias, window.withPadding(window.span() - 1, 0), false, groups);
    }

    /// The same layer with another distance between the steps that a window reads; before [#causal()].
    public Conv1d withDilation(int dilation) {
        return new Conv1d(weight, bias, window.withDilation(dilation), same, groups);
    }

    /// Number of channels that come in.
    public int in() {
        return weight.shape().extent(1) * groups;
    }

    /// Number of channels that go out.
    public int out() {
        return weight.shape().extent(2);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape steps = Slides.sequences("conv1d", x, in());
        Window along = Slides.on(window, same, steps.extent(1));
        Tensor y = Slides.flat(x).convolve(weight.tensor().unsqueeze(0), Slides.FLAT, along, groups);
        return Slides.biased(y.squeeze(1), bias);
    }

    @Override
    public String toString() {
        return "Conv1d[" + in() + " -> " + out() + ", " + window + (same ? " same" : "")
                + (groups == 1 ? "" : ", " + groups + " groups") + (bias == null ? ", no bias]" : "]");
    }
}
