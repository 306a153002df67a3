package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.StaleTensorException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A run is made again for another base by what was written for the first.
class RepeatedRunTest {
    private final PlannedExecution planned = PlannedExecution.of(new Backend.Reference());
    private final Buffer total = Buffer.of(numbers(0));
    private final Buffer count = Buffer.of(numbers(0));

    private static Value numbers(double... elements) {
        return feed(elements).value();
    }

    private static Tensor feed(double... elements) {
        return Tensor.of(elements, elements.length);
    }

    private static Tensor base(Tensor squares) {
        return squares.keep().sum().reshape(1);
    }

    private static Tensor base(double... elements) {
        return base(feed(elements).square());
    }

    /// total ← total + factor · base, count ← count + 1; asks for the product.
    private Optional<Execution.Repetition> first(Tensor base, Tensor factor) {
        Tensor product = base.mul(factor);
        return planned.runRepeatably(
                List.of(
                        new Assignment(total, total.tensor().add(product)),
                        new Assignment(count, count.tensor().add(1))),
                List.of(product, base),
                base,
                List.of(factor));
    }

    private void checkVariables(double sum, double runs) {
        assertArrayEquals(new double[] {sum}, total.tensor().toDoubles());
        assertArrayEquals(new double[] {runs}, count.tensor().toDoubles());
    }

    @Test
    void itComputesFromItsOwnDataAndFromWhatVariablesHoldThen() {
        Execution.Repetition again = first(base(1, 2), feed(10)).orElseThrow();
        checkVariables(50, 1);
        Tensor squares = feed(3, 4).square();
        Tensor base = base(squares);
        List<Value> values = again.run(base, List.of(numbers(2))).orElseThrow();
        assertArrayEquals(new double[] {50}, values.get(0).toDoubles());
        assertArrayEquals(new double[] {25}, values.get(1).toDoubles());
        assertArrayEquals(new double[] {25}, base.toDoubles());
        assertArrayEquals(new double[] {9, 16}, squares.toDoubles());
        checkVariables(100, 2);
        total.assign(numbers(7));
        assertTrue(again.run(base(1, 0), List.of(numbers(3))).isPresent());
        checkVariables(10, 3);
        assertEquals(1, planned.plans());
    }

    @Test
    void nothingIsDoneForAnotherStructure() {
        Execution.Repetition again = first(base(1, 2), feed(10)).orElseThrow();
        Tensor x = feed(1, 2);
        List<Tensor> others = List.of(
                base(1, 2, 3),
                x.square().sum().reshape(1),
                base(x.mul(feed(1, 2))),
                base(x.square()).mul(2),
                feed(1));
        for (Tensor other : others) {
            assertTrue(again.run(other, List.of(numbers(1))).isEmpty());
        }
        checkVariables(50, 1);
    }

    @Test
    void aNodeWhoseValueIsAtHandHidesWhatFollowsMayNeed() {
        Tensor computed = feed(1, 2).square();
        computed.value();
        assertTrue(first(base(computed), feed(10)).isEmpty());
        checkVariables(50, 1);
        Execution.Repetition again = first(base(1, 2), feed(10)).orElseThrow();
        Tensor later = feed(3, 4).square();
        planned.run(List.of(), List.of(later));
        assertTrue(again.run(base(later), List.of(numbers(1))).isEmpty());
        checkVariables(100, 2);
    }

    @Test
    void feedsOfAnotherTypeAreRefused() {
        Execution.Repetition again = first(base(1, 2), feed(10)).orElseThrow();
        assertThrows(ShapeException.class, () -> again.run(base(1, 2), List.of()));
        assertThrows(ShapeException.class, () -> again.run(base(1, 2), List.of(numbers(1, 2))));
        checkVariables(50, 1);
    }

    @Test
    void aBaseThatReadsWhatHasChangedIsStale() {
        Tensor base = total.tensor().add(feed(1));
        Execution.Repetition again = first(base, feed(2)).orElseThrow(); // 0 + 2 · 1
        Tensor old = total.tensor().add(feed(1));
        assertTrue(again.run(total.tensor().add(feed(3)), List.of(numbers(1))).isPresent()); // 2 + 5
        assertThrows(StaleTensorException.class, () -> again.run(old, List.of(numbers(1))));
        checkVariables(7, 2);
    }

    @Test
    void aPlanThatWasGivenUpIsNotRun() {
        Execution.Repetition again = first(base(1, 2), feed(10)).orElseThrow();
        for (int i = 0; i < 100; i++) {
            planned.run(List.of(), List.of(feed(1).mul(i)));
        }
        assertTrue(again.run(base(3, 4), List.of(numbers(1))).isEmpty());
        Execution.Repetition anew = first(base(1, 2), feed(1)).orElseThrow();
        assertTrue(anew.run(base(3, 4), List.of(numbers(1))).isPresent());
        assertTrue(again.run(base(3, 4), List.of(numbers(1))).isPresent()); // it has the same plan
        checkVariables(105, 4);
    }
}
