package dev.nudge.oracle;

import static dev.nudge.oracle.Agreement.assertAgree;
import static dev.nudge.oracle.Agreement.drawn;

import dev.nudge.nn.Attention;
import dev.nudge.nn.CrossAttention;
import dev.nudge.nn.Dropout;
import dev.nudge.nn.FeedForward;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.LayerNorm;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Rotary;
import dev.nudge.nn.SelfAttention;
import dev.nudge.nn.TransformerBlock;
import dev.nudge.nn.TransformerDecoderBlock;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Attention, rotary positions and transformer blocks agree with ONNX Runtime.
class AttentionAgreementTest {
    private static final RandomKey KEY = RandomKey.of(5);
    private static final int BATCH = 2;
    private static final int TIME = 7;
    private static final int WIDTH = 24;
    private static final int HEADS = 4;

    // ---- the parts of a transformer in operators of ONNX ----------------------------------------------------------

    private static Tensor linear(Linear layer, Tensor x) {
        Tensor product = Onnx.of("MatMul").run(x, layer.weight().tensor());
        return layer.bias() == null
                ? product
                : Onnx.of("Add").run(product, layer.bias().tensor());
    }

    private static Tensor norm(LayerNorm layer, Tensor x) {
        return Onnx.of("LayerNormalization")
                .with("epsilon", (float) layer.epsilon())
                .run(x, layer.weight().tensor(), layer.bias().tensor());
    }

    /// Queries, keys and values `[batch, time, heads d]`, which the operator splits into heads.
    private static Tensor attention(
            Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, int heads, int shared, boolean causal) {
        return Onnx.of("Attention")
                .with("q_num_heads", heads)
                .with("kv_num_heads", shared)
                .with("is_causal", causal ? 1 : 0)
                .run(query, key, value, mask);
    }

    private static Tensor selfAttention(SelfAttention layer, Tensor x, @Nullable Tensor mask) {
        Tensor packed = linear(layer.projection(), x);
        int width = layer.output().in();
        int shared = width / layer.heads() * layer.keyValueHeads();
        Tensor gathered = attention(
                packed.slice(-1, 0, width),
                packed.slice(-1, width, shared),
                packed.slice(-1, width + shared, shared),
                mask,
                layer.heads(),
                layer.keyValueHeads(),
                layer.causal());
        return linear(layer.output(), gathered);
    }

    private static Tensor crossAttention(CrossAttention layer, Tensor x, Tensor memory, @Nullable Tensor mask) {
        Tensor both = linear(layer.keyValue(), memory);
        int shared = layer.keyValue().out() / 2;
        Tensor gathered = attention(
                linear(layer.query(), x),
                both.slice(-1, 0, shared),
                both.slice(-1, shared, shared),
                mask,
                layer.heads(),
                layer.keyValueHeads(),
                false);
        return linear(layer.output(), gathered);
    }

    private static Tensor feedForward(FeedForward layer, Tensor x) {
        return linear(layer.down(), Onnx.of("Gelu").run(linear(layer.up(), x)));
    }

    private static Tensor sum(Tensor a, Tensor b) {
        return Onnx.of("Add").run(a, b);
    }

    private static Tensor input() {
        return Tensor.normal(KEY.at(1), BATCH, TIME, WIDTH);
    }

    /// Which times a time sees: itself always.
    private static Tensor seen(int keys) {
        float[] draws = Tensor.uniform(KEY.at(7), TIME * keys).toFloats();
        for (int i = 0; i < TIME; i++) {
            draws[i * keys + i % keys] = 1;
        }
        return Tensor.data(Tensor.of(draws, 1, 1, TIME, keys).greater(0.4).value());
    }

    // ---- agreement ------------------------------------------------------------------------------------------------

    @Test
    void selfAttentionAgreesWhetherOrNotHeadsAreShared() {
        for (int shared : List.of(4, 2, 1)) {
            SelfAttention layer = drawn(
                    SelfAttention.of(
                            WIDTH, HEADS, shared, KEY, Initializers.glorotUniform(), Initializers.glorotUniform()),
                    KEY.at(2));
            assertAgree("all seen", selfAttention(layer, input(), null), layer.forward(input()));
            SelfAttention causal = layer.withCausal();
            assertAgree("causal", selfAttention(causal, input(), null), causal.forward(input()));
            assertAgree(
                    "masked",
                    selfAttention(layer, input(), seen(TIME)),
                    layer.forward(input(), seen(TIME), Pass.inference()));
            assertAgree(
                    "causal and masked",
                    selfAttention(causal, input(), seen(TIME)),
                    causal.forward(input(), seen(TIME), Pass.inference()));
        }
    }

    @Test
    void scaledDotProductAgreesWithValuesOfAnotherWidth() {
        Tensor query = Tensor.normal(KEY.at(1), BATCH, HEADS, TIME, 6);
        Tensor key = Tensor.normal(KEY.at(2), BATCH, 2, 5, 6);
        Tensor value = Tensor.normal(KEY.at(3), BATCH, 2, 5, 3);
        Tensor y = Onnx.of("Attention").run(query, key, value, seen(5));
        assertAgree(
                "attention",
                y,
                Attention.scaledDotProduct(query, key, value, seen(5), new Dropout(0), Pass.inference()));
    }

    @Test
    void crossAttentionAgrees() {
        Tensor memory = Tensor.normal(KEY.at(3), BATCH, 5, 10);
        for (int shared : List.of(4, 2)) {
            CrossAttention layer = drawn(CrossAttention.of(WIDTH, 10, HEADS, shared, KEY), KEY.at(2));
            assertAgree(
                    "all seen",
                    crossAttention(layer, input(), memory, null),
                    layer.forward(input(), memory, null, Pass.inference()));
            assertAgree(
                    "masked",
                    crossAttention(layer, input(), memory, seen(5)),
                    layer.forward(input(), memory, seen(5), Pass.inference()));
        }
    }

    @Test
    void rotaryPositionsAgreeInBothPairings() {
        Tensor x = Tensor.normal(KEY.at(1), BATCH, HEADS, TIME, 8);
        for (Rotary.Pairing pairing : Rotary.Pairing.values()) {
            for (int turned : List.of(0, 4)) {
                Rotary layer =
                        Rotary.of(pairing).withTurned(turned).withBase(500).withStart(3);
                int pairs = (turned == 0 ? 8 : turned) / 2;
                float[] cosine = new float[20 * pairs];
                float[] sine = new float[20 * pairs];
                for (int i = 0; i < cosine.length; i++) {
                    double angle = (i / pairs) * Math.pow(500, -(double) (i % pairs) / pairs);
                    cosine[i] = (float) Math.cos(angle);
                    sine[i] = (float) Math.sin(angle);
                }
                int[] times = new int[BATCH * TIME];
                for (int i = 0; i < times.length; i++) {
                    times[i] = 3 + i % TIME;
                }
                Tensor y = Onnx.of("RotaryEmbedding")
                        .with("interleaved", pairing == Rotary.Pairing.ADJACENT ? 1 : 0)
                        .with("rotary_embedding_dim", turned)
                        .run(
                                x,
                                Tensor.of(cosine, 20, pairs),
                                Tensor.of(sine, 20, pairs),
                                Tensor.of(times, BATCH, TIME).cast(DType.I64));
                assertAgree(layer.toString(), y, layer.forward(x));
            }
        }
    }

    @Test
    void anEncoderBlockAgreesWithTheNormBeforeAndAfter() {
        TransformerBlock before = drawn(TransformerBlock.of(WIDTH, HEADS, KEY), KEY.at(2));
        LayerNorm first = (LayerNorm) before.attentionNorm();
        LayerNorm second = (LayerNorm) before.feedForwardNorm();
        Tensor x = input();
        Tensor seen = sum(x, selfAttention(before.attention(), norm(first, x), null));
        assertAgree("norm before", sum(seen, feedForward(before.feedForward(), norm(second, seen))), before.forward(x));
        TransformerBlock after = before.withNormAfter().withCausal();
        Tensor normal = norm(first, sum(x, selfAttention(after.attention(), x, null)));
        assertAgree(
                "norm after", norm(second, sum(normal, feedForward(after.feedForward(), normal))), after.forward(x));
    }

    @Test
    void aDecoderBlockAgrees() {
        TransformerDecoderBlock block = drawn(TransformerDecoderBlock.of(WIDTH, 10, HEADS, KEY), KEY.at(2));
        Tensor x = input();
        Tensor memory = Tensor.normal(KEY.at(3), BATCH, 5, 10);
        Tensor own = sum(x, selfAttention(block.attention(), norm((LayerNorm) block.attentionNorm(), x), null));
        Tensor both = sum(own, crossAttention(block.cross(), norm((LayerNorm) block.crossNorm(), own), memory, null));
        Tensor y = sum(both, feedForward(block.feedForward(), norm((LayerNorm) block.feedForwardNorm(), both)));
        assertAgree("decoder block", y, block.forward(x, memory, null, null, Pass.inference()));
    }

    @Test
    void theFeedForwardNetAgrees() {
        FeedForward layer = drawn(FeedForward.of(WIDTH, 50, new Gelu(), KEY), KEY.at(2));
        assertAgree("feed-forward", feedForward(layer, input()), layer.forward(input()));
    }
}
