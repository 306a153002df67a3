package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// The part of a transformer that works on each time by itself: wider, bent, and back.
///
/// Shape: `[.., width]` to `[.., width]`.
///
/// Sources: Vaswani et al. 2017, arXiv:1706.03762, section 3.3; Shazeer 2020, arXiv:2002.05202 (gated units).
///
/// @param up         to the hidden width, or to twice as much for a [Glu]
/// @param activation an [Activation] or a [Glu]
/// @param down       back to the width
/// @param dropout    of the output
public record FeedForward(Linear up, Layer activation, Linear down, Dropout dropout) implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if they do not
    public FeedForward {
        int hidden = activation instanceof Glu ? 2 * down.in() : down.in();
        if (up.out() != hidden) {
            throw new ShapeException("feedForward: expected " + hidden + " numbers before " + activation
                    + " and a layer of " + down.in() + " inputs, found " + up.out());
        }
    }

    /// A layer with a hidden width; weights begin with [Initializers#glorotUniform()], biases at zero, no dropout.
    ///
    /// @param activation an [Activation] or a [Glu], such as `new Gelu()` or `Glu.swiGlu()`
    /// @throws IllegalArgumentException if a width is less than 1
    public static FeedForward of(int width, int hidden, Layer activation, RandomKey key) {
        return of(width, hidden, activation, key, Initializers.glorotUniform(), Initializers.glorotUniform());
    }

    /// As [#of(int, int, Layer, RandomKey)], with chosen initial weights.
    ///
    /// @param first of the layer up
    /// @param last  of the layer down
    /// @throws IllegalArgumentException if a width is less than 1
    public static FeedForward of(
            int width, int hidden, Layer activation, RandomKey key, Initializer first, Initializer last) {
        int up = activation instanceof Glu ? 2 * hidden : hidden;
        return new FeedForward(
                Linear.of(width, up, key.at(0), first),
                activation,
                Linear.of(hidden, width, key.at(1), last),
                new Dropout(0));
    }

    /// The same layer with dropout of the output.
    ///
    /// @throws IllegalArgumentException if the probability is outside `[0, 1)`
    public FeedForward withDropout(double probability) {
        return new FeedForward(up, activation, down, new Dropout(probability));
    }

    /// The same layer without biases.
    public FeedForward withoutBias() {
        return new FeedForward(up.withoutBias(), activation, down.withoutBias(), dropout);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor wide = LayerPath.within("up", () -> up.forward(x, pass.at(0)));
        Tensor bent = LayerPath.within("activation", () -> activation.forward(wide, pass.at(1)));
        Tensor back = LayerPath.within("down", () -> down.forward(bent, pass.at(2)));
        return dropout.forward(back, pass.at(3));
    }
}
