package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Multi-head self-attention: every time of a sequence gathers from the times that it sees.
///
/// Shape: `[batch, time, width]` to `[batch, time, width]`.
///
/// One product makes the queries of all heads, then the keys, then the values. With fewer heads of keys and values
/// than of queries, consecutive query heads share one (*grouped-query attention*; with one head, *multi-query*).
/// Without positions in `x` or `rotary`, and not causal, the layer knows no order: permuted times give permuted
/// outputs.
///
/// {@snippet class="TransformerSnippets" region="selfAttention"}
///
/// Sources: Vaswani et al. 2017, arXiv:1706.03762, section 3.2; Ainslie et al. 2023, arXiv:2305.13245 (groups).
///
/// @param projection    makes queries, keys and values, `[width, (heads + 2 keyValueHeads) d]`, where `d` is the
///                      width of a head
/// @param output        mixes what the heads found, `[heads d, width]`
/// @param heads         number of query heads
/// @param keyValueHeads number of heads of keys and values; divides `heads`
/// @param causal        whether a time sees only itself and earlier ones
/// @param rotary        turns queries and keys `[batch, heads, time, d]` by their time, or null for no positions
/// @param weightDropout of the attention weights
/// @param outputDropout of the output
public record SelfAttention(
        Linear projection,
        Linear output,
        int heads,
        int keyValueHeads,
        boolean causal,
        @Nullable Layer rotary,
        Dropout weightDropout,
        Dropout outputDropout)
        implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws IllegalArgumentException if the heads do not divide
    /// @throws ShapeException if the layers do not fit the heads
    public SelfAttention {
        int head = Attention.headWidth("selfAttention", output.in(), heads, keyValueHeads);
        if (projection.out() != (heads + 2 * keyValueHeads) * head) {
            throw new ShapeException("selfAttention: expected a projection to (" + heads + " + 2 x " + keyValueHeads
                    + ") x " + head + " numbers for an output layer of " + output.in() + " inputs, found "
                    + projection.out());
        }
    }

    /// A layer of `width` features and as many heads of keys and values as of queries; every time sees all.
    ///
    /// Weights begin with [Initializers#glorotUniform()], biases at zero; no dropout, no positions.
    ///
    /// @throws IllegalArgumentException if the heads do not divide the width
    public static SelfAttention of(int width, int heads, RandomKey key) {
        return of(width, heads, heads, key, Initializers.glorotUniform(), Initializers.glorotUniform());
    }

    /// As [#of(int, int, RandomKey)], with fewer heads of keys and values and chosen initial weights.
    ///
    /// @param first of the projection
    /// @param last  of the output layer
    /// @throws IllegalArgumentException if the heads do not divide
    public static SelfAttention of(
            int width, int heads, int keyValueHeads, RandomKey key, Initializer first, Initializer last) {
        int head = Attention.headWidth("selfAttention", width, heads, keyValueHeads);
        return new SelfAttention(
                Linear.of(width, (heads + 2 * keyValueHeads) * head, key.at(0), first),
                Linear.of(width, width, key.at(1), last),
                heads,
                keyValueHeads,
                false,
                null,
                new Dropout(0),
                new Dropout(0));
    }

    /// The same layer, in which a time sees only itself and earlier ones.
    public SelfAttention withCausal() {
        return new SelfAttention(projection, output, heads, keyValueHeads, true, rotary, weightDropout, outputDropout);
    }

    /// The same layer, whose queries and keys are turned by their time.
    public SelfAttention withRotary(Layer turning) {
        return new SelfAttention(
                projection, output, heads, keyValueHeads, causal, turning, weightDropout, outputDropout);
    }

    /// The same layer with dropout of weights and output.
    ///
    /// @throws IllegalArgumentException if a probability is outside `[0, 1)`
    public SelfAttention withDropout(double ofWeights, double ofOutput) {
        return new SelfAttention(
                projection,
                output,
                heads,
                keyValueHeads,
                causal,
                rotary,
                new Dropout(ofWeights),
                new Dropout(ofOutput));
    }

    /// The same layer without biases.
    public SelfAttention withoutBias() {
        return new SelfAttention(
                projection.withoutBias(),
                output.withoutBias(),
                heads,
                keyValueHeads,
                causal,
                rotary,
                weightDropout,
                outputDropout);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return forward(x, null, pass);
    }

    /// The output for `x`, where a time sees the times that `mask` lets it see too.
    ///
    /// @param mask truth values that broadcast to `[batch, heads, time, time]`, or null; see [Attention]
    /// @throws ShapeException if the shapes do not fit
    public Tensor forward(Tensor x, @Nullable Tensor mask, Pass pass) {
        if (x.shape().rank() != 3 || x.shape().extent(-1) != projection.in()) {
            throw new ShapeException(
                    "selfAttention: expected [batch, time, " + projection.in() + "], found " + x.shape());
        }
        Tensor packed = LayerPath.within("projection", () -> projection.forward(x, pass.at(0)));
        boolean dropsWeights = weightDropout.probability() > 0 && pass instanceof Pass.Training;
        Tensor gathered = mask == null && rotary == null && !dropsWeights
                ? Tensor.apply(new Attentions.SelfAttention(heads, keyValueHeads, causal), packed)
                : gathered(packed, mask, pass.at(1));
        Tensor mixed = LayerPath.within("output", () -> output.forward(gathered, pass.at(2)));
        return outputDropout.forward(mixed, pass.at(3));
    }

    private Tensor gathered(Tensor packed, @Nullable Tensor mask, Pass pass) {
        int width = output.in();
        int shared = width / heads * keyValueHeads;
        Tensor query = turned(Attention.split(packed.slice(-1, 0, width), heads), pass);
        Tensor key = turned(Attention.split(packed.slice(-1, width, shared), keyValueHeads), pass);
        Tensor value = Attention.split(packed.slice(-1, width + shared, shared), keyValueHeads);
        Tensor both = mask;
        if (causal) {
            Tensor past = Attention.causalMask(packed.shape().extent(1));
            both = mask == null ? past : mask.and(past);
        }
        return Attention.join(Attention.scaledDotProduct(query, key, value, both, weightDropout, pass));
    }

    private Tensor turned(Tensor x, Pass pass) {
        return rotary == null ? x : rotary.forward(x, pass);
    }

    @Override
    public String toString() {
        return "SelfAttention[width " + projection.in() + ", heads " + heads
                + (keyValueHeads == heads ? "" : " sharing " + keyValueHeads) + (causal ? ", causal]" : "]");
    }
}
