package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import org.junit.jupiter.api.Test;

class TransformerSnippetsTest {
    @Test
    void theExamplesDoWhatTheySay() {
        Tensor heads = Tensor.of(new float[2 * 3 * 6 * 4], 2, 3, 6, 4);
        assertEquals(
                heads.shape(),
                TransformerSnippets.attention(heads, heads, heads).shape());
        Tensor x = Tensor.of(new float[2 * 3 * 128], 2, 3, 128);
        assertEquals(x.shape(), TransformerSnippets.selfAttention().forward(x).shape());
        assertEquals(x.shape(), TransformerSnippets.block().forward(x).shape());
        Tensor y = Tensor.of(new float[3 * 64], 1, 3, 64);
        assertEquals(y.shape(), TransformerSnippets.decoder(y, y).shape());
        Tensor ids = Tensor.of(new int[] {1, 2, 3}, 1, 3);
        assertEquals(Shape.SCALAR, TransformerSnippets.gpt(ids, ids).shape());
    }
}
