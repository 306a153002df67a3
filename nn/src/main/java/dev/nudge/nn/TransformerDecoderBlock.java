package dev.nudge.nn;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A block of a decoder that reads a memory: causal self-attention, cross-attention, then a feed-forward part, each
/// added to what it was given.
///
/// Shape: `x` `[batch, time, width]` and memory `[batch, memoryTime, memoryWidth]` to `[batch, time, width]`.
///
/// A decoder without a memory, as of a language model, is a stack of causal [TransformerBlock]s.
///
/// {@snippet class="TransformerSnippets" region="decoder"}
///
/// Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.1.
///
/// @param attentionNorm   of the self-attention
/// @param attention       gathers from earlier times
/// @param crossNorm       of the cross-attention
/// @param cross           gathers from the memory
/// @param feedForwardNorm of the feed-forward part
/// @param feedForward     works on each time by itself
/// @param normFirst       whether normalization comes before each part, not after it
public record TransformerDecoderBlock(
        Layer attentionNorm,
        SelfAttention attention,
        Layer crossNorm,
        CrossAttention cross,
        Layer feedForwardNorm,
        FeedForward feedForward,
        boolean normFirst)
        implements Model {
    /// A block with [LayerNorm] before each part and [Gelu] over four times the width.
    ///
    /// @throws IllegalArgumentException if the heads do not divide the width
    public static TransformerDecoderBlock of(int width, int memoryWidth, int heads, RandomKey key) {
        return new TransformerDecoderBlock(
                LayerNorm.of(width),
                SelfAttention.of(width, heads, key.at(0)).withCausal(),
                LayerNorm.of(width),
                CrossAttention.of(width, memoryWidth, heads, key.at(1)),
                LayerNorm.of(width),
                FeedForward.of(width, 4 * width, new Gelu(), key.at(2)),
                true);
    }

    /// The same block with normalization after each part.
    public TransformerDecoderBlock withNormAfter() {
        return new TransformerDecoderBlock(
                attentionNorm, attention, crossNorm, cross, feedForwardNorm, feedForward, false);
    }

    /// The same block with dropout of the attention weights and of the output of all parts.
    ///
    /// @throws IllegalArgumentException if the probability is outside `[0, 1)`
    public TransformerDecoderBlock withDropout(double probability) {
        return new TransformerDecoderBlock(
                attentionNorm,
                attention.withDropout(probability, probability),
                crossNorm,
                cross.withDropout(probability, probability),
                feedForwardNorm,
                feedForward.withDropout(probability),
                normFirst);
    }

    /// The output for `x` beside `memory`.
    ///
    /// @param mask       which times of `x` a time sees besides what the attention says, or null; see [Attention]
    /// @param memoryMask which times of the memory a time sees, or null for all
    /// @throws dev.nudge.tensor.ShapeException if the shapes do not fit
    public Tensor forward(Tensor x, Tensor memory, @Nullable Tensor mask, @Nullable Tensor memoryMask, Pass pass) {
        Tensor seen = TransformerBlock.added(
                x, "attention", attentionNorm, normFirst, y -> attention.forward(y, mask, pass.at(0)));
        Tensor read = TransformerBlock.added(
                seen, "cross", crossNorm, normFirst, y -> cross.forward(y, memory, memoryMask, pass.at(1)));
        return TransformerBlock.added(
                read, "feedForward", feedForwardNorm, normFirst, y -> feedForward.forward(y, pass.at(2)));
    }
}
