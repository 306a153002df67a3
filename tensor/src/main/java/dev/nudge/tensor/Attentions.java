package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fused operations of attention.
public final class Attentions {
    private Attentions() {}

    /// Self-attention of several heads: `y = softmax(q kᵀ / √d) v` in each head, where `d` is the width of a
    /// head.
    ///
    /// Shape: `[batch, time, (heads + 2 keyValueHeads) d]` to `[batch, time, heads d]`. Along its last axis
    /// the input holds the queries of all heads, then the keys, then the values. Consecutive groups of
    /// `heads / keyValueHeads` query heads share one head of keys and values.
    ///
    /// Sources: Vaswani et al. 2017, arXiv:1706.03762, equation 1; Ainslie et al. 2023, arXiv:2305.13245
    /// (groups).
    ///
    /// @param heads         number of query heads
    /// @param keyValueHeads number of heads of keys and values; divides `heads`
    /// @param causal        whether a time sees only itself and earlier ones
    public record SelfAttention(int heads, int keyValueHeads, boolean causal) implements Fused {
        /// Checks the heads.
        ///
        /// @throws IllegalArgumentException if there are none or they do not divide
        public SelfAttention {
            checkHeads(heads, keyValueHeads);
        }

        @Override
        public Type type(List<Type> inputs) {
            Type packed = inputs.getFirst();
            int width = width("selfAttention", packed, heads, keyValueHeads);
            return packed.withShape(packed.shape().with(-1, heads * width));
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor packed = inputs.getFirst();
            int batch = packed.shape().extent(0);
            int time = packed.shape().extent(1);
            int width = width("selfAttention", packed.type(), heads, keyValueHeads);
            int group = heads / keyValueHeads;
            Tensor queries = byHead(packed, 0, heads, width).reshape(batch, keyValueHeads, group * time, width);
            Tensor keys = byHead(packed, heads, keyValueHeads, width);
            Tensor values = byHead(packed, heads + keyValueHeads, keyValueHeads, width);
            Tensor scores =
                    queries.matmul(keys.transpose()).mul(1 / Math.sqrt(width)).reshape(batch, heads, time, time);
            if (causal) {
                scores = past(scores).greater(0).where(scores, scores.constantLike(-Float.MAX_VALUE));
            }
            return scores.softmax()
                    .reshape(batch, keyValueHeads, group * time, time)
                    .matmul(values)
                    .reshape(batch, heads, time, width)
                    .permute(0, 2, 1, 3)
                    .reshape(batch, time, heads * width);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(
                    Tensor.apply(new SelfAttentionGradient(heads, keyValueHeads, causal), y.input(0), dy));
        }
    }

    /// The gradient of [SelfAttention] with respect to its input: inputs that input and the gradient `dy` of its
    /// output.
    ///
    /// The weights are computed again instead of kept: they are the largest arrays of a
    /// transformer, and computing them costs less than writing and reading them.
    ///
    /// @param heads         as of the forward operation
    /// @param keyValueHeads as of the forward operation
    /// @param causal        as of the forward operation
    public record SelfAttentionGradient(int heads, int keyValueHeads, boolean causal) implements Fused {
        /// Checks the heads.
        ///
        /// @throws IllegalArgumentException if there are none or they do not divide
        public SelfAttentionGradient {
            checkHeads(heads, keyValueHeads);
        }

        @Override
        public Type type(List<Type> inputs) {
            Type packed = inputs.get(0);
            int width = width("selfAttentionGradient", packed, heads, keyValueHeads);
            Type output = packed.withShape(packed.shape().with(-1, heads * width));
            if (!inputs.get(1).equals(output)) {
                throw new ShapeException("selfAttentionGradient: the output for " + packed + " is " + output
                        + ", its gradient " + inputs.get(1));
            }
            return packed;
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor packed = inputs.get(0).boundary();
            Tensor y = new SelfAttention(heads, keyValueHeads, causal).definition(List.of(packed));
            Tensor gradient =
                    Gradients.through(y, inputs.get(1), List.of(packed)).getFirst();
            return gradient == null ? packed.mul(0) : gradient;
        }
    }

    private static void checkHeads(int heads, int keyValueHeads) {
        if (heads < 1 || keyValueHeads < 1 || heads % keyValueHeads != 0) {
            throw new IllegalArgumentException("selfAttention: expected at least one head and heads that the heads of"
                    + " keys and values divide, found " + heads + " and " + keyValueHeads);
        }
    }

    /// Width of a head.
    private static int width(String operation, Type packed, int heads, int keyValueHeads) {
        int parts = heads + 2 * keyValueHeads;
        Shape shape = packed.shape();
        if (!packed.dtype().isFloating() || shape.rank() != 3 || shape.extent(2) % parts != 0 || shape.extent(2) == 0) {
            throw new ShapeException(operation + ": expected floating-point queries, keys and values [batch, time, "
                    + parts + " x width of a head], found " + packed);
        }
        return shape.extent(2) / parts;
    }

    /// Heads `from` to `from + count` of the packed input, `[batch, count, time, width]`.
    private static Tensor byHead(Tensor packed, int from, int count, int width) {
        return packed.slice(2, from * width, count * width)
                .reshape(packed.shape().extent(0), packed.shape().extent(1), count, width)
                .permute(0, 2, 1, 3);
    }

    /// `[.., time, time]` of the type of `scores`: 1 where a row sees a column, else 0.
    ///
    /// Rows of `time` ones and `time` zeros, laid end to end and cut again after one element less, are shifted
    /// by one from row to row, which is a triangle.
    private static Tensor past(Tensor scores) {
        int time = scores.shape().extent(-1);
        Tensor row =
                Tensor.constant(scores.dtype(), 1).broadcastTo(Shape.of(time)).pad(new int[] {0}, new int[] {time});
        Tensor future = row.broadcastTo(Shape.of(time, 2 * time))
                .reshape(2 * time * time)
                .slice(0, 0, time * (2 * time - 1))
                .reshape(time, 2 * time - 1)
                .slice(1, 0, time);
        return future.transpose().broadcastTo(scores.shape());
    }
}
