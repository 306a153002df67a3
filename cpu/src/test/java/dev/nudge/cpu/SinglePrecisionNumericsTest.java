package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Single precision, where the textbook formula overflows or cancels.
class SinglePrecisionNumericsTest {
    private final Execution execution = PlannedExecution.of(CpuBackend.of(2));

    private double[] values(Tensor tensor) {
        return Execution.with(execution, tensor::toDoubles);
    }

    private static Tensor row(float... elements) {
        return Tensor.of(elements, 1, elements.length);
    }

    @Test
    void twentyMillionOnesAddUp() {
        float[] ones = new float[20_000_000];
        Arrays.fill(ones, 1);
        assertEquals(2e7, values(Tensor.of(ones, ones.length).sum())[0]);
    }

    /// Whole numbers around the mean are exact in single precision, so the variance `(n² - 1) / 12` is known.
    @ParameterizedTest
    @ValueSource(floats = {0, 1e4f, 1e6f})
    void aLargeMeanDoesNotSpoilTheVariance(float mean) {
        int count = 1001;
        float[] elements = new float[count];
        for (int i = 0; i < count; i++) {
            elements[i] = mean + i - 500;
        }
        double expected = (1001.0 * 1001 - 1) / 12;
        assertEquals(expected, values(Tensor.of(elements, count).variance(0))[0], 1e-5 * expected);
    }

    @Test
    void extremeLogitsHaveASoftmax() {
        assertArrayEquals(new double[] {1, 0, 0}, values(row(1000, 0, -1000).softmax()));
        assertArrayEquals(
                new double[] {0, -1000, -2000}, values(row(1000, 0, -1000).logSoftmax()));
        assertArrayEquals(new double[] {1, 0}, values(row(3e38f, -3e38f).softmax()));
        double e = Math.exp(-1);
        double sum = 1 + e + e * e;
        assertArrayEquals(
                new double[] {e * e / sum, e / sum, 1 / sum},
                values(row(88.8f, 89.8f, 90.8f).softmax()),
                1e-6);
    }

    @ParameterizedTest
    @ValueSource(floats = {-1e30f, -200, 0, 3e38f})
    void equalLogitsAreEquallyLikely(float logit) {
        double third = 1.0 / 3;
        assertArrayEquals(
                new double[] {third, third, third},
                values(row(logit, logit, logit).softmax()),
                1e-7);
    }

    @ParameterizedTest
    @CsvSource({"20, 0, 20", "-20, 1, 20", "100, 0, 100", "-100, 1, 100", "100, 1, 0", "-100, 0, 0"})
    void binaryCrossEntropyIsFiniteForLargeLogits(float logit, float target, double expected) {
        Tensor x = row(logit);
        Tensor loss = Tensor.apply(new Softmaxes.BinaryCrossEntropy(), x, row(target));
        assertEquals(expected, values(loss)[0], 1e-5);
        Tensor gradient = Gradients.of(loss.sum(), List.of(x)).getFirst();
        assertEquals((logit > 0 ? 1 : 0) - target, values(gradient)[0], 1e-5);
    }

    @Test
    void crossEntropyOfExtremeLogitsHasAFiniteGradient() {
        Tensor x = Tensor.of(new float[] {1000, 0, -1000, 3e38f, -3e38f, 0}, 2, 3);
        Tensor loss = Tensor.apply(new Softmaxes.SoftmaxCrossEntropy(), x, Tensor.of(new int[] {2, 0}, 2));
        assertArrayEquals(new double[] {2000, 0}, values(loss));
        Tensor gradient = Gradients.of(loss.sum(), List.of(x)).getFirst();
        assertArrayEquals(new double[] {1, 0, -1, 0, 0, 0}, values(gradient));
    }

    @Test
    void theDefaultExecutionIsThisBackend() {
        assertTrue(Backend.load().name().startsWith("cpu"));
    }
}
