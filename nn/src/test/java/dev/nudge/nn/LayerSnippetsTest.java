package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Parameter;
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
                new LayerSnippets.Residual(half)
                        .forward(Tensor.of(new float[] {2, -2}, 2, 1))
                        .toFloats());
    }
}
