package dev.nudge.nn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;

/// The mean of each window of an image, each channel by itself.
///
/// Shape: `[batch, height, width, channels]` to `[batch, placesDown, placesAcross, channels]`, with as many
/// places as [Window#places(int)] says. The mean is over the pixels that exist: padding does not count, as in
/// Keras and ONNX and unlike the default of PyTorch.
///
/// {@snippet class="ConvolutionSnippets" region="pooling"}
///
/// @param height window along the height
/// @param width  window along the width
/// @param same   whether padding is chosen for each image so that there are `ceil(extent / stride)` places; the
///   padding of the windows is then without effect
public record AveragePool2d(Window height, Window width, boolean same) implements Layer {
    /// Square windows side by side: the stride is the extent, a remainder at the edge stays unread.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the extent is less than 1
    public static AveragePool2d of(int extent) {
        return of(extent, extent);
    }

    /// Square windows, `stride` apart, without padding.
    ///
    /// @throws dev.nudge.tensor.ShapeException if a number is less than 1
    public static AveragePool2d of(int extent, int stride) {
        Window window = Window.of(extent).withStride(stride);
        return new AveragePool2d(window, window, false);
    }

    /// The same layer with the given padding on all four sides.
    public AveragePool2d withPadding(int padding) {
        return new AveragePool2d(height.withPadding(padding), width.withPadding(padding), false);
    }

    /// The same layer with padding that gives `ceil(extent / stride)` places.
    public AveragePool2d withSamePadding() {
        return new AveragePool2d(height, width, true);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape images = Slides.images("averagePool2d", x, 0);
        Window down = Slides.on(height, same, images.extent(1));
        return x.averagePool(down, Slides.on(width, same, images.extent(2)));
    }

    @Override
    public String toString() {
        return "AveragePool2d[" + Slides.describe(height, width, same) + "]";
    }
}
