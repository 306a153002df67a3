package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A language model: a causal transformer that says, at each time, how likely each token is to come next.
///
/// Shape: token ids `[batch, time]` (`I32`) to logits `[batch, time, vocabulary]`; `time` is at most the context.
/// Train it with cross-entropy against the ids shifted by one.
///
/// {@snippet class="TransformerSnippets" region="gpt"}
///
/// Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, section 2.3 (normalization
/// before each part and at the end, initialization).
///
/// @param tokens    what each token means
/// @param positions what is added at each time
/// @param dropout   of their sum
/// @param blocks    causal, first to last
/// @param norm      behind the last block
/// @param head      makes the logits; null where the meanings of the tokens do it (*tied* weights)
public record Gpt(
        Embedding tokens,
        Positions.Learned positions,
        Dropout dropout,
        List<TransformerBlock> blocks,
        Layer norm,
        @Nullable Linear head)
        implements Layer {
    /// What a model is made of.
    ///
    /// @param vocabulary    number of tokens
    /// @param context       longest sequence
    /// @param layers        number of blocks
    /// @param heads         query heads of each attention; divides the width
    /// @param keyValueHeads heads of keys and values of each attention; divides `heads`
    /// @param width         features of each time
    /// @param hidden        width inside the feed-forward parts
    /// @param activation    of the feed-forward parts, an [Activation] or a [Glu]
    /// @param dropout       of embeddings, attention weights and parts
    /// @param bias          whether linear layers and normalizations add a trained number
    /// @param tied          whether the embeddings of the tokens also make the logits
    public record Config(
            int vocabulary,
            int context,
            int layers,
            int heads,
            int keyValueHeads,
            int width,
            int hidden,
            Layer activation,
            double dropout,
            boolean bias,
            boolean tied) {
        /// Checks the sizes.
        ///
        /// @throws IllegalArgumentException naming the one that is out of range
        public Config {
            if (vocabulary < 1 || context < 1 || layers < 1 || hidden < 1) {
                throw new IllegalArgumentException("gpt: vocabulary, context, layers and hidden must be at least 1,"
                        + " found " + vocabulary + ", " + context + ", " + layers + ", " + hidden);
            }
            Attention.headWidth("gpt", width, heads, keyValueHeads);
        }

        /// The settings of GPT-2 for these sizes: hidden width four times the width, [TanhGelu], biases, tied
        /// weights; but no dropout.
        ///
        /// @throws IllegalArgumentException if a size is out of range
        public static Config of(int vocabulary, int context, int layers, int heads, int width) {
            return new Config(
                    vocabulary, context, layers, heads, heads, width, 4 * width, new TanhGelu(), 0, true, true);
        }

        /// The same with fewer heads of keys and values.
        public Config withKeyValueHeads(int count) {
            return new Config(
                    vocabulary, context, layers, heads, count, width, hidden, activation, dropout, bias, tied);
        }

        /// The same with other feed-forward parts.
        public Config withFeedForward(int hiddenWidth, Layer bending) {
            return new Config(
                    vocabulary,
                    context,
                    layers,
                    heads,
                    keyValueHeads,
                    width,
                    hiddenWidth,
                    bending,
                    dropout,
                    bias,
                    tied);
        }

        /// The same with dropout.
        public Config withDropout(double probability) {
            return new Config(
                    vocabulary,
                    context,
                    layers,
                    heads,
                    keyValueHeads,
                    width,
                    hidden,
                    activation,
                    probability,
                    bias,
                    tied);
        }

        /// The same without biases.
        public Config withoutBias() {
            return new Config(
                    vocabulary, context, layers, heads, keyValueHeads, width, hidden, activation, dropout, false, tied);
        }

        /// The same with a head of its own.
        public Config withOwnHead() {
            return new Config(
                    vocabulary, context, layers, heads, keyValueHeads, width, hidden, activation, dropout, bias, false);
        }
    }

    private static final double DEVIATION = 0.02;

    /// Checks that the embeddings fit.
    ///
    /// @throws ShapeException if they do not
    public Gpt {
        blocks = List.copyOf(blocks);
        if (positions.weight().shape().extent(1) != tokens.width()) {
            throw new ShapeException("gpt: expected positions [context, " + tokens.width() + "], found "
                    + positions.weight().shape());
        }
    }

    /// A model with weights as GPT-2 began: normal numbers of deviation 0.02, in the layers whose output is added to
    /// the stream divided by `√(2 layers)`; biases zero.
    public static Gpt of(Config config, RandomKey key) {
        int width = config.width();
        Initializer normal = Initializers.normal(DEVIATION);
        Initializer residual = Initializers.normal(DEVIATION / Math.sqrt(2.0 * config.layers()));
        List<TransformerBlock> blocks = IntStream.range(0, config.layers())
                .mapToObj(layer -> block(config, key.at(2).at(layer), normal, residual))
                .toList();
        Linear head = config.tied()
                ? null
                : Linear.of(width, config.vocabulary(), key.at(3), normal).withoutBias();
        return new Gpt(
                Embedding.of(config.vocabulary(), width, key.at(0), normal),
                new Positions.Learned(
                        Embedding.of(config.context(), width, key.at(1), normal).weight()),
                new Dropout(config.dropout()),
                blocks,
                norm(config),
                head);
    }

    private static LayerNorm norm(Config config) {
        LayerNorm norm = LayerNorm.of(config.width());
        return config.bias() ? norm : norm.withoutBias();
    }

    private static TransformerBlock block(Config config, RandomKey key, Initializer normal, Initializer residual) {
        SelfAttention attention = SelfAttention.of(
                        config.width(), config.heads(), config.keyValueHeads(), key.at(0), normal, residual)
                .withCausal();
        FeedForward feedForward =
                FeedForward.of(config.width(), config.hidden(), config.activation(), key.at(1), normal, residual);
        TransformerBlock block = config.bias()
                ? TransformerBlock.of(attention, feedForward)
                : TransformerBlock.of(attention.withoutBias(), feedForward.withoutBias());
        return block.withNorms(norm(config), norm(config)).withDropout(config.dropout());
    }

    /// Number of tokens.
    public int vocabulary() {
        return tokens.vocabulary();
    }

    /// Longest sequence.
    public int context() {
        return positions.weight().shape().extent(0);
    }

    @Override
    public Tensor forward(Tensor ids, Pass pass) {
        if (ids.shape().rank() != 2 || !ids.dtype().isInteger() || ids.shape().extent(1) > context()) {
            throw new ShapeException(
                    "gpt: expected token ids [batch, time] of at most " + context() + " times, found " + ids.type());
        }
        Tensor meant = LayerPath.within("tokens", () -> tokens.forward(ids, pass.at(0)));
        Tensor placed = LayerPath.within("positions", () -> positions.forward(meant, pass.at(0)));
        Tensor x = dropout.forward(placed, pass.at(0));
        for (int i = 0; i < blocks.size(); i++) {
            TransformerBlock block = blocks.get(i);
            Tensor input = x;
            Pass part = pass.at(i + 1L);
            x = LayerPath.within("blocks." + i, () -> block.forward(input, part));
        }
        Tensor last = x;
        Tensor normal = LayerPath.within("norm", () -> norm.forward(last));
        return head == null
                ? normal.matmul(tokens.weight().tensor().transpose())
                : LayerPath.within("head", () -> head.forward(normal));
    }

    @Override
    public String toString() {
        return "Gpt[vocabulary " + vocabulary() + ", context " + context() + ", blocks " + blocks.size() + ", width "
                + tokens.width() + (head == null ? ", tied]" : "]");
    }
}
