package dev.nudge.nn;

import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A block of a transformer: self-attention, then a feed-forward part, each added to what it was given.
///
/// Shape: `[batch, time, width]` to `[batch, time, width]`.
///
/// With a [SelfAttention] that sees all times this is the block of an encoder, with a causal one that of a language
/// model. Normalization is either *before* each part, `x + part(norm(x))`, which trains well at any depth, or *after*
/// it, `norm(x + part(x))`, as in the first transformers.
///
/// {@snippet class="TransformerSnippets" region="block"}
///
/// Sources: Vaswani et al. 2017, arXiv:1706.03762, section 3.1 (after); Xiong et al. 2020, arXiv:2002.04745 (before).
///
/// @param attentionNorm   of the attention, such as [LayerNorm] or [RmsNorm]
/// @param attention       gathers from other times
/// @param feedForwardNorm of the feed-forward part
/// @param feedForward     works on each time by itself
/// @param normFirst       whether normalization comes before each part
public record TransformerBlock(
        Layer attentionNorm, SelfAttention attention, Layer feedForwardNorm, FeedForward feedForward, boolean normFirst)
        implements Layer {
    /// A block with [LayerNorm] before each part.
    public static TransformerBlock of(SelfAttention attention, FeedForward feedForward) {
        int width = attention.projection().in();
        return new TransformerBlock(LayerNorm.of(width), attention, LayerNorm.of(width), feedForward, true);
    }

    /// A block of an encoder: every time sees all, [LayerNorm] before each part, [Gelu] over four times the width.
    ///
    /// @throws IllegalArgumentException if the heads do not divide the width
    public static TransformerBlock of(int width, int heads, RandomKey key) {
        return of(SelfAttention.of(width, heads, key.at(0)), FeedForward.of(width, 4 * width, new Gelu(), key.at(1)));
    }

    /// The same block with normalization after each part.
    public TransformerBlock withNormAfter() {
        return new TransformerBlock(attentionNorm, attention, feedForwardNorm, feedForward, false);
    }

    /// The same block with other normalizations.
    public TransformerBlock withNorms(Layer ofAttention, Layer ofFeedForward) {
        return new TransformerBlock(ofAttention, attention, ofFeedForward, feedForward, normFirst);
    }

    /// The same block, in which a time sees only itself and earlier ones.
    public TransformerBlock withCausal() {
        return new TransformerBlock(attentionNorm, attention.withCausal(), feedForwardNorm, feedForward, normFirst);
    }

    /// The same block with dropout of the attention weights and of the output of both parts.
    ///
    /// @throws IllegalArgumentException if the probability is outside `[0, 1)`
    public TransformerBlock withDropout(double probability) {
        return new TransformerBlock(
                attentionNorm,
                attention.withDropout(probability, probability),
                feedForwardNorm,
                feedForward.withDropout(probability),
                normFirst);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return forward(x, null, pass);
    }

    /// The output for `x`, where a time sees the times that `mask` lets it see too.
    ///
    /// @param mask truth values that broadcast to `[batch, heads, time, time]`, or null; see [Attention]
    /// @throws dev.nudge.tensor.ShapeException if the shapes do not fit
    public Tensor forward(Tensor x, @Nullable Tensor mask, Pass pass) {
        Tensor seen = added(x, "attention", attentionNorm, normFirst, y -> attention.forward(y, mask, pass.at(0)));
        return added(seen, "feedForward", feedForwardNorm, normFirst, y -> feedForward.forward(y, pass.at(1)));
    }

    /// What a part makes of its input.
    @FunctionalInterface
    interface Part {
        Tensor of(Tensor x);
    }

    /// `x + part(norm(x))` or `norm(x + part(x))`.
    static Tensor added(Tensor x, String name, Layer norm, boolean normFirst, Part part) {
        if (normFirst) {
            Tensor input = LayerPath.within(name + "Norm", () -> norm.forward(x));
            return x.add(LayerPath.within(name, () -> part.of(input)));
        }
        Tensor sum = x.add(LayerPath.within(name, () -> part.of(x)));
        return LayerPath.within(name + "Norm", () -> norm.forward(sum));
    }
}
