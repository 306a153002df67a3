package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.StaleTensorException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferUpdatesTest {
    /// `y = weight x`, which remembers the decaying sum of what it has seen while training.
    record Remembering(Parameter weight, Buffer seen) implements Layer {
        static Remembering of() {
            return new Remembering(
                    Parameter.of(new float[] {2, 3}, 2),
                    Buffer.of(Tensor.of(new float[] {8, 8}, 2).value()));
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor y = x.mul(weight.tensor());
            return switch (pass) {
                case Pass.Inference _ -> y.add(seen.tensor());
                case Pass.Training _ -> y.updating(seen, seen.tensor().mul(0.5).add(x.sum(0)));
            };
        }
    }

    private static final Pass TRAINING = Pass.training(RandomKey.of(1));

    private final Remembering model = Remembering.of();
    private final Optimizer optimizer = Optimizer.of(Sgd.of(), 0.5, model);

    private static Tensor x(float... elements) {
        return Tensor.of(elements, elements.length / 2, 2);
    }

    private Gradients gradients(Tensor x) {
        return model.forward(x, TRAINING).sum().backward(model.parameters().values());
    }

    private float[] seen() {
        return model.seen().tensor().toFloats();
    }

    @Test
    void aStepGivesTheBufferItsNextValueAndChangesTheParameter() {
        optimizer.step(gradients(x(1, 2, 3, 4)));

        assertArrayEquals(new float[] {8 / 2f + 4, 8 / 2f + 6}, seen());
        assertArrayEquals(
                new float[] {2 - 0.5f * 4, 3 - 0.5f * 6},
                model.weight().tensor().toFloats());
        optimizer.step(gradients(x(1, 1)));
        assertArrayEquals(new float[] {8 / 2f + 1, 10 / 2f + 1}, seen());
    }

    @Test
    void aForwardPassThatIsNotSteppedChangesNothing() {
        Gradients unused = gradients(x(1, 2));
        assertEquals(2 + 6, unused.loss().item());
        unused.of(model.weight()).toFloats();

        assertArrayEquals(new float[] {8, 8}, seen());
    }

    @Test
    void aRefusedStepChangesNoBuffer() {
        Gradients gradients = gradients(x(1, Float.NaN));

        assertThrows(NonFiniteException.class, () -> optimizer.step(gradients));
        assertArrayEquals(new float[] {8, 8}, seen());
    }

    @Test
    void aStepWhoseOnlyFaultIsInABufferIsRefusedToo() {
        Tensor x = x(1, 1);
        Tensor next = x.sum(0).mul(Float.MAX_VALUE).mul(4); // too large, although the loss does not know
        Gradients gradients = x.mul(model.weight().tensor())
                .updating(model.seen(), next)
                .sum()
                .backward(model.parameters().values());

        NonFiniteException refused = assertThrows(NonFiniteException.class, () -> optimizer.step(gradients));

        assertEquals("mul", refused.op());
        assertArrayEquals(new float[] {8, 8}, seen());
        assertArrayEquals(new float[] {2, 3}, model.weight().tensor().toFloats());
    }

    @Test
    void twoUpdatesOfOneBufferInOneStepAreRefusedSayingWhatToDo() {
        Tensor loss = model.forward(x(1, 2), TRAINING)
                .add(model.forward(x(3, 4), TRAINING))
                .sum();
        Gradients gradients = loss.backward(model.parameters().values());

        var refused = assertThrows(IllegalArgumentException.class, () -> optimizer.step(gradients));

        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("Buffer[2]") && message.contains("one batch"), message);
        assertArrayEquals(new float[] {8, 8}, seen());
    }

    @Test
    void aSecondPassThroughTheModelAsItIsUsedIsNoUpdate() {
        Tensor loss = model.forward(x(1, 2), TRAINING)
                .add(model.forward(x(3, 4), Pass.inference()))
                .sum();

        optimizer.step(loss.backward(model.parameters().values()));

        assertArrayEquals(new float[] {8 / 2f + 1, 8 / 2f + 2}, seen());
    }

    @Test
    void noGradientFlowsToTheNextValue() {
        Tensor weight = model.weight().tensor();
        Tensor loss = weight.mul(2).updating(model.seen(), weight.mul(5)).sum();

        float[] gradient =
                loss.backward(List.of(model.weight())).of(model.weight()).toFloats();

        assertArrayEquals(new float[] {2, 2}, gradient);
    }

    @Test
    void whatWasWrittenBeforeAStepAndReadAfterItIsStale() {
        Tensor used = model.forward(x(1, 2));

        optimizer.step(gradients(x(1, 2)));

        assertThrows(StaleTensorException.class, used::toFloats);
    }

    @Test
    void theNextValueHasTheTypeOfTheBuffer() {
        assertThrows(ShapeException.class, () -> x(1, 2).updating(model.seen(), Tensor.of(new float[3], 3)));
    }

    @Test
    void theSecondStepMakesNoPlanAndBothExecutionsGiveTheSameBits() {
        PlannedExecution planned = PlannedExecution.of(Backend.load());
        float[] expected = trained(EagerExecution.of(Backend.load()));

        assertArrayEquals(expected, trained(planned));
        assertEquals(1, planned.plans());
    }

    private static float[] trained(Execution execution) {
        Remembering own = Remembering.of();
        Optimizer rule = Optimizer.of(Adam.of(), 0.1, own);
        Execution.with(execution, () -> {
            for (int step = 0; step < 5; step++) {
                rule.step(own.forward(x(0.1f, 2, 0.3f, step), TRAINING)
                        .sum()
                        .backward(own.parameters().values()));
            }
            return own;
        });
        float[] weight = own.weight().tensor().toFloats();
        float[] seen = own.seen().tensor().toFloats();
        return new float[] {weight[0], weight[1], seen[0], seen[1]};
    }
}
