package dev.nudge.nn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import java.util.Arrays;

/// Rotary positions: pairs of features are turned by an angle in proportion to the time, so that the product of a query
/// and a key depends on how far apart they are, not on where they stand.
///
/// With `a, b` the features of pair `i` at time `t`, `r` the number of turned features and `θ = t base^(-2i/r)`:
/// `a' = a cos θ - b sin θ`, `b' = a sin θ + b cos θ`.
///
/// Shape: `[.., time, width]` to the same, as queries and keys `[batch, heads, time, width]` are.
///
/// {@snippet class="SequenceSnippets" region="rotary"}
///
/// Weights tell nothing of the pairing, so it must be that of the model that they come from. [Pairing#ADJACENT] is
/// that of the paper, of GPT-J and of Llama as Meta published it; [Pairing#HALVES] is that of GPT-NeoX, which turns
/// only a part of the features, and of Llama in the Hugging Face format, whose weights are reordered for it.
///
/// Source: Su et al. 2021, arXiv:2104.09864, section 3.2.2.
///
/// @param pairing which features make a pair
/// @param turned  how many features are turned, the first ones; 0 for all
/// @param base    how much slower the slowest pair turns than the fastest
/// @param start   the time of the first place, for going on behind what has been seen already
public record Rotary(Pairing pairing, int turned, double base, int start) implements Layer {
    /// Which features make a pair.
    public enum Pairing {
        /// `2i` and `2i + 1`.
        ADJACENT,
        /// `i` and `i + r/2`.
        HALVES
    }

    /// Checks the settings.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Rotary {
        if (turned < 0 || turned % 2 != 0) {
            throw new IllegalArgumentException("rotary: an even number of features is turned, found " + turned);
        }
        if (!(base > 0) || Double.isInfinite(base)) {
            throw new IllegalArgumentException("rotary: base must be positive and finite, found " + base);
        }
        if (start < 0) {
            throw new IllegalArgumentException("rotary: start must be at least 0, found " + start);
        }
    }

    /// Turns all features with the base of the paper.
    public static Rotary of(Pairing pairing) {
        return new Rotary(pairing, 0, 10_000, 0);
    }

    /// The same, turning only the first `features`.
    public Rotary withTurned(int features) {
        return new Rotary(pairing, features, base, start);
    }

    /// The same with another base.
    public Rotary withBase(double other) {
        return new Rotary(pairing, turned, other, start);
    }

    /// The same for places that begin at time `time`.
    public Rotary withStart(int time) {
        return new Rotary(pairing, turned, base, time);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        int rank = x.shape().rank();
        int width = rank < 2 ? 0 : x.shape().extent(-1);
        int count = turned == 0 ? width : turned;
        if (width == 0 || count % 2 != 0 || count > width || !x.dtype().isFloating()) {
            throw new ShapeException("rotary: expected [.., time, width] with "
                    + (turned == 0 ? "an even width" : "a width of at least " + turned) + ", found " + x.type());
        }
        Tensor part = x.slice(-1, 0, count);
        int[] spread = Arrays.copyOf(x.shape().toArray(), rank + 1);
        int pair = pairing == Pairing.ADJACENT ? rank : rank - 1; // the axis of the two of a pair
        spread[rank - 1] = pairing == Pairing.ADJACENT ? count / 2 : 2;
        spread[rank] = pairing == Pairing.ADJACENT ? 2 : count / 2;
        Tensor both = part.reshape(spread);
        Tensor a = both.slice(pair, 0, 1).squeeze(pair);
        Tensor b = both.slice(pair, 1, 1).squeeze(pair);
        Tensor cosine = table(x, count, true);
        Tensor sine = table(x, count, false);
        Tensor first = a.mul(cosine).sub(b.mul(sine));
        Tensor second = a.mul(sine).add(b.mul(cosine));
        Tensor result = Tensor.stack(pair, first, second).reshape(part.shape());
        return count == width ? result : Tensor.concat(-1, result, x.slice(-1, count, width - count));
    }

    /// Cosines or sines of the angles, `[time, count / 2]`.
    private Tensor table(Tensor x, int count, boolean cosine) {
        int time = x.shape().extent(-2);
        Value table = Value.zeros(x.type().withShape(Shape.of(time, count / 2)));
        for (int t = 0; t < time; t++) {
            for (int i = 0; i < count / 2; i++) {
                double angle = (start + t) * StrictMath.pow(base, -2.0 * i / count);
                table.set(t * (count / 2) + i, cosine ? StrictMath.cos(angle) : StrictMath.sin(angle));
            }
        }
        return Tensor.data(table);
    }
}
