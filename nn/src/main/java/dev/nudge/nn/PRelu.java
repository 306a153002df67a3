package dev.nudge.nn;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.Arrays;

/// Leaky rectified linear unit whose slope is trained, `y = x` where `x > 0`, else `slope x`.
///
/// Shape: `[.., features]` to `[.., features]`. Keep weight decay off the slope: it would draw it to 0.
///
/// Source: He et al. 2015, arXiv:1502.01852, section 2.1.
///
/// @param slope slope below zero, of shape `[1]` for all features together or `[features]`
public record PRelu(Parameter slope) implements Layer {
    private static final float START = 0.25f; // section 2.1

    /// Checks the shape of the slope.
    ///
    /// @throws ShapeException if it is not a vector
    public PRelu {
        Features.check("pRelu", slope);
    }

    /// A unit with one slope for all features.
    public static PRelu of() {
        return of(1);
    }

    /// A unit with a slope for each of `features` features.
    ///
    /// @throws IllegalArgumentException if there are no features
    public static PRelu of(int features) {
        float[] slopes = new float[Features.atLeastOne("pRelu", features)];
        Arrays.fill(slopes, START);
        return new PRelu(Parameter.of(slopes, features));
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        int slopes = slope.shape().extent(0);
        if (slopes > 1 && (x.shape().rank() < 1 || x.shape().extent(-1) != slopes)) {
            throw new ShapeException("pRelu: expected [.., " + slopes + "], found " + x.shape());
        }
        return x.greater(0).where(x, x.mul(slope.tensor()));
    }

    @Override
    public String toString() {
        return "PRelu[" + slope.shape().extent(0) + "]";
    }
}
