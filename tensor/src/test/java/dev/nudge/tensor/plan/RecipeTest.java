package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.StaleTensorException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A graph that looks like one before it is run as that one only where it is the same.
class RecipeTest {
    private final PlannedExecution planned = PlannedExecution.of(new Backend.Reference());

    private static Tensor feed(double... elements) {
        return Tensor.of(elements, elements.length);
    }

    private double[] computed(Tensor tensor) {
        planned.run(List.of(), List.of(tensor));
        return tensor.toDoubles();
    }

    private static Parameter parameter(double... elements) {
        return Parameter.of(new Value(Type.of(DType.F64, Shape.of(elements.length)), elements));
    }

    @Test
    void oneFeedInTwoPlacesAndTwoFeedsAreToldApart() {
        Tensor a = feed(1, 2);
        assertArrayEquals(new double[] {4, 6}, computed(a.add(feed(3, 4))));
        assertArrayEquals(new double[] {2, 4}, computed(a.add(a)));
        assertArrayEquals(new double[] {8, 10}, computed(feed(3, 4).add(feed(5, 6))));
        Tensor b = feed(7, 8);
        assertArrayEquals(new double[] {14, 16}, computed(b.add(b)));
    }

    @Test
    void whatIsSharedOnceMayBeWrittenTwiceAndBack() {
        Tensor x = feed(1, 2);
        Tensor y = feed(3, 4);
        Tensor product = x.mul(y);
        assertArrayEquals(new double[] {6, 16}, computed(product.add(product)));
        assertArrayEquals(new double[] {6, 16}, computed(x.mul(y).add(x.mul(y))));
        Tensor other = feed(5, 6).mul(y);
        assertArrayEquals(new double[] {15 + 3, 24 + 8}, computed(other.add(x.mul(y))));
        assertArrayEquals(new double[] {30, 48}, computed(other.add(other)));
    }

    @Test
    void whatIsKeptIsStoredAndNothingElse() {
        for (boolean keeps : new boolean[] {false, true, false, true}) {
            Tensor inner = feed(1, 2).mul(3);
            if (keeps) {
                inner.keep();
            }
            assertArrayEquals(new double[] {4, 7}, computed(inner.add(1)));
            assertEquals(keeps, inner.bound() != null);
        }
        assertEquals(2, planned.plans());
    }

    @Test
    void aValueThatIsAtHandIsNotComputedAgain() {
        for (int run = 0; run < 3; run++) {
            Tensor inner = feed(run, 2).mul(3);
            assertArrayEquals(new double[] {3 * run, 6}, computed(inner));
            assertArrayEquals(new double[] {3 * run + 1, 7}, computed(inner.add(1)));
        }
        assertEquals(2, planned.plans());
    }

    @Test
    void theVariableThatIsAssignedIsTheOneThatWasAskedFor() {
        Parameter a = parameter(1, 2);
        Parameter b = parameter(10, 20);
        for (int round = 0; round < 2; round++) {
            planned.run(List.of(new Assignment(a, a.tensor().add(b.tensor()))), List.of());
            planned.run(List.of(new Assignment(b, a.tensor().add(b.tensor()))), List.of());
        }
        // a: 11, 32; b: 21, 53 and their seconds
        assertArrayEquals(new double[] {32, 64}, (double[]) a.storage().array());
        assertArrayEquals(new double[] {53, 106}, (double[]) b.storage().array());
    }

    @Test
    void onlyAnotherOrderOfAssignmentsOrAnotherCountIsAnotherRun() {
        Parameter a = parameter(1);
        Parameter b = parameter(2);
        planned.run(
                List.of(
                        new Assignment(a, b.tensor().mul(2)),
                        new Assignment(b, a.tensor().mul(3))),
                List.of());
        assertArrayEquals(new double[] {4}, (double[]) a.storage().array());
        assertArrayEquals(new double[] {3}, (double[]) b.storage().array());
        planned.run(
                List.of(
                        new Assignment(b, a.tensor().mul(3)),
                        new Assignment(a, b.tensor().mul(2))),
                List.of());
        assertArrayEquals(new double[] {6}, (double[]) a.storage().array());
        assertArrayEquals(new double[] {12}, (double[]) b.storage().array());
        planned.run(List.of(new Assignment(a, b.tensor().mul(2))), List.of());
        assertArrayEquals(new double[] {24}, (double[]) a.storage().array());
    }

    @Test
    void aStaleNodeIsRefusedAsBefore() {
        Parameter a = parameter(1);
        for (int round = 0; round < 2; round++) {
            Tensor old = a.tensor().mul(2);
            planned.run(List.of(new Assignment(a, a.tensor().add(1))), List.of());
            assertThrows(StaleTensorException.class, () -> planned.run(List.of(), List.of(old)));
        }
    }

    @Test
    void aGraphOfTheSameStructureIsFoundWithoutATrace() {
        Parameter a = parameter(1, 2);
        Tensor x = feed(3, 4);
        Tensor y = a.tensor().mul(x).sum();
        List<Assignment> first = List.of(new Assignment(a, a.tensor().sub(x)));
        Recipe recipe = new Recipe(new Trace(first, List.of(y)));
        Tensor again = a.tensor().mul(feed(5, 6)).sum();
        assertTrue(recipe.match(List.of(again), List.of(), Set.of()).isEmpty());
        Tensor z = feed(7, 8);
        Tensor same = a.tensor().mul(z).sum();
        List<Assignment> second = List.of(new Assignment(a, a.tensor().sub(z)));
        List<Tensor> roots = Trace.roots(second, List.of(same));
        List<Tensor> nodes = List.of(recipe.match(roots, List.of(a), Set.of(a)).orElseThrow());
        assertEquals(same, nodes.get(recipe.outputs()[0]));
        assertTrue(nodes.contains(z));
        assertFalse(nodes.contains(x));
    }

    @Test
    void whatIsWantedIsNotWhatIsAssigned() {
        Parameter a = parameter(1);
        Tensor doubled = a.tensor().mul(2);
        Tensor tripled = a.tensor().mul(3);
        planned.run(List.of(new Assignment(a, tripled)), List.of(doubled));
        assertArrayEquals(new double[] {2}, doubled.toDoubles());
        Tensor two = a.tensor().mul(2);
        Tensor three = a.tensor().mul(3);
        planned.run(List.of(), List.of(two, three)); // as many roots, and none assigned
        assertArrayEquals(new double[] {9}, three.toDoubles());
        assertArrayEquals(new double[] {3}, (double[]) a.storage().array());
    }
}
