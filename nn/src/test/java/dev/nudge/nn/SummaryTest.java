package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final RandomKey KEY = RandomKey.of(3);

    record Scaled(Linear linear, Parameter scale) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return linear.forward(x, pass).mul(scale.tensor());
        }
    }

    @Test
    void parametersBytesAndOperationsAreTheClosedForms() {
        Layer model = Sequential.of(
                new Flatten(), Linear.of(784, 128, KEY), new Relu(), new Dropout(0.2), Linear.of(128, 10, KEY));

        Summary summary = Summary.of(model, Shape.of(32, 28, 28));

        assertEquals(784 * 128 + 128 + 128 * 10 + 10, summary.parameters());
        assertEquals(4 * summary.parameters(), summary.bytes());
        long first = 2L * 32 * 784 * 128 + 32 * 128; // product and bias
        long second = 2L * 32 * 128 * 10 + 32 * 10;
        assertEquals(first + 32 * 128 + second, summary.flops());
        assertEquals(
                List.of("layers.0", "layers.1", "layers.2", "layers.3", "layers.4"),
                summary.rows().stream().map(Summary.Row::path).toList());
        assertEquals(
                List.of("Flatten", "Linear", "Relu", "Dropout", "Linear"),
                summary.rows().stream().map(Summary.Row::layer).toList());
        assertEquals(
                List.of(Shape.of(32, 784), Shape.of(32, 128), Shape.of(32, 128), Shape.of(32, 128), Shape.of(32, 10)),
                summary.rows().stream().map(Summary.Row::output).toList());
        assertEquals(
                List.of(0L, 100_480L, 0L, 0L, 1290L),
                summary.rows().stream().map(Summary.Row::parameters).toList());
        assertEquals(first, summary.rows().get(1).flops());
    }

    @Test
    void aLayerThatDoesNotNameItsPartsOwnsTheirOperations() {
        Layer model = Sequential.of(new Scaled(Linear.of(3, 2, KEY), Parameter.zeros(2)));

        Summary summary = Summary.of(model, Shape.of(1, 3));

        assertEquals(3 * 2 + 2 + 2, summary.parameters());
        assertEquals(2 * 3 * 2 + 2 + 2, summary.flops());
    }

    @Test
    void aSingleLayerIsOneRow() {
        Summary summary = Summary.of(Linear.of(3, 2, KEY), Shape.of(5, 3));

        assertEquals(1, summary.rows().size());
        assertEquals(8, summary.parameters());
        assertEquals(2 * 5 * 3 * 2 + 10, summary.flops());
    }

    @Test
    void sharedParametersCountOnce() {
        Linear shared = Linear.of(4, 4, KEY);

        assertEquals(
                20, Summary.of(Sequential.of(shared, shared), Shape.of(1, 4)).parameters());
    }

    @Test
    void theTableIsAligned() {
        String table = Summary.of(Mlp.of(784, new int[] {128}, 10, new Relu(), KEY), Shape.of(1, 784))
                .toString();

        List<String> lines = table.lines().toList();
        assertEquals(5, lines.size());
        assertTrue(lines.get(1).startsWith("layers.0  Linear"), table);
        assertTrue(lines.getLast().startsWith("total"), table);
        assertTrue(lines.getLast().contains("101,770"), table);
        int width = lines.getFirst().length();
        assertTrue(lines.stream().allMatch(line -> line.length() == width), table);
    }

    @Test
    void aShapeThatDoesNotFitIsRefusedAtItsLayer() {
        Layer model = Mlp.of(784, new int[] {128}, 10, new Relu(), KEY);

        var error = assertThrows(ShapeException.class, () -> Summary.of(model, Shape.of(1, 100)));

        assertTrue(error.getMessage().contains("layers.0"), error.getMessage());
    }
}
