package dev.nudge.tensor;

import java.util.List;

/// Checks of operands that are images `[batch, height, width, channels]`, and walks over their windows.
final class Images {
    private Images() {}

    /// Checks that `type` is of images.
    static Type check(Op op, Type type) {
        if (type.shape().rank() != 4) {
            throw new ShapeException(
                    op.name() + ": expected images [batch, height, width, channels], found " + type.shape());
        }
        return type;
    }

    /// Checks that the inputs have one element type, a floating-point one.
    static void checkFloating(Op op, List<Type> inputs) {
        if (!Elementwise.common(op.name(), inputs).isFloating()) {
            throw new ShapeException(
                    op.name() + ": expected floating-point operands, found " + inputs.getFirst() + "; use cast");
        }
    }

    static void checkGroups(Op op, int groups) {
        if (groups < 1) {
            throw new ShapeException(op.name() + ": groups must be at least 1, found " + groups);
        }
    }

    /// Checks that `type` is a weight for the windows and groups of `op`.
    static Type checkWeight(Sliding op, Type type, int groups) {
        checkGroups(op, groups);
        Shape shape = type.shape();
        int h = op.height().extent();
        int w = op.width().extent();
        if (shape.rank() != 4 || shape.extent(0) != h || shape.extent(1) != w) {
            throw new ShapeException(op.name() + ": expected a weight [" + h + ", " + w
                    + ", in / groups, out] for windows of " + h + " by " + w + ", found " + shape);
        }
        if (shape.extent(3) % groups != 0) {
            throw new ShapeException(op.name() + ": the weight " + shape + " has " + shape.extent(3)
                    + " outputs, which " + groups + " groups do not divide");
        }
        return type;
    }

    /// Number of places down and across images of shape `x`.
    ///
    /// @throws ShapeException if no window fits
    static Shape places(Sliding op, Shape x) {
        return places(op, op.height(), op.width(), x);
    }

    static Shape places(Op op, Window height, Window width, Shape x) {
        if (!height.fits(x.extent(1)) || !width.fits(x.extent(2))) {
            throw new ShapeException(op.name() + ": windows of " + height.span() + " by " + width.span()
                    + " elements (dilation included) do not fit images of " + x.extent(1) + " by " + x.extent(2)
                    + " in " + x + " with padding " + height.before() + "+" + height.after() + " and "
                    + width.before() + "+" + width.after());
        }
        return Shape.of(height.places(x.extent(1)), width.places(x.extent(2)));
    }

    /// Checks that windows over images of the given size have as many places as `g` says.
    static void checkPlaces(Sliding op, Shape g, int inputHeight, int inputWidth) {
        checkPlaces(op, op.height(), op.width(), g, inputHeight, inputWidth);
    }

    static void checkPlaces(Op op, Window height, Window width, Shape g, int inputHeight, int inputWidth) {
        Shape x = Shape.of(g.extent(0), inputHeight, inputWidth, 1);
        Shape places = places(op, height, width, x);
        if (!places.equals(g.range(1, 3))) {
            throw new ShapeException(op.name() + ": images of " + inputHeight + " by " + inputWidth + " have "
                    + places.extent(0) + " by " + places.extent(1) + " places for windows " + height + " and " + width
                    + ", the operand " + g + " has " + g.extent(1) + " by " + g.extent(2));
        }
    }

    /// What is done for an element of an image and its position among the windows.
    @FunctionalInterface
    interface ElementVisitor {
        void visit(int element, int position);
    }

    /// Visits what every window reads of images of shape `x`, padding left out, in the order of the windows.
    static void forEachElement(Sliding op, Shape x, ElementVisitor visitor) {
        int channels = x.extent(3);
        int elements = op.height().extent() * op.width().extent();
        forEachRead(op, x, (pixel, place, k) -> {
            for (int c = 0; c < channels; c++) {
                visitor.visit(pixel * channels + c, (place * elements + k) * channels + c);
            }
        });
    }

    /// What is done for a term of the sum `S` of [Sliding]: indices into `x`, `w` and `g`.
    @FunctionalInterface
    interface TermVisitor {
        void visit(int xi, int wi, int gi);
    }

    /// Visits every term of a convolution of images of shape `x` with a weight of shape `w`.
    static void forEachTerm(Sliding op, int groups, Shape x, Shape w, TermVisitor visitor) {
        int channels = x.extent(3);
        int in = w.extent(2);
        int out = w.extent(3);
        int outOfGroup = out / groups;
        forEachRead(op, x, (pixel, place, k) -> {
            for (int o = 0; o < out; o++) {
                int first = pixel * channels + o / outOfGroup * in;
                for (int i = 0; i < in; i++) {
                    visitor.visit(first + i, (k * in + i) * out + o, place * out + o);
                }
            }
        });
    }

    /// What is done where a window reads: numbers of the pixel, of the place, and of the element of the window.
    @FunctionalInterface
    private interface ReadVisitor {
        void visit(int pixel, int place, int k);
    }

    private static void forEachRead(Sliding op, Shape x, ReadVisitor visitor) {
        Window height = op.height();
        Window width = op.width();
        int down = height.places(x.extent(1));
        int across = width.places(x.extent(2));
        for (int place = 0; place < x.extent(0) * down * across; place++) {
            int image = place / (down * across);
            for (int k = 0; k < height.extent() * width.extent(); k++) {
                int row = height.element(place / across % down, k / width.extent());
                int column = width.element(place % across, k % width.extent());
                if (row >= 0 && row < x.extent(1) && column >= 0 && column < x.extent(2)) {
                    visitor.visit((image * x.extent(1) + row) * x.extent(2) + column, place, k);
                }
            }
        }
    }

    static void store(double[] sums, Value out) {
        for (int i = 0; i < sums.length; i++) {
            out.set(i, sums[i]);
        }
    }
}
