package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.PartialKernel;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which loops are joined to the step whose result they read. Arrays are numbers, as in a plan.
class EpiloguesTest {
    private static final Type SIX = Type.of(DType.F32, Shape.of(2, 3));
    private static final Type THREE = Type.of(DType.F32, Shape.of(3));

    /// A step that doubles six numbers, two at a time.
    private static Plan.Step product(int input, int output) {
        BlockKernel kernel = (in, out, blocks) -> {
            for (int i = 0; i < 6; i += 2) {
                ((float[]) out[0])[i] = 2 * ((float[]) in[0])[i];
                ((float[]) out[0])[i + 1] = 2 * ((float[]) in[0])[i + 1];
                blocks.done(i, 2);
            }
        };
        return new Plan.Step(about("product"), kernel, null, new int[] {input}, new int[] {output});
    }

    /// A step that is no loop and has no blocks.
    private static Plan.Step other(int input, int output) {
        Kernel kernel = (in, out) -> {};
        return new Plan.Step(about("other"), kernel, null, new int[] {input}, new int[] {output});
    }

    private static PlanStep about(String name) {
        return PlanStep.of(name, "", List.of(SIX), List.of(SIX), 100);
    }

    /// A loop that adds two arrays; the second may be a row of three numbers that is read twice.
    private static Plan.Step add(int left, int right, Type ofRight, int output) {
        Loop loop = new Loop(
                6,
                List.of(new Loop.Input(SIX, SIX.shape()), new Loop.Input(ofRight, SIX.shape())),
                List.of(new Loop.Step(new Binary.Add(), List.of(0, 1), DType.F32)),
                List.of(new Loop.Output(0, -1)));
        PartialKernel kernel = new PartialKernel() {
            @Override
            public void run(Object[] inputs, Object[] outputs) {
                run(inputs, outputs, 0, 6);
            }

            @Override
            public void run(Object[] inputs, Object[] outputs, int from, int count) {
                float[] row = (float[]) inputs[1];
                for (int i = from; i < from + count; i++) {
                    ((float[]) outputs[0])[i] = ((float[]) inputs[0])[i] + row[ofRight.equals(SIX) ? i : i % 3];
                }
            }
        };
        PlanStep about = PlanStep.of("add", "", List.of(SIX, ofRight), List.of(SIX), 6);
        return new Plan.Step(about, kernel, loop, new int[] {left, right}, new int[] {output});
    }

    private static List<String> names(Plan.Step... steps) {
        return Epilogues.join(List.of(steps)).stream()
                .map(step -> step.about.name())
                .toList();
    }

    @Test
    void aLoopIsJoinedToTheStepBefore() {
        assertEquals(List.of("product + add"), names(product(0, 1), add(1, 2, THREE, 3)));
        assertEquals(List.of("product + add"), names(product(0, 1), add(1, 2, SIX, 1)));
        assertEquals(List.of("product + add"), names(product(0, 1), add(1, 1, SIX, 3)));
    }

    @Test
    void aJoinedStepDoesWhatTheTwoDo() {
        Plan.Step step =
                Epilogues.join(List.of(product(0, 1), add(1, 2, THREE, 1))).getFirst();
        assertArrayEquals(new int[] {0, 1, 2}, step.inputs);
        assertArrayEquals(new int[] {1, 1}, step.outputs);
        float[] x = {1, 2, 3, 4, 5, 6};
        float[] y = new float[6];
        float[] row = {10, 20, 30};
        step.kernel.run(new Object[] {x, y, row}, new Object[] {y, y});
        assertArrayEquals(new float[] {12, 24, 36, 18, 30, 42}, y);
    }

    @Test
    void whatStaysBetweenTheTwoIsNoTraffic() {
        Plan.Step overwriting =
                Epilogues.join(List.of(product(0, 1), add(1, 2, THREE, 1))).getFirst();
        assertEquals(106, overwriting.about.flops());
        assertEquals(24 + 12 + 24, overwriting.about.bytes(), "x, the row and the sum");
        Plan.Step beside =
                Epilogues.join(List.of(product(0, 1), add(1, 2, THREE, 3))).getFirst();
        assertEquals(24 + 24 + 12 + 24, beside.about.bytes(), "x, the product, the row and the sum");
    }

    @Test
    void aLoopMovesUpOverStepsThatHaveNothingToDoWithIt() {
        assertEquals(List.of("product + add", "other"), names(product(0, 1), other(0, 4), add(1, 2, SIX, 1)));
        assertEquals(
                List.of("product", "product + add", "other"),
                names(product(0, 1), product(0, 2), other(0, 4), add(1, 2, SIX, 3)),
                "to the later of two products");
    }

    @Test
    void aLoopStaysBehindStepsThatItDependsOn() {
        assertEquals(List.of("product", "other", "add"), names(product(0, 1), other(0, 2), add(1, 2, SIX, 3)));
        assertEquals(
                List.of("product", "other", "add"),
                names(product(0, 1), other(1, 4), add(1, 2, SIX, 1)),
                "the other reads the product, which the loop overwrites");
        assertEquals(
                List.of("product", "other", "add"),
                names(product(0, 1), other(0, 3), add(1, 2, SIX, 3)),
                "the other's result lay where the loop writes");
    }

    @Test
    void aLoopThatNeedsMoreThanTheBlockStaysBehind() {
        Plan.Step row = add(2, 1, THREE, 3);
        assertEquals(List.of("product", "add"), names(product(0, 1), row));
        assertEquals(List.of("product", "add"), names(product(0, 1), add(1, 1, THREE, 3)));
    }

    @Test
    void aLoopThatOverwritesAnOperandOfTheStepStaysBehind() {
        assertEquals(List.of("product", "add"), names(product(0, 1), add(1, 2, SIX, 0)));
    }

    @Test
    void aVariableIsAssignedWhereItWas() {
        assertEquals(List.of("product", "add"), names(product(0, 1), add(1, 2, SIX, Plan.VARIABLES)));
    }

    @Test
    void oneLoopIsJoinedToAStep() {
        assertEquals(List.of("product + add", "add"), names(product(0, 1), add(1, 2, SIX, 3), add(1, 2, SIX, 4)));
        assertEquals(List.of("product + add", "add"), names(product(0, 1), add(1, 2, SIX, 1), add(1, 2, SIX, 1)));
    }

    @Test
    void aStepWithoutBlocksIsLeftAlone() {
        assertEquals(List.of("other", "add"), names(other(0, 1), add(1, 2, SIX, 3)));
    }
}
