package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderTest {
    private static final int LAYERS = 20;
    private static final int BATCH = 256;
    private static final int WIDTH = 8;

    private final PlannedExecution planned = PlannedExecution.of(new Backend.Reference());

    /// A step of gradient descent on a chain of square layers, whose update waits for all gradients.
    private void step() {
        List<Parameter> weights = new ArrayList<>();
        Tensor x = Tensor.of(new float[BATCH * WIDTH], BATCH, WIDTH);
        Tensor y = x;
        for (int i = 0; i < LAYERS; i++) {
            weights.add(Parameter.zeros(WIDTH, WIDTH));
            y = y.matmul(weights.get(i).tensor()).tanh();
        }
        Gradients gradients = y.mul(y).mean().backward(weights);
        Tensor all = Tensor.constant(gradients.loss().dtype(), 0);
        for (Parameter weight : weights) {
            all = all.add(gradients.of(weight).sum());
        }
        List<Assignment> updates = new ArrayList<>();
        for (Parameter weight : weights) {
            updates.add(new Assignment(
                    weight, weight.tensor().sub(gradients.of(weight).mul(all))));
        }
        planned.run(updates, List.of(gradients.loss()));
    }

    @Test
    void whatALayerNeedsIsForgottenWhenItsGradientIsKnown() {
        step();
        long activation = 4L * BATCH * WIDTH;
        long gradients = 4L * LAYERS * WIDTH * WIDTH;
        // The results of all layers, the gradient of one and of the one below, and a product on the way.
        assertTrue(planned.bytes() <= (LAYERS + 3) * activation + gradients, () -> "bytes: " + planned.bytes());
        assertTrue(planned.bytes() >= LAYERS * activation + gradients, () -> "bytes: " + planned.bytes());
    }

    @Test
    void aWeightsGradientFollowsThatOfItsLayersResult() {
        step();
        List<String> products = planned.steps().getFirst().stream()
                .filter(step -> step.name().equals("matmul"))
                .map(PlanStep::operands)
                .skip(LAYERS)
                .toList();
        assertEquals(2 * LAYERS - 1, products.size());
        for (int i = 0; i < products.size(); i++) {
            boolean ofWeight = products.get(i).endsWith("to [F32 [" + WIDTH + ", " + WIDTH + "]]");
            assertEquals(i % 2 == 0, ofWeight, products.toString());
        }
    }
}
