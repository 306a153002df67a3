package dev.nudge.nn;

import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;

/// The examples of the documentation, compiled and run.
final class TransformerSnippets {
    private TransformerSnippets() {}

    static Tensor attention(Tensor query, Tensor key, Tensor value) {
        // @start region=attention
        Tensor mask = Attention.paddingMask(Sequences.mask(6, 6, 4)); // two sequences of 6 and 4 times
        Tensor y = Attention.scaledDotProduct(query, key, value, mask, new Dropout(0), Pass.inference());
        // @end
        return y;
    }

    static Layer selfAttention() {
        // @start region=selfAttention
        SelfAttention attention = SelfAttention.of(128, 4, RandomKey.of(42))
                .withCausal()
                .withDropout(0.1, 0.1)
                .withoutBias();
        // @end
        return attention;
    }

    static Layer block() {
        // @start region=block
        RandomKey key = RandomKey.of(42);
        TransformerBlock plain = TransformerBlock.of(128, 4, key); // an encoder
        TransformerBlock modern = TransformerBlock.of( // a language model
                        SelfAttention.of(128, 4, key.at(1)).withCausal().withoutBias(),
                        FeedForward.of(128, 344, Glu.swiGlu(), key.at(2)).withoutBias())
                .withNorms(RmsNorm.of(128), RmsNorm.of(128));
        // @end
        return Sequential.of(plain, modern);
    }

    static Tensor decoder(Tensor x, Tensor memory) {
        // @start region=decoder
        TransformerDecoderBlock block = TransformerDecoderBlock.of(64, 64, 4, RandomKey.of(42));
        Tensor y = block.forward(x, memory, null, null, Pass.inference());
        // @end
        return y;
    }

    static Tensor gpt(Tensor ids, Tensor next) {
        // @start region=gpt
        Gpt model = Gpt.of(Gpt.Config.of(65, 64, 4, 4, 128).withoutBias(), RandomKey.of(42));
        Tensor loss = Losses.crossEntropy().of(model.forward(ids), next); // ids and next: [batch, time]
        // @end
        return loss;
    }
}
