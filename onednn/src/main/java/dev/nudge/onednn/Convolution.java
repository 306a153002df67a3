package dev.nudge.onednn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import java.util.List;
import java.util.Optional;

/// The shapes of a convolution, whichever two of its three tensors are given: images `x`, a weight
/// `[height, width, in / groups, out]`, and images `y` of the places.
record Convolution(Window height, Window width, int groups, Shape x, Shape y) {
    /// Channels of a group below which the library is not faster: its code is made for vectors of them.
    private static final int LEAST_CHANNELS = 8;

    /// The shapes of `op`; none where it is no convolution.
    static Optional<Convolution> of(Sliding op, List<Type> inputs, Type output) {
        Shape first = inputs.getFirst().shape();
        Shape last = inputs.getLast().shape();
        return switch (op) {
            case Sliding.Convolve c -> of(c, c.groups(), first, output.shape());
            case Sliding.ConvolveTransposed c -> of(c, c.groups(), output.shape(), first);
            case Sliding.ConvolveWeight c -> of(c, c.groups(), first, last);
            case Sliding.Windows _, Sliding.Fold _ -> Optional.empty();
        };
    }

    private static Optional<Convolution> of(Sliding op, int groups, Shape x, Shape y) {
        return Optional.of(new Convolution(op.height(), op.width(), groups, x, y));
    }

    /// Whether every place reads one pixel, in order, so that the whole is a matrix product.
    boolean isProduct() {
        return groups == 1 && height.equals(Window.of(1)) && width.equals(Window.of(1));
    }

    /// The product that `op` is.
    Product product(Sliding op) {
        int places = y.product(0, 3);
        return switch (op) {
            case Sliding.ConvolveTransposed _ -> new Product(false, true, 1, places, in(), out());
            case Sliding.ConvolveWeight _ -> new Product(true, false, 1, in(), out(), places);
            case Sliding.Convolve _, Sliding.Windows _, Sliding.Fold _ ->
                new Product(false, false, 1, places, out(), in());
        };
    }

    int batch() {
        return x.extent(0);
    }

    int in() {
        return x.extent(3);
    }

    int out() {
        return y.extent(3);
    }

    /// Elements of one image of `x`.
    int sizeOfX() {
        return x.product(1, 4);
    }

    /// Elements of one image of `y`.
    int sizeOfY() {
        return y.product(1, 4);
    }

    /// Elements of the weight.
    int sizeOfWeight() {
        return height.extent() * width.extent() * (in() / groups) * out();
    }

    /// Whether the library is asked.
    /*
     * Speed of oneDNN beside Java's kernels, two threads, operands out of the caches, forwards, with respect to x and to
     * the weight (ConvolutionTiming, AMD Zen 5, in turns): 3 channels to 16, 3 x 3 0.95, 1.5, 1.4; 1 to 32, 5 x 5 0.5, 2.1,
     * 1.1; 3 to 64, 7 x 7, stride 2 1.0, 0.5, 1.0; 16 to 16 1.2, 1.3, 1.5 to 1.9; 16 to 32, stride 2 0.9 to 1.1, 1.4, 1.0; 32
     * to 32 1.2, 1.2, 1.1; 64 to 64 1.4, 1.4, 1.3; 32 to 64, 5 x 5 1.3 to 1.7, 1.3 to 1.8, 1.5. Of
     * groups, one thread: of 2 channels 0.4, 0.5, 0.5; of 4 0.9, 0.9, 0.9; of 8 1.8, 2.0, 2.6, with stride 2 2.4, 3.7, 2.5; of
     * 16 3.8, 4.7, 4.5; of 32 2.5, 2.0, 2.5.
     */
    boolean isWorthwhile() {
        return (long) y.product(0, 3) * sizeOfWeight() >= Product.LEAST
                && Math.min(in(), out()) / groups >= LEAST_CHANNELS;
    }

    /// The most images whose elements of `x` and `y` fit `bytes`, at least one, that divide the batch.
    int imagesWithin(int bytes) {
        long each = Float.BYTES * ((long) sizeOfX() + sizeOfY());
        int images = Math.clamp(bytes / each, 1, batch());
        while (batch() % images > 0) {
            images--;
        }
        return images;
    }
}
