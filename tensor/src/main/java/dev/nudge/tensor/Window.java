package dev.nudge.tensor;

/// How a window slides along one axis of an image: `extent` elements, `dilation` apart, from place to place by
/// `stride`.
///
/// Place `p` reads elements `p stride - before + k dilation` for `k` in `0 .. extent-1`; those before the first
/// or behind the last element are padding. The last padding may stay unread, since a window that does not fit
/// whole has no place.
///
/// @param extent   elements that a window reads, at least 1
/// @param stride   distance between neighbouring places, at least 1
/// @param before   elements of padding before the first, at least 0
/// @param after    elements of padding behind the last, at least 0
/// @param dilation distance between neighbouring elements of a window, at least 1
public record Window(int extent, int stride, int before, int after, int dilation) {
    /// Checks the ranges.
    ///
    /// @throws ShapeException if a number is outside its range
    public Window {
        if (extent < 1 || stride < 1 || dilation < 1) {
            throw new ShapeException("window: extent, stride and dilation must be at least 1, found extent " + extent
                    + ", stride " + stride + ", dilation " + dilation);
        }
        if (before < 0 || after < 0) {
            throw new ShapeException(
                    "window: padding must be at least 0, found " + before + " before and " + after + " after");
        }
    }

    /// A window of `extent` neighbours that goes on by one element, without padding.
    public static Window of(int extent) {
        return new Window(extent, 1, 0, 0, 1);
    }

    /// The same window with another distance between its places.
    public Window withStride(int other) {
        return new Window(extent, other, before, after, dilation);
    }

    /// The same window with padding on both sides.
    public Window withPadding(int both) {
        return withPadding(both, both);
    }

    /// The same window with other padding.
    public Window withPadding(int before, int after) {
        return new Window(extent, stride, before, after, dilation);
    }

    /// The same window with another distance between its elements.
    public Window withDilation(int other) {
        return new Window(extent, stride, before, after, other);
    }

    /// The same window with the padding that gives `ceil(input / stride)` places. Where the padding is odd, the
    /// greater half goes behind, as in TensorFlow.
    public Window withSamePadding(int input) {
        int places = (input + stride - 1) / stride;
        long padding = Math.max(0, (places - 1L) * stride + span() - input);
        return withPadding((int) (padding / 2), (int) (padding - padding / 2));
    }

    /// Distance from the first to the last element of a window, both included: `dilation (extent - 1) + 1`.
    public int span() {
        return Math.toIntExact((long) dilation * (extent - 1) + 1);
    }

    /// Whether a window fits an axis of `input` elements with its padding.
    public boolean fits(int input) {
        return (long) input + before + after >= span();
    }

    /// Number of places on an axis of `input` elements: `floor((before + input + after - span) / stride) + 1`;
    /// 0 if no window fits.
    public int places(int input) {
        return fits(input) ? (int) (((long) input + before + after - span()) / stride) + 1 : 0;
    }

    /// Whether every window on an axis of `input` elements reads at least one of them.
    public boolean alwaysReads(int input) {
        for (int place = 0; place < places(input); place++) {
            boolean reads = false;
            for (int k = 0; k < extent && !reads; k++) {
                int element = element(place, k);
                reads = element >= 0 && element < input;
            }
            if (!reads) {
                return false;
            }
        }
        return true;
    }

    /// The element that a window reads as its element `k` at `place`; outside the axis for padding.
    public int element(int place, int k) {
        return place * stride - before + k * dilation;
    }

    @Override
    public String toString() {
        return extent
                + (stride == 1 ? "" : " stride " + stride)
                + (before == 0 && after == 0 ? "" : " padding " + before + (before == after ? "" : "+" + after))
                + (dilation == 1 ? "" : " dilation " + dilation);
    }
}
