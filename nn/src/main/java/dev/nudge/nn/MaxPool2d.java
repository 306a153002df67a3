package dev.nudge.nn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;

/// The largest element of each window of an image, each channel by itself.
///
/// Shape: `[batch, height, width, channels]` to `[batch, placesDown, placesAcross, channels]`, with as many
/// places as [Window#places(int)] says. Padding is never the largest. Of equal elements the first in row-major
/// order gets the gradient.
///
/// {@snippet class="ConvolutionSnippets" region="pooling"}
///
/// @param height window along the height
/// @param width  window along the width
/// @param same   whether padding is chosen for each image so that there are `ceil(extent / stride)` places; the
///   padding of the windows is then without effect
public record MaxPool2d(Window height, Window width, boolean same) implements Layer {
    /// Square windows side by side: the stride is the extent, a remainder at the edge stays unread.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the extent is less than 1
    public static MaxPool2d of(int extent) {
        return of(extent, extent);
    }

    /// Square windows, `stride` apart, without padding.
    ///
    /// @throws dev.nudge.tensor.ShapeException if a number is less than 1
    public static MaxPool2d of(int extent, int stride) {
        Window window = Window.of(extent).withStride(stride);
        return new MaxPool2d(window, window, false);
    }

    /// The same layer with the given padding on all four sides.
    public MaxPool2d withPadding(int padding) {
        return new MaxPool2d(height.withPadding(padding), width.withPadding(padding), false);
    }

    /// The same layer with padding that gives `ceil(extent / stride)` places.
    public MaxPool2d withSamePadding() {
        return new MaxPool2d(height, width, true);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape images = Slides.images("maxPool2d", x, 0);
        Window down = Slides.on(height, same, images.extent(1));
        return x.maxPool(down, Slides.on(width, same, images.extent(2)));
    }

    @Override
    public String toString() {
        return "MaxPool2d[" + Slides.describe(height, width, same) + "]";
    }
}
