package dev.nudge.nn;

import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// Tells each time of a sequence which one it is, by adding a vector of its own to it: `y[b, t] = x[b, t] + p[t]`.
///
/// Shape: `[batch, time, width]` to `[batch, time, width]`. Another way is [Rotary].
public sealed interface Positions extends Layer {
    /// Positions as waves of different lengths, which need no training and reach any time.
    static Positions sinusoidal() {
        return new Sinusoidal(10_000);
    }

    /// Positions as trained vectors for `context` times, which start as [Embedding] does.
    ///
    /// @throws IllegalArgumentException if an extent is less than 1
    static Positions learned(int context, int width, RandomKey key) {
        if (context < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "positions: context and width must be at least 1, found " + context + " and " + width);
        }
        Type type = Type.of(DType.F32, Shape.of(context, width));
        return new Learned(
                Parameter.of(Initializers.normal(1 / Math.sqrt(width)).values(key, type, 1, width)));
    }

    /// Waves: `p[t, 2i] = sin(t / base^(2i/width))` and `p[t, 2i+1] = cos(t / base^(2i/width))`.
    ///
    /// Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.5.
    ///
    /// @param base how much longer the longest wave is than the shortest
    record Sinusoidal(double base) implements Positions {
        /// Checks the base.
        ///
        /// @throws IllegalArgumentException if it is not positive and finite
        public Sinusoidal {
            if (!(base > 0) || Double.isInfinite(base)) {
                throw new IllegalArgumentException("positions: base must be positive and finite, found " + base);
            }
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Shape places = places(x);
            int width = places.extent(1);
            Value waves = Value.zeros(x.type().withShape(places));
            for (int t = 0; t < places.extent(0); t++) {
                for (int i = 0; i < width; i++) {
                    double angle = t / StrictMath.pow(base, (double) (i - i % 2) / width);
                    waves.set(t * width + i, i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
                }
            }
            return x.add(Tensor.data(waves));
        }
    }

    /// Trained vectors.
    ///
    /// @param weight a row for each time, `[context, width]`
    record Learned(Parameter weight) implements Positions {
        /// Checks the weight.
        ///
        /// @throws ShapeException if it is not a matrix
        public Learned {
            if (weight.shape().rank() != 2) {
                throw new ShapeException("positions: expected a weight [context, width], found " + weight.shape());
            }
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Shape places = places(x);
            if (places.extent(0) > weight.shape().extent(0)
                    || places.extent(1) != weight.shape().extent(1)) {
                throw new ShapeException(
                        "positions: expected [batch, time, " + weight.shape().extent(1) + "] of at most "
                                + weight.shape().extent(0) + " times, found " + x.shape());
            }
            return x.add(weight.tensor().slice(0, 0, places.extent(0)));
        }
    }

    private static Shape places(Tensor x) {
        if (x.shape().rank() != 3) {
            throw new ShapeException("positions: expected [batch, time, width], found " + x.shape());
        }
        return x.shape().range(1, 3);
    }
}
