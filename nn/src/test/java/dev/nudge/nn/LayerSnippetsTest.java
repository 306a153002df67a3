package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerSnippetsTest {
    @Test
    void theExamplesDoWhatTheySay() {
        assertEquals(Shape.of(1, 2), LayerSnippets.linear().shape());
        assertEquals(
                List.of("layers.1.weight", "layers.1.bias", "layers.4.weight", "layers.4.bias"),
                List.copyOf(LayerSnippets.sequential().parameters().keySet()));
        assertEquals(6, LayerSnippets.mlp().parameters().size());
        assertTrue(LayerSnippets.summary().contains("101,770"));
        Linear half = new Linear(Parameter.of(new float[] {0.5f}, 1, 1), null);
        assertArrayEquals(
                new float[] {3, -2},
                new LayerSnippets.Skip(half)
                        .forward(Tensor.of(new float[] {2, -2}, 2, 1))
                        .toFloats());
    }

    @Test
    void theExamplesOfCompositionDoWhatTheySay() {
        assertEquals(
                List.of("layers.1.runningMean", "layers.1.runningVariance"),
                List.copyOf(LayerSnippets.batchNorm().buffers().keySet()));
        assertEquals(Shape.of(8, 64), LayerSnippets.glu().shape());
        Tensor x = Tensor.of(new float[2 * 16], 2, 16);
        assertEquals(Shape.of(2, 32), LayerSnippets.residual().forward(x).shape());
        assertEquals(Shape.of(2, 3), LayerSnippets.parallel().forward(x).shape());
        assertEquals(
                List.of("layers.1.weight", "layers.1.bias"),
                List.copyOf(LayerSnippets.frozen(Linear.of(16, 32, RandomKey.of(1)))
                        .parameters()
                        .keySet()));
    }

    @Test
    void aModelWithTwoInputsAndTwoOutputsIsTrainedByALoopOfItsOwn() {
        RandomKey key = RandomKey.of(5);
        LayerSnippets.Appraisal model = new LayerSnippets.Appraisal(
                Sequential.of(new Flatten(), Linear.of(9, 8, key.at(1)), new Relu()),
                Sequential.of(Linear.of(2, 8, key.at(2)), new Tanh()),
                Linear.of(16, 2, key.at(3)),
                Linear.of(16, 1, key.at(4)));
        assertEquals(
                List.of(
                        "picture.layers.1.weight",
                        "picture.layers.1.bias",
                        "facts.layers.0.weight",
                        "facts.layers.0.bias",
                        "kind.weight",
                        "kind.bias",
                        "price.weight",
                        "price.bias"),
                List.copyOf(model.parameters().keySet()));
        int count = 32;
        float[] pictures = Tensor.uniform(key.at(5), count, 3, 3).toFloats();
        float[] rows = Tensor.uniform(key.at(6), count, 2).toFloats();
        int[] kinds = new int[count]; // whether the picture is bright at its centre
        float[] prices = new float[count]; // which depend on both inputs
        for (int i = 0; i < count; i++) {
            kinds[i] = pictures[9 * i + 4] > 0.5 ? 1 : 0;
            prices[i] = 2 * rows[2 * i] - rows[2 * i + 1] + kinds[i];
        }

        double loss = LayerSnippets.appraisal(
                model,
                Tensor.of(pictures, count, 3, 3),
                Tensor.of(rows, count, 2),
                Tensor.of(kinds, count),
                Tensor.of(prices, count, 1));

        assertTrue(loss < 0.3, "guessing alone costs more than ln 2, found " + loss);
    }
}
