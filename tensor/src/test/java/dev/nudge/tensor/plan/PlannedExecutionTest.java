package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.MemoryBudgetException;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.StaleTensorException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlannedExecutionTest {
    private final PlannedExecution planned = PlannedExecution.of(new Backend.Reference());

    private static Tensor feed(double... elements) {
        return Tensor.of(elements, elements.length);
    }

    private void computed(Tensor tensor) {
        planned.run(List.of(), List.of(tensor));
    }

    @Test
    void theSecondRunOfAStructureMakesNoPlan() {
        for (double number : new double[] {1, 2, 3}) {
            Tensor y = feed(number, 2 * number).tanh().mul(feed(1, number)).sum();
            computed(y);
            assertEquals(Math.tanh(number) + Math.tanh(2 * number) * number, y.item(), 1e-15);
        }
        assertEquals(1, planned.plans());
    }

    @Test
    void anotherConstantAShapeOrAnOutputMakesAnotherPlan() {
        computed(feed(1, 2).mul(2));
        computed(feed(1, 2).mul(3));
        assertEquals(2, planned.plans());
        computed(feed(1, 2, 3).mul(2));
        assertEquals(3, planned.plans());
        Tensor x = feed(1, 2).mul(2);
        planned.run(List.of(), List.of(x, x.add(1)));
        assertEquals(4, planned.plans());
        computed(feed(1, 2).mul(Tensor.of(new double[] {4})));
        computed(feed(1, 2).mul(Tensor.of(new double[] {5})));
        assertEquals(5, planned.plans());
        computed(feed(1, 2).mul(2));
        assertEquals(5, planned.plans());
    }

    @Test
    void zerosOfEitherSignAreDifferentConstants() {
        Tensor positive = feed(1).div(0.0);
        Tensor negative = feed(1).div(-0.0);
        computed(positive);
        computed(negative);
        assertEquals(Double.POSITIVE_INFINITY, positive.item());
        assertEquals(Double.NEGATIVE_INFINITY, negative.item());
    }

    @Test
    void aTrainingLoopMakesOnePlanAndItsLossIsReadableAfterTheStep() {
        Parameter w = Parameter.of(new double[] {1, -2}, 2);
        double before = Double.POSITIVE_INFINITY;
        for (int step = 0; step < 5; step++) {
            Tensor loss = w.tensor().sub(feed(3, 4)).square().mean();
            Gradients gradients = loss.backward(List.of(w));
            planned.run(
                    List.of(new Assignment(w, w.tensor().sub(gradients.of(w).mul(0.25)))), List.of(gradients.loss()));
            assertTrue(loss.item() < before);
            before = loss.item();
        }
        assertEquals(1, planned.plans());
    }

    @Test
    void lateReadsOfWhatWasNotKeptNameTheFix() {
        for (Execution execution : List.of(planned, EagerExecution.of(new Backend.Reference()))) {
            Parameter w = Parameter.of(new double[] {1}, 1);
            Tensor kept = w.tensor().add(1).keep();
            Tensor y = kept.mul(3);
            Tensor aside = w.tensor().add(7);
            execution.run(List.of(new Assignment(w, y)), List.of());
            assertEquals(6, w.tensor().item());
            assertEquals(2, kept.item());
            String message =
                    assertThrows(StaleTensorException.class, aside::item).getMessage();
            assertTrue(message.contains("keep()"), message);
        }
        Parameter w = Parameter.of(new double[] {1}, 1);
        Tensor y = w.tensor().add(1).mul(2);
        planned.run(List.of(new Assignment(w, y)), List.of());
        assertThrows(StaleTensorException.class, y::item);
    }

    @Test
    void aKeptReadOfAVariableKeepsTheOldValue() {
        for (Execution execution : List.of(planned, EagerExecution.of(new Backend.Reference()))) {
            Parameter w = Parameter.of(new double[] {1, 2}, 2);
            Tensor old = w.tensor().keep();
            execution.run(List.of(new Assignment(w, old.mul(10))), List.of());
            assertArrayEquals(new double[] {1, 2}, old.toDoubles());
            assertArrayEquals(new double[] {10, 20}, w.tensor().toDoubles());
        }
    }

    @Test
    void aReadOfAVariableThatIsAnOutputKeepsTheOldValue() {
        for (Execution execution : List.of(planned, EagerExecution.of(new Backend.Reference()))) {
            Parameter w = Parameter.of(new double[] {1, 2}, 2);
            Tensor old = w.tensor();
            execution.run(List.of(new Assignment(w, old.mul(10))), List.of(old));
            assertArrayEquals(new double[] {1, 2}, old.toDoubles());
        }
    }

    @Test
    void aFailingKernelLeavesEveryVariableAsItWas() {
        for (Execution execution : List.of(planned, EagerExecution.of(new Backend.Reference()))) {
            Parameter a = Parameter.of(new double[] {1, 2}, 2);
            Parameter b = Parameter.of(new double[] {3, 4, 5}, 3);
            Parameter c = Parameter.of(new double[] {6, 7}, 2);
            Tensor outside = b.tensor().gather(Tensor.of(new int[] {0, 1, 3}, 3));
            List<Assignment> assignments = List.of(
                    new Assignment(a, a.tensor().add(1)),
                    new Assignment(b, outside.mul(2)),
                    new Assignment(c, c.tensor().mul(2)));
            assertThrows(IllegalArgumentException.class, () -> execution.run(assignments, List.of()));
            assertArrayEquals(new double[] {1, 2}, a.tensor().toDoubles());
            assertArrayEquals(new double[] {3, 4, 5}, b.tensor().toDoubles());
            assertArrayEquals(new double[] {6, 7}, c.tensor().toDoubles());
        }
    }

    @Test
    void anAssignmentGivenTwiceIsRefused() {
        for (Execution execution : List.of(planned, EagerExecution.of(new Backend.Reference()))) {
            Parameter a = Parameter.of(new double[] {1, 2}, 2);
            List<Assignment> twice = List.of(
                    new Assignment(a, a.tensor().add(1)),
                    new Assignment(a, a.tensor().mul(2)));
            String message = assertThrows(IllegalArgumentException.class, () -> execution.run(twice, List.of()))
                    .getMessage();
            assertTrue(message.contains("twice"), message);
            assertArrayEquals(new double[] {1, 2}, a.tensor().toDoubles());
        }
    }

    @Test
    void aPlanBeyondTheBudgetIsRefusedBeforeAnythingIsAllocated() {
        PlannedExecution small = planned.withBudget(new MemoryBudget(100_000));
        Tensor x = Tensor.of(new float[64], 8, 8);
        Tensor y = LayerPath.within(
                "layers.1",
                () -> x.broadcastTo(Shape.of(4096, 8, 8))
                        .reshape(4096 * 8, 8)
                        .matmul(x)
                        .sum());
        MemoryBudgetException refused =
                assertThrows(MemoryBudgetException.class, () -> small.run(List.of(), List.of(y)));
        String message = String.valueOf(refused.getMessage());
        long needed = 4L * 4096 * 64;
        for (String part : List.of("E614", "100000", "layers.1", "matmul", String.valueOf(needed))) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(0, small.plans());
        assertEquals(0, small.bytes());
        small.run(List.of(), List.of(x.sum())); // and goes on working
    }

    @Test
    void aBudgetOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MemoryBudget(0));
    }

    @Test
    void aChainOfFiftyLayersReusesItsMemory() {
        int size = 64;
        Tensor x = Tensor.of(new float[size * size], size, size);
        Tensor y = x;
        for (int i = 0; i < 50; i++) {
            y = y.matmul(x).tanh();
        }
        computed(y);
        long values = 100L * size * size * 4;
        assertTrue(planned.bytes() <= values / 25, () -> planned.bytes() + " bytes for " + values + " of values");
    }

    @Test
    void theStepsOfAPlanAreListedWithTheirLayers() {
        Tensor x = Tensor.of(new float[4], 2, 2);
        Tensor y = LayerPath.within("layers.0", () -> x.matmul(x).relu().add(1));
        List<String> steps = planned.explain(List.of(), List.of(y)).stream()
                .map(PlanStep::toString)
                .toList();
        assertEquals(List.of("matmul in layers.0", "relu+add in layers.0"), steps);
        assertEquals(0, planned.plans());
    }

    @Test
    void aKernelOfTheBackendIsAskedForOncePerPlan() {
        int[] asked = new int[1];
        Backend counting = new Backend() {
            @Override
            public String name() {
                return "counting";
            }

            @Override
            public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output) {
                asked[0]++;
                return Optional.empty();
            }

            @Override
            public Optional<Kernel> loop(Loop loop) {
                asked[0]++;
                return Optional.empty();
            }
        };
        PlannedExecution execution = PlannedExecution.of(counting);
        for (int i = 0; i < 3; i++) {
            Tensor x = Tensor.of(new float[] {i, 2}, 2);
            execution.run(List.of(), List.of(x.tanh().sum()));
        }
        int afterThree = asked[0];
        execution.run(List.of(), List.of(Tensor.of(new float[] {7, 2}, 2).tanh().sum()));
        assertEquals(afterThree, asked[0]);
    }

    @Test
    void castsBetweenTypesComputeTheSameInAPlan() {
        Tensor x = Tensor.of(new float[] {0.1f, 0.2f}, 2);
        Tensor y = x.tanh().cast(DType.F64).mul(3).cast(DType.F32).add(1);
        computed(y);
        float tanh = (float) StrictMath.tanh(0.1f);
        assertEquals((float) (tanh * 3.0) + 1, y.toFloats()[0]);
    }

    @Test
    void updatesOfLongArraysThatShareANumberAreLoopsOfTheirOwn() {
        assertEquals(1, loopsOfTwoUpdates(100));
        assertEquals(2, loopsOfTwoUpdates(5000));
    }

    /// Steps of two updates `m <- m / 2 + g`, `p <- p - rate m`, each value only assigned where a number says so.
    private int loopsOfTwoUpdates(int elements) {
        Tensor rate = Tensor.of(0.1f);
        Tensor apart = Tensor.of(1f).greater(rate);
        List<Assignment> assignments = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Parameter p = Parameter.zeros(elements);
            Parameter m = Parameter.zeros(elements);
            Tensor next = m.tensor().mul(0.5).add(Tensor.of(new float[elements], elements));
            Tensor chosen = apart.broadcastTo(next.shape());
            assignments.add(new Assignment(p, chosen.where(p.tensor().sub(next.mul(rate)), p.tensor())));
            assignments.add(new Assignment(m, chosen.where(next, m.tensor())));
        }
        return (int) planned.explain(assignments, List.of()).stream()
                .filter(step -> step.name().contains("sub"))
                .count();
    }
}
