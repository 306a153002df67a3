package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceSnippetsTest {
    private static final RandomKey KEY = RandomKey.of(7);

    @Test
    void theExamplesOfEmbeddingsDoWhatTheySay() {
        Value y = SequenceSnippets.embedding().value();
        assertEquals(Shape.of(2, 3, 32), y.type().shape());
        assertEquals(0, y.at(2 * 32));
        assertFalse(y.at(3 * 32) == 0);
        assertEquals(
                Shape.of(2, 2),
                SequenceSnippets.bag()
                        .forward(Tensor.of(new int[] {1, 2, 3, 0}, 2, 2))
                        .shape());
    }

    @Test
    void theExampleOfRotaryPositionsKeepsTheShape() {
        Tensor queries = Tensor.normal(KEY, 2, 4, 5, 8);
        assertEquals(queries.shape(), SequenceSnippets.rotary(queries).shape());
    }

    @Test
    void theExamplesOfRecurrenceReadBothWaysAndGoOn() {
        Recurrent.Output output = SequenceSnippets.recurrent(Tensor.normal(KEY, 2, 5, 8));
        assertEquals(Shape.of(2, 5, 32), output.sequence().shape());
        assertEquals(Shape.of(2, 32), output.last().shape());
        Tensor piece = Tensor.data(Tensor.normal(KEY, 1, 6, 4).value());
        double loss = SequenceSnippets.carried(Recurrent.of(GruCell::of, 4, 4, 1, KEY), List.of(piece, piece));
        assertTrue(loss > 0 && loss < 3, "" + loss);
    }
}
