package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Mlp;
import dev.nudge.nn.Tanh;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerSnippetsTest {
    @Test
    void theExamplesDoWhatTheySay() {
        assertTrue(OptimizerSnippets.loop() < 1e-3, "the parabola is learnt");
        assertEquals(8, OptimizerSnippets.groups().state().size());
        assertTrue(OptimizerSnippets.muon().state().containsKey("layers.2.weight/velocity"));
        assertTrue(OptimizerSnippets.sharpness() < 0.05, "the parabola is learnt");
        assertEquals(0, OptimizerSnippets.accumulation(), 1e-6);
        assertEquals(
                0.5,
                OptimizerSnippets.plateau(OptimizerSnippets.groups(), 3, 3, 3).scale());
        Layer model = Mlp.of(1, new int[] {4}, 1, new Tanh(), RandomKey.of(1));
        assertTrue(OptimizerSnippets.average(model, Optimizer.of(Adam.of(), 0.1, model), 200) < 0.05);
        Parameter parameter = Parameter.of(new double[] {1, -1}, 2);
        Optimizer.of(new OptimizerSnippets.SignDescent(), 0.25, new Point(parameter))
                .step(parameter.tensor().square().sum().backward(List.of(parameter)));
        assertArrayEquals(new double[] {0.75, -0.75}, parameter.tensor().toDoubles());
    }
}
