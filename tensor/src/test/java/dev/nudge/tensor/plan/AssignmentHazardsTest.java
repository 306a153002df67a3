package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A plan writes variables in place where it can; whatever is read must still be what it was before the run.
class AssignmentHazardsTest {
    private final Parameter a = Parameter.of(new double[] {1, 2, 3}, 3);
    private final Parameter b = Parameter.of(new double[] {10, 20, 30}, 3);

    static Stream<Execution> executions() {
        return Stream.of(PlannedExecution.of(new Backend.Reference()), EagerExecution.of(new Backend.Reference()));
    }

    private static Assignment assign(Parameter parameter, Tensor value) {
        return new Assignment(parameter, value);
    }

    private void assertValues(double[] expectedA, double[] expectedB) {
        assertArrayEquals(expectedA, a.tensor().toDoubles());
        assertArrayEquals(expectedB, b.tensor().toDoubles());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void variablesCanBeSwapped(Execution execution) {
        for (int run = 0; run < 3; run++) {
            execution.run(List.of(assign(a, b.tensor()), assign(b, a.tensor())), List.of());
        }
        assertValues(new double[] {10, 20, 30}, new double[] {1, 2, 3});
    }

    @ParameterizedTest
    @MethodSource("executions")
    void variablesCanBeSwappedWithArithmetic(Execution execution) {
        execution.run(List.of(assign(a, b.tensor().add(1)), assign(b, a.tensor().mul(2))), List.of());
        assertValues(new double[] {11, 21, 31}, new double[] {2, 4, 6});
    }

    @ParameterizedTest
    @MethodSource("executions")
    void aVariableReadAfterItsUpdateIsStillTheOldOne(Execution execution) {
        Tensor updated = a.tensor().add(1);
        Tensor later = updated.sum().add(a.tensor().sum()); // reads both
        execution.run(List.of(assign(a, updated)), List.of(later));
        assertArrayEquals(new double[] {15}, new double[] {later.item()});
        assertValues(new double[] {2, 3, 4}, new double[] {10, 20, 30});
    }

    @ParameterizedTest
    @MethodSource("executions")
    void aVariableReadBackwardsInItsOwnUpdateIsTheOldOne(Execution execution) {
        execution.run(List.of(assign(a, a.tensor().add(a.tensor().flip(0)))), List.of());
        assertValues(new double[] {4, 4, 4}, new double[] {10, 20, 30});
    }

    @ParameterizedTest
    @MethodSource("executions")
    void aVariableReadAsABroadcastInItsOwnUpdateIsTheOldOne(Execution execution) {
        Parameter square = Parameter.of(new double[] {1, 2, 3, 4}, 2, 2);
        Tensor first = square.tensor().slice(new int[] {0, 0}, new int[] {1, 2});
        execution.run(List.of(assign(square, square.tensor().add(first))), List.of());
        assertArrayEquals(new double[] {2, 4, 4, 6}, square.tensor().toDoubles());
        Parameter one = Parameter.of(new double[] {3}, 1);
        execution.run(
                List.of(assign(one, one.tensor().mul(2)), assign(a, a.tensor().mul(one.tensor()))), List.of());
        assertArrayEquals(new double[] {3, 6, 9}, a.tensor().toDoubles());
        assertArrayEquals(new double[] {6}, one.tensor().toDoubles());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void aVariableCanGetABroadcastOrReshapeOfAnother(Execution execution) {
        Parameter one = Parameter.of(new double[] {7}, 1);
        Parameter column = Parameter.of(new double[] {0, 0, 0}, 3, 1);
        execution.run(
                List.of(
                        assign(a, one.tensor().broadcastTo(Shape.of(3))),
                        assign(column, a.tensor().reshape(3, 1)),
                        assign(one, one.tensor().add(1))),
                List.of());
        assertArrayEquals(new double[] {7, 7, 7}, a.tensor().toDoubles());
        assertArrayEquals(new double[] {1, 2, 3}, column.tensor().toDoubles());
        assertArrayEquals(new double[] {8}, one.tensor().toDoubles());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void twoVariablesCanGetTheSameValue(Execution execution) {
        Tensor value = a.tensor().add(b.tensor());
        execution.run(List.of(assign(a, value), assign(b, value)), List.of(value));
        assertValues(new double[] {11, 22, 33}, new double[] {11, 22, 33});
        assertArrayEquals(new double[] {11, 22, 33}, value.toDoubles());
        execution.run(List.of(assign(a, a.tensor().mul(2))), List.of());
        assertValues(new double[] {22, 44, 66}, new double[] {11, 22, 33});
        assertArrayEquals(new double[] {11, 22, 33}, value.toDoubles());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void anOutputThatIsAnAliasOfAVariableKeepsTheOldValue(Execution execution) {
        Tensor alias = a.tensor().reshape(3, 1);
        Tensor detached = a.tensor().detach();
        execution.run(List.of(assign(a, a.tensor().mul(5))), List.of(alias, detached));
        assertArrayEquals(new double[] {1, 2, 3}, alias.toDoubles());
        assertArrayEquals(new double[] {1, 2, 3}, detached.toDoubles());
        assertValues(new double[] {5, 10, 15}, new double[] {10, 20, 30});
    }

    @ParameterizedTest
    @MethodSource("executions")
    void anOutputThatIsANewValueDoesNotFollowTheVariable(Execution execution) {
        Tensor value = a.tensor().add(1);
        execution.run(List.of(assign(a, value)), List.of(value));
        execution.run(List.of(assign(a, a.tensor().mul(100))), List.of());
        assertArrayEquals(new double[] {2, 3, 4}, value.toDoubles());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void aVariableCanGetItselfOrAFeed(Execution execution) {
        execution.run(List.of(assign(a, a.tensor()), assign(b, Tensor.of(new double[] {7, 8, 9}, 3))), List.of());
        assertValues(new double[] {1, 2, 3}, new double[] {7, 8, 9});
    }

    @ParameterizedTest
    @MethodSource("executions")
    void aCycleOfThreeVariablesTurns(Execution execution) {
        Parameter c = Parameter.of(new double[] {100, 200, 300}, 3);
        execution.run(
                List.of(
                        assign(a, b.tensor().reshape(3)),
                        assign(b, c.tensor()),
                        assign(c, a.tensor().detach())),
                List.of());
        assertValues(new double[] {10, 20, 30}, new double[] {100, 200, 300});
        assertArrayEquals(new double[] {1, 2, 3}, c.tensor().toDoubles());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void momentumReadsItsOldStateOnce(Execution execution) {
        Parameter velocity = Parameter.of(new double[] {1, 1, 1}, 3);
        for (int step = 0; step < 2; step++) {
            Tensor next = velocity.tensor().mul(0.5).add(a.tensor());
            execution.run(List.of(assign(velocity, next), assign(a, a.tensor().sub(next.mul(0.1)))), List.of());
        }
        // velocity: 0.5+1=1.5 then 0.75+0.85=1.6; a: 1-0.15=0.85 then 0.85-0.16=0.69
        assertEquals(1.6, velocity.tensor().toDoubles()[0], 1e-15);
        assertEquals(0.69, a.tensor().toDoubles()[0], 1e-15);
    }
}
