package dev.nudge.nn;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// Makes images larger by a whole factor.
///
/// Shape: `[batch, height, width, channels]` to `[batch, factor height, factor width, channels]`.
///
/// [Method#BILINEAR] takes pixels as squares: the centre of output pixel `i` lies at `(i + 1/2) / factor - 1/2`
/// between input pixels ("half-pixel centres"; in PyTorch `align_corners=False`, in TensorFlow 2 the only way),
/// and beyond the outermost centres the edge is repeated.
///
/// @param factor how many times as high and wide, at least 1
/// @param method how pixels in between are made
public record Upsample(int factor, Method method) implements Layer {
    /// How pixels in between are made.
    public enum Method {
        /// Each pixel is repeated.
        NEAREST,
        /// Pixels are weighted means of the four around them.
        BILINEAR
    }

    /// Checks the factor.
    ///
    /// @throws IllegalArgumentException if it is less than 1
    public Upsample {
        Slides.positive("upsample", "factor", factor);
    }

    /// Repeats each pixel.
    ///
    /// @throws IllegalArgumentException if the factor is less than 1
    public static Upsample nearest(int factor) {
        return new Upsample(factor, Method.NEAREST);
    }

    /// Blends neighbouring pixels.
    ///
    /// @throws IllegalArgumentException if the factor is less than 1
    public static Upsample bilinear(int factor) {
        return new Upsample(factor, Method.BILINEAR);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape images = Slides.images("upsample", x, 0);
        int batch = images.extent(0);
        int height = images.extent(1);
        int width = images.extent(2);
        int channels = images.extent(3);
        return switch (method) {
            case NEAREST ->
                x.reshape(batch, height, 1, width, 1, channels)
                        .broadcastTo(Shape.of(batch, height, factor, width, factor, channels))
                        .reshape(batch, height * factor, width * factor, channels);
            case BILINEAR -> {
                Tensor taller = blend(x.dtype(), height).matmul(x.reshape(batch, height, width * channels));
                Tensor rows = taller.reshape(batch * height * factor, width, channels);
                yield blend(x.dtype(), width).matmul(rows).reshape(batch, height * factor, width * factor, channels);
            }
        };
    }

    /// The matrix `[factor input, input]` of linear interpolation along one axis.
    private Tensor blend(DType dtype, int input) {
        Value weights = Value.zeros(Type.of(dtype, Shape.of(input * factor, input)));
        for (int i = 0; i < input * factor; i++) {
            double centre = Math.clamp((i + 0.5) / factor - 0.5, 0, Math.max(0, input - 1));
            int low = (int) centre;
            int high = Math.min(low + 1, input - 1);
            weights.set(i * input + low, 1 - (centre - low));
            if (high != low) {
                weights.set(i * input + high, centre - low);
            }
        }
        return Tensor.data(weights);
    }
}
