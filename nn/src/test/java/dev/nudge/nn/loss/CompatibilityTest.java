package dev.nudge.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.Sigmoid;
import dev.nudge.nn.Softmax;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompatibilityTest {
    private static final RandomKey KEY = RandomKey.of(5);
    private static final Type INPUT = Type.of(DType.F32, Shape.of(4));
    private static final Type CLASS = Type.of(DType.I32, Shape.SCALAR);
    private static final Type NUMBER = Type.of(DType.F32, Shape.SCALAR);
    private static final Type NUMBERS = Type.of(DType.F32, Shape.of(1));

    private static Layer endingIn(int width, Layer... more) {
        return Sequential.of(Linear.of(4, 8, KEY), new Relu(), Linear.of(8, width, KEY), Sequential.of(more));
    }

    private static Layer endingIn(int width) {
        return Sequential.of(Linear.of(4, 8, KEY), new Relu(), Linear.of(8, width, KEY));
    }

    private static String onlyProblem(Layer model, Loss loss, Type target, int classes) {
        List<String> problems = Compatibility.problems(model, loss, INPUT, target, classes);
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().startsWith("error[E617]"), problems.getFirst());
        return problems.getFirst();
    }

    @Test
    void whatFitsHasNoProblems() {
        assertEquals(List.of(), Compatibility.problems(endingIn(3), Losses.crossEntropy(), INPUT, CLASS, 3));
        assertEquals(List.of(), Compatibility.problems(endingIn(1), Losses.meanSquaredError(), INPUT, NUMBERS, 0));
        assertEquals(List.of(), Compatibility.problems(endingIn(1), Losses.binaryCrossEntropy(), INPUT, NUMBERS, 2));
        assertEquals(
                List.of(),
                Compatibility.problems(endingIn(3), Losses.crossEntropy(), INPUT, Type.of(DType.F32, Shape.of(3)), 3));
        assertEquals(
                List.of(),
                Compatibility.problems(
                        endingIn(1, new Sigmoid()), Losses.binaryCrossEntropyOfProbabilities(), INPUT, NUMBERS, 2));
    }

    @Test
    void aSoftmaxBeforeCrossEntropyIsNamedWithItsPath() {
        String problem = onlyProblem(endingIn(3, new Softmax()), Losses.crossEntropy(), CLASS, 3);

        assertTrue(problem.contains("Remove layers.3.layers.0"), problem);
    }

    @Test
    void aSigmoidBeforeALossFromLogitsIsNamed() {
        assertTrue(onlyProblem(endingIn(1, new Sigmoid()), Losses.binaryCrossEntropy(), NUMBERS, 2)
                .contains("sigmoid"));
    }

    @Test
    void logitsBeforeALossOfProbabilitiesAreNamed() {
        assertTrue(onlyProblem(endingIn(1), Losses.binaryCrossEntropyOfProbabilities(), NUMBERS, 2)
                .contains("Add a Sigmoid"));
    }

    @Test
    void aWidthThatIsNotTheNumberOfClassesIsNamed() {
        String problem = onlyProblem(endingIn(7), Losses.crossEntropy(), CLASS, 10);

        assertTrue(problem.contains("10 classes") && problem.contains("7 outputs"), problem);
    }

    @Test
    void numbersAsTargetsOfCrossEntropyAreNamed() {
        assertTrue(onlyProblem(endingIn(3), Losses.crossEntropy(), NUMBER, 0).contains("mean squared error"));
    }

    @Test
    void classesAsTargetsOfARegressionLossAreNamed() {
        assertTrue(onlyProblem(endingIn(1), Losses.meanSquaredError(), CLASS, 3).contains("class indices"));
        assertTrue(onlyProblem(endingIn(1), Losses.huber(), CLASS, 3).contains("Huber"));
    }

    @Test
    void aColumnOfPredictionsAgainstARowOfTargetsIsNamed() {
        String problem = onlyProblem(endingIn(1), Losses.meanSquaredError(), NUMBER, 0);

        assertTrue(problem.contains("[2, 1] and target [2]"), problem);
    }

    @Test
    void aLossThatIsNoScalarIsNamed() {
        onlyProblem(endingIn(1), new MeanSquaredError(Reduction.NONE), NUMBERS, 0);
    }

    @Test
    void inputsThatDoNotFitTheModelAreNamed() {
        List<String> problems =
                Compatibility.problems(endingIn(3), Losses.crossEntropy(), Type.of(DType.F32, Shape.of(5)), CLASS, 3);

        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().contains("layers.0"), problems.getFirst());
    }

    @Test
    void checkThrowsWithEveryReason() {
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> Compatibility.check(endingIn(7, new Softmax()), Losses.crossEntropy(), INPUT, CLASS, 10));

        assertEquals(2, error.getMessage().lines().count(), error.getMessage());
    }

    @Test
    void aLossOfTheUsersOwnIsTriedOut() {
        Loss own = (prediction, target) -> prediction.sub(target).abs().sum();

        assertEquals(List.of(), Compatibility.problems(endingIn(1), own, INPUT, NUMBERS, 0));
        assertEquals(
                1,
                Compatibility.problems(endingIn(3), own, INPUT, Type.of(DType.F32, Shape.of(2)), 0)
                        .size());
    }
}
