package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.PreparingKernel;
import dev.nudge.tensor.backend.ReferenceKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which operands of products are prepared once for several of them.
class PreparationsTest {
    private int prepared; // operands, over all runs

    /// Prepares operands by copying them.
    private final class Copying implements PreparingKernel {
        private final Kernel product;
        private final Object[] copies = new Object[2];
        private final Copying[] sources = {this, this};
        private final int[] places = {0, 1};

        Copying(Kernel product) {
            this.product = product;
        }

        @Override
        public void reuse(int input, PreparingKernel earlier, int earlierInput) {
            sources[input] = (Copying) earlier;
            places[input] = earlierInput;
        }

        @Override
        public void run(Object[] inputs, Object[] outputs) {
            for (int i = 0; i < inputs.length; i++) {
                if (sources[i] == this && places[i] == i) {
                    copies[i] = ((float[]) inputs[i]).clone();
                    prepared++;
                }
            }
            Object[] copied = new Object[2];
            for (int i = 0; i < copied.length; i++) {
                copied[i] = sources[i].copies[places[i]];
            }
            product.run(copied, outputs);
        }
    }

    private final class CopyingBackend implements Backend {
        @Override
        public String name() {
            return "copying";
        }

        @Override
        public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output) {
            return op instanceof Matmul
                    ? Optional.of(new Copying(ReferenceKernels.of(op, inputs, output)))
                    : Optional.empty();
        }

        @Override
        public Optional<Kernel> loop(Loop loop) {
            return Optional.empty();
        }
    }

    /// Two weights after three steps down the gradient of the squares of what two layers make of a batch.
    private static List<float[]> trained(Execution execution) {
        Parameter first = Parameter.of(new float[] {1, -2, 3, 0.5f, 0.25f, -1}, 2, 3);
        Parameter second = Parameter.of(new float[] {1, 2, -1, 0.5f, 3, 0.125f}, 3, 2);
        for (int step = 0; step < 3; step++) {
            Tensor batch = Tensor.of(new float[] {1, step, -2, 3}, 2, 2);
            Tensor loss = batch.matmul(first.tensor())
                    .relu()
                    .matmul(second.tensor())
                    .square()
                    .sum();
            var gradients = loss.backward(List.of(first, second));
            List<Assignment> updates = new ArrayList<>();
            for (Parameter weight : List.of(first, second)) {
                updates.add(new Assignment(
                        weight, weight.tensor().sub(gradients.of(weight).mul(0.001))));
            }
            execution.run(updates, List.of());
        }
        return List.of(first.tensor().toFloats(), second.tensor().toFloats());
    }

    @Test
    void aWeightIsPreparedOnceForThePassesOfAStepAndAnewInTheNext() {
        List<float[]> expected = trained(EagerExecution.of(new Backend.Reference()));
        List<float[]> found = trained(PlannedExecution.of(new CopyingBackend()));
        for (int weight = 0; weight < 2; weight++) {
            assertArrayEquals(expected.get(weight), found.get(weight));
        }
        // Five products of two operands, of which the second weight and the batch are read twice.
        assertEquals(3 * (5 * 2 - 2), prepared);
    }

    @Test
    void aFactorThatIsMultipliedByItselfIsPreparedOnce() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor square = x.matmul(x);
        PlannedExecution.of(new CopyingBackend()).run(List.of(), List.of(square));
        assertArrayEquals(new float[] {7, 10, 15, 22}, square.toFloats());
        assertEquals(1, prepared);
    }
}
