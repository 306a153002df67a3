package dev.nudge.nn;

import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Multi-head cross-attention: every time of a sequence gathers from the times of another one, the *memory*.
///
/// Shape: `x` `[batch, time, width]` and memory `[batch, memoryTime, memoryWidth]` to `[batch, time, width]`.
///
/// Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.3.
///
/// @param query         makes the queries from `x`, `[width, heads d]`, where `d` is the width of a head
/// @param keyValue      makes the keys, then the values, from the memory, `[memoryWidth, 2 keyValueHeads d]`
/// @param output        mixes what the heads found, `[heads d, width]`
/// @param heads         number of query heads
/// @param keyValueHeads number of heads of keys and values; divides `heads`
/// @param weightDropout of the attention weights
/// @param outputDropout of the output
public record CrossAttention(
        Linear query,
        Linear keyValue,
        Linear output,
        int heads,
        int keyValueHeads,
        Dropout weightDropout,
        Dropout outputDropout)
        implements Model {
    /// Checks that the parts fit.
    ///
    /// @throws IllegalArgumentException if the heads do not divide
    /// @throws ShapeException if the layers do not fit the heads
    public CrossAttention {
        int head = Attention.headWidth("crossAttention", query.out(), heads, keyValueHeads);
        if (keyValue.out() != 2 * keyValueHeads * head || output.in() != query.out()) {
            throw new ShapeException("crossAttention: expected 2 x " + keyValueHeads + " x " + head
                    + " numbers of keys and values and an output layer of " + query.out() + " inputs, found "
                    + keyValue.out() + " and " + output.in());
        }
    }

    /// A layer of `width` features over a memory of `memoryWidth` features, with as many heads of keys and values as
    /// of queries.
    ///
    /// Weights begin with [Initializers#glorotUniform()], biases at zero; no dropout.
    ///
    /// @throws IllegalArgumentException if the heads do not divide the width
    public static CrossAttention of(int width, int memoryWidth, int heads, RandomKey key) {
        return of(width, memoryWidth, heads, heads, key);
    }

    /// As [#of(int, int, int, RandomKey)], with fewer heads of keys and values.
    ///
    /// @throws IllegalArgumentException if the heads do not divide
    public static CrossAttention of(int width, int memoryWidth, int heads, int keyValueHeads, RandomKey key) {
        int head = Attention.headWidth("crossAttention", width, heads, keyValueHeads);
        return new CrossAttention(
                Linear.of(width, width, key.at(0), Initializers.glorotUniform()),
                Linear.of(memoryWidth, 2 * keyValueHeads * head, key.at(1), Initializers.glorotUniform()),
                Linear.of(width, width, key.at(2), Initializers.glorotUniform()),
                heads,
                keyValueHeads,
                new Dropout(0),
                new Dropout(0));
    }

    /// The same layer with dropout of weights and output.
    ///
    /// @throws IllegalArgumentException if a probability is outside `[0, 1)`
    public CrossAttention withDropout(double ofWeights, double ofOutput) {
        return new CrossAttention(
                query, keyValue, output, heads, keyValueHeads, new Dropout(ofWeights), new Dropout(ofOutput));
    }

    /// The same layer without biases.
    public CrossAttention withoutBias() {
        return new CrossAttention(
                query.withoutBias(),
                keyValue.withoutBias(),
                output.withoutBias(),
                heads,
                keyValueHeads,
                weightDropout,
                outputDropout);
    }

    /// The output for `x` beside `memory`.
    ///
    /// @param mask truth values that broadcast to `[batch, heads, time, memoryTime]`, or null; see [Attention]
    /// @throws ShapeException if the shapes do not fit
    public Tensor forward(Tensor x, Tensor memory, @Nullable Tensor mask, Pass pass) {
        if (x.shape().rank() != 3
                || memory.shape().rank() != 3
                || x.shape().extent(0) != memory.shape().extent(0)
                || x.shape().extent(-1) != query.in()
                || memory.shape().extent(-1) != keyValue.in()) {
            throw new ShapeException("crossAttention: expected [batch, time, " + query.in()
                    + "] and a memory [batch, time, " + keyValue.in() + "], found " + x.shape() + " and "
                    + memory.shape());
        }
        Tensor queries = LayerPath.within("query", () -> query.forward(x, pass.at(0)));
        Tensor both = LayerPath.within("keyValue", () -> keyValue.forward(memory, pass.at(1)));
        int shared = keyValue.out() / 2;
        Tensor gathered = Attention.join(Attention.scaledDotProduct(
                Attention.split(queries, heads),
                Attention.split(both.slice(-1, 0, shared), keyValueHeads),
                Attention.split(both.slice(-1, shared, shared), keyValueHeads),
                mask,
                weightDropout,
                pass.at(2)));
        Tensor mixed = LayerPath.within("output", () -> output.forward(gathered, pass.at(3)));
        return outputDropout.forward(mixed, pass.at(4));
    }

    @Override
    public String toString() {
        return "CrossAttention[width " + query.in() + ", memory " + keyValue.in() + ", heads " + heads
                + (keyValueHeads == heads ? "]" : " sharing " + keyValueHeads + "]");
    }
}
