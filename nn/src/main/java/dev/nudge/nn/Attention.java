package dev.nudge.nn;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention and its masks.
///
/// A mask is a tensor of truth values that broadcasts to `[batch, heads, queries, keys]`: true where a query sees a
/// key. Masks are combined by [Tensor#and].
public final class Attention {
    private Attention() {}

    /// `softmax(q kᵀ / √d) v`, where a query sees the keys that the mask lets it see.
    ///
    /// Shape: queries `[batch, heads, time, d]`, keys `[batch, keyValueHeads, keyTime, d]` and values
    /// `[batch, keyValueHeads, keyTime, dv]` to `[batch, heads, time, dv]`. Consecutive groups of
    /// `heads / keyValueHeads` query heads share a head of keys and values. A query that sees no key at all gets
    /// zeros, where other libraries give NaN or the mean of all values.
    ///
    /// {@snippet class="TransformerSnippets" region="attention"}
    ///
    /// Source: Vaswani et al. 2017, arXiv:1706.03762, equation 1.
    ///
    /// @param mask    which keys a query sees, or null for all
    /// @param dropout of the weights
    /// @throws ShapeException if the shapes do not fit
    public static Tensor scaledDotProduct(
            Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, Dropout dropout, Pass pass) {
        check(query, key, value);
        int batch = query.shape().extent(0);
        int heads = query.shape().extent(1);
        int time = query.shape().extent(2);
        int width = query.shape().extent(3);
        int shared = key.shape().extent(1);
        int keys = key.shape().extent(2);
        // The queries of a group of heads are rows of one product, so that no head of keys is repeated.
        Tensor grouped = query.reshape(batch, shared, heads / shared * time, width);
        Tensor scores =
                grouped.matmul(key.transpose()).mul(1 / Math.sqrt(width)).reshape(batch, heads, time, keys);
        Tensor weights = dropout.forward(masked(scores, mask), pass);
        return weights.reshape(batch, shared, heads / shared * time, keys)
                .matmul(value)
                .reshape(batch, heads, time, value.shape().extent(3));
    }

    private static Tensor masked(Tensor scores, @Nullable Tensor mask) {
        if (mask == null) {
            return scores.softmax();
        }
        if (mask.dtype() != DType.BOOL
                || !Shape.broadcast("attention mask", mask.shape(), scores.shape())
                        .equals(scores.shape())) {
            throw new ShapeException("attention: expected a mask of truth values that broadcasts to " + scores.shape()
                    + ", found " + mask.type());
        }
        // A finite number instead of -infinity: a row without any key is then uniform, not NaN, and cut to zero after.
        Tensor seen = mask.where(scores, scores.constantLike(-Float.MAX_VALUE));
        return mask.where(seen.softmax(), scores.constantLike(0));
    }

    private static void check(Tensor query, Tensor key, Tensor value) {
        Shape q = query.shape();
        Shape k = key.shape();
        Shape v = value.shape();
        if (q.rank() != 4 || k.rank() != 4 || v.rank() != 4) {
            throw new ShapeException("attention: expected [batch, heads, time, width], found queries " + q + ", keys "
                    + k + ", values " + v);
        }
        boolean fits = q.extent(0) == k.extent(0)
                && q.extent(3) == k.extent(3)
                && k.range(0, 3).equals(v.range(0, 3))
                && k.extent(1) > 0
                && q.extent(1) % k.extent(1) == 0;
        if (!fits) {
            throw new ShapeException("attention: queries " + q + ", keys " + k + " and values " + v
                    + " do not fit; expected [batch, heads, time, width], [batch, shared, keys, width] and"
                    + " [batch, shared, keys, any], where shared divides heads");
        }
    }

    /// The mask with which a time sees itself and earlier ones only, `[time, time]`.
    public static Tensor causalMask(int time) {
        byte[] seen = new byte[time * time];
        for (int i = 0; i < time; i++) {
            for (int j = 0; j <= i; j++) {
                seen[i * time + j] = 1;
            }
        }
        return Tensor.data(new Value(Type.of(DType.BOOL, Shape.of(time, time)), seen));
    }

    /// The mask with which nothing sees padding, `[batch, 1, 1, time]`.
    ///
    /// @param present which times are there, `[batch, time]`, as [Sequences#mask] makes it
    /// @throws ShapeException if these are no truth values `[batch, time]`
    public static Tensor paddingMask(Tensor present) {
        if (present.dtype() != DType.BOOL || present.shape().rank() != 2) {
            throw new ShapeException("paddingMask: expected truth values [batch, time], found " + present.type());
        }
        return present.reshape(present.shape().extent(0), 1, 1, present.shape().extent(1));
    }

    /// `[batch, time, heads width]` as `[batch, heads, time, width]`.
    static Tensor split(Tensor x, int heads) {
        Shape shape = x.shape();
        return x.reshape(shape.extent(0), shape.extent(1), heads, shape.extent(2) / heads)
                .permute(0, 2, 1, 3);
    }

    /// `[batch, heads, time, width]` as `[batch, time, heads width]`.
    static Tensor join(Tensor x) {
        Shape shape = x.shape();
        return x.permute(0, 2, 1, 3).reshape(shape.extent(0), shape.extent(2), shape.extent(1) * shape.extent(3));
    }

    /// Width of a head.
    ///
    /// @throws IllegalArgumentException if the heads do not divide
    static int headWidth(String layer, int width, int heads, int keyValueHeads) {
        if (heads < 1 || keyValueHeads < 1 || heads % keyValueHeads != 0 || width < heads || width % heads != 0) {
            throw new IllegalArgumentException(
                    layer + ": expected a width that the heads divide and heads that the heads of keys and values"
                            + " divide, found width = " + width + ", heads = " + heads + ", keyValueHeads = "
                            + keyValueHeads);
        }
        return width / heads;
    }
}
