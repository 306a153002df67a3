package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ConvolutionSnippetsTest {
    @Test
    void theExamplesHaveTheShapesThatTheyName() {
        assertEquals(
                Shape.of(8, 14, 14, 16),
                ConvolutionSnippets.conv2d(Tensor.normal(RandomKey.of(1), 8, 28, 28, 3))
                        .shape());
        assertEquals(
                Shape.of(8, 100, 32),
                ConvolutionSnippets.conv1d(Tensor.normal(RandomKey.of(1), 8, 100, 4))
                        .shape());
        assertEquals(
                Shape.of(8, 14, 14, 3),
                ConvolutionSnippets.convTranspose2d(Tensor.normal(RandomKey.of(1), 8, 7, 7, 16))
                        .shape());
        assertEquals(
                Shape.of(2, 10),
                ConvolutionSnippets.pooling()
                        .forward(Tensor.normal(RandomKey.of(1), 2, 28, 28, 1))
                        .shape());
    }
}
