package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import org.jspecify.annotations.Nullable;

/// What layers with sliding windows have in common.
final class Slides {
    /// The window along the height of sequences, which are read as images of height 1.
    static final Window FLAT = Window.of(1);

    private Slides() {}

    /// Checks a weight `[.., in, out]` and its bias.
    static void check(String layer, int rank, int groups, Parameter weight, @Nullable Parameter bias, int out) {
        if (weight.shape().rank() != rank) {
            throw new ShapeException(layer + ": expected a weight with " + rank + " axes, found " + weight.shape());
        }
        if (groups < 1 || weight.shape().extent(-1) % groups != 0) {
            throw new ShapeException(
                    layer + ": " + groups + " groups do not divide the last extent of the weight " + weight.shape());
        }
        Type wanted = Type.of(weight.type().dtype(), Shape.of(out));
        if (bias != null && !bias.type().equals(wanted)) {
            throw new ShapeException(layer + ": expected a bias " + wanted + " for a weight " + weight.type()
                    + ", found " + bias.type());
        }
    }

    /// A weight `[..kernel, in, out]`, where an output sees `in` channels and an input goes to `reached` ones.
    static Parameter weight(
            String layer, Shape kernel, int in, int out, int reached, RandomKey key, Initializer initializer) {
        for (int axis = 0; axis < kernel.rank(); axis++) {
            positive(layer, "kernel", kernel.extent(axis));
        }
        Type type = Type.of(DType.F32, kernel.append(Shape.of(in, out)));
        return Parameter.of(
                initializer.values(key, type, kernel.elements() * in, kernel.elements() * Math.max(1, reached)));
    }

    static int positive(String layer, String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(layer + ": " + what + " must be at least 1, found " + number);
        }
        return number;
    }

    /// Checks channels and that groups divide them.
    static void channels(String layer, int in, int out, int groups) {
        positive(layer, "in", in);
        positive(layer, "out", out);
        positive(layer, "groups", groups);
        if (in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException(layer + ": " + groups + " groups must divide the channels, found " + in
                    + " in and " + out + " out");
        }
    }

    /// Checks that `x` is images; of `channels`, unless that is 0.
    static Shape images(String layer, Tensor x, int channels) {
        return check(layer, x, 4, "[batch, height, width, ", channels, "(0, 2, 3, 1)");
    }

    /// Checks that `x` is sequences; of `channels`, unless that is 0.
    static Shape sequences(String layer, Tensor x, int channels) {
        return check(layer, x, 3, "[batch, time, ", channels, "(0, 2, 1)");
    }

    private static Shape check(String layer, Tensor x, int rank, String axes, int channels, String order) {
        Shape shape = x.shape();
        if (shape.rank() != rank || (channels != 0 && shape.extent(-1) != channels)) {
            boolean first = shape.rank() == rank && shape.extent(1) == channels;
            throw new ShapeException(layer + ": expected " + axes + (channels == 0 ? "channels" : channels)
                    + "], found " + shape
                    + (first ? "; channels come last: use permute" + order : "")
                    + (shape.rank() == rank - 1 ? "; if only the channels are missing, use unsqueeze(-1)" : ""));
        }
        return shape;
    }

    /// Sequences as images of height 1.
    static Tensor flat(Tensor x) {
        Shape shape = x.shape();
        return x.reshape(shape.extent(0), 1, shape.extent(1), shape.extent(2));
    }

    /// The window with its padding on an axis of `input` elements.
    static Window on(Window window, boolean same, int input) {
        return same ? window.withSamePadding(input) : window;
    }

    static Tensor biased(Tensor x, @Nullable Parameter bias) {
        return bias == null ? x : x.add(bias.tensor());
    }

    /// Windows in words, without what they have in common.
    static String describe(Window height, Window width, boolean same) {
        return (height.equals(width) ? height + " square" : height + " by " + width) + (same ? " same" : "");
    }
}
