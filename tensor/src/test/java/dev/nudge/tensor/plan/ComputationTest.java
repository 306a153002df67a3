package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Computation;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is prepared once and computed with other inputs.
class ComputationTest {
    private static final Type PAIR = Type.of(DType.F64, Shape.of(2));

    static List<Execution> executions() {
        return List.of(PlannedExecution.of(new Backend.Reference()), EagerExecution.of(new Backend.Reference()));
    }

    private static Value value(double... elements) {
        return new Value(Type.of(DType.F64, Shape.of(elements.length)), elements);
    }

    @ParameterizedTest
    @MethodSource("executions")
    void eachRunHasItsOwnInputsAndOutput(Execution execution) {
        Computation sum =
                execution.prepare(List.of(PAIR, PAIR), in -> in.get(0).mul(3).add(in.get(1)));
        Execution.with(execution, () -> {
            Value first = sum.run(value(1, 2), value(10, 20));
            Value second = sum.run(value(3, 4), value(30, 40));
            assertArrayEquals(new double[] {13, 26}, (double[]) first.array());
            assertArrayEquals(new double[] {39, 52}, (double[]) second.array());
            assertNotSame(first.array(), second.array());
            return 0;
        });
    }

    @ParameterizedTest
    @MethodSource("executions")
    void variablesAreReadAnewEachTime(Execution execution) {
        Parameter weight = Parameter.of(value(2, 3));
        Computation product =
                execution.prepare(List.of(PAIR), in -> in.getFirst().mul(weight.tensor()));
        Execution.with(execution, () -> {
            assertArrayEquals(
                    new double[] {2, 6}, (double[]) product.run(value(1, 2)).array());
            execution.run(List.of(new Assignment(weight, weight.tensor().mul(10))), List.of());
            assertArrayEquals(
                    new double[] {20, 60}, (double[]) product.run(value(1, 2)).array());
            return 0;
        });
    }

    @ParameterizedTest
    @MethodSource("executions")
    void whatNeedsNoComputingIsGivenToo(Execution execution) {
        Execution.with(execution, () -> {
            assertArrayEquals(new double[] {5, 6}, (double[]) execution
                    .prepare(List.of(PAIR), List::getFirst)
                    .run(value(5, 6))
                    .array());
            assertArrayEquals(new double[] {8, 8}, (double[]) execution
                    .prepare(List.of(PAIR, PAIR), in -> in.get(1).add(1))
                    .run(value(5, 6), value(7, 7))
                    .array());
            return 0;
        });
    }

    @ParameterizedTest
    @MethodSource("executions")
    void otherInputsAreRefused(Execution execution) {
        Computation twice = execution.prepare(List.of(PAIR), in -> in.getFirst().mul(2));
        ShapeException type = assertThrows(ShapeException.class, () -> twice.run(value(1, 2, 3)));
        assertTrue(type.getMessage().contains("F64 [2]") && type.getMessage().contains("F64 [3]"), type.getMessage());
        ShapeException count = assertThrows(ShapeException.class, () -> twice.run(value(1, 2), value(1, 2)));
        assertTrue(count.getMessage().contains("1 inputs, found 2"), count.getMessage());
    }

    @Test
    void aPlanIsWrittenAndMadeOnce() {
        PlannedExecution planned = PlannedExecution.of(new Backend.Reference());
        AtomicInteger written = new AtomicInteger();
        Computation twice = planned.prepare(List.of(PAIR), in -> {
            written.incrementAndGet();
            return in.getFirst().mul(2);
        });
        for (int run = 0; run < 5; run++) {
            assertArrayEquals(new double[] {2.0 * run, 4}, (double[])
                    twice.run(value(run, 2)).array());
        }
        assertEquals(1, written.get());
        assertEquals(1, planned.plans());
    }

    @Test
    void threadsThatShareOneGetTheirOwnAnswers() throws Exception {
        PlannedExecution planned = PlannedExecution.of(new Backend.Reference());
        Computation square = planned.prepare(List.of(PAIR), in -> in.getFirst().square());
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> answers = new ArrayList<>();
            for (int thread = 1; thread <= 4; thread++) {
                double number = thread;
                answers.add(threads.submit(() -> {
                    for (int run = 0; run < 500; run++) {
                        double[] expected = {number * number, run * (double) run};
                        assertArrayEquals(expected, (double[])
                                square.run(value(number, run)).array());
                    }
                }));
            }
            for (Future<?> answer : answers) {
                answer.get();
            }
        }
    }
}
