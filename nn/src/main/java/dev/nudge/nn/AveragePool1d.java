package dev.nudge.nn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;

/// The mean of each window of a sequence, each channel by itself: [AveragePool2d] for images of height 1.
///
/// Shape: `[batch, time, channels]` to `[batch, places, channels]`, with as many places as [Window#places(int)]
/// says.
///
/// @param window window along the time
/// @param same   whether padding is chosen so that there are `ceil(time / stride)` places; the padding of the
///   window
///   is then without effect
public record AveragePool1d(Window window, boolean same) implements Layer {
    /// Windows side by side: the stride is the extent, a remainder at the end stays unread.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the extent is less than 1
    public static AveragePool1d of(int extent) {
        return of(extent, extent);
    }

    /// Windows `stride` apart, without padding.
    ///
    /// @throws dev.nudge.tensor.ShapeException if a number is less than 1
    public static AveragePool1d of(int extent, int stride) {
        return new AveragePool1d(Window.of(extent).withStride(stride), false);
    }

    /// The same layer with the given padding at both ends.
    public AveragePool1d withPadding(int padding) {
        return new AveragePool1d(window.withPadding(padding), false);
    }

    /// The same layer with padding that gives `ceil(time / stride)` places.
    public AveragePool1d withSamePadding() {
        return new AveragePool1d(window, true);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape steps = Slides.sequences("averagePool1d", x, 0);
        return Slides.flat(x)
                .averagePool(Slides.FLAT, Slides.on(window, same, steps.extent(1)))
                .squeeze(1);
    }

    @Override
    public String toString() {
        return "AveragePool1d[" + window + (same ? " same]" : "]");
    }
}
