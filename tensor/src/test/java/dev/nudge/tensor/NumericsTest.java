package dev.nudge.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Formulas that must stay accurate where the textbook form overflows or cancels.
class NumericsTest {
    private static Tensor row(double... elements) {
        return Tensor.of(elements, 1, elements.length);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e4, 1e6, 1e9})
    void aLargeMeanDoesNotSpoilTheVariance(double mean) {
        int count = 1001; // the variance of mean - 500, .., mean + 500 is (1001² - 1) / 12
        double[] elements = new double[count];
        Arrays.setAll(elements, i -> mean + i - 500);
        double expected = (1001.0 * 1001 - 1) / 12;
        assertEquals(expected, Tensor.of(elements, count).variance(0).item(), 1e-9 * expected);
    }

    @Test
    void extremeLogitsHaveASoftmax() {
        assertArrayEquals(new double[] {1, 0, 0}, row(1000, 0, -1000).softmax().toDoubles());
        assertArrayEquals(
                new double[] {0, -1000, -2000}, row(1000, 0, -1000).logSoftmax().toDoubles());
        assertArrayEquals(new double[] {1, 0}, row(3e38, -3e38).softmax().toDoubles());
        double e = Math.exp(-1);
        double sum = 1 + e + e * e;
        assertArrayEquals(
                new double[] {e * e / sum, e / sum, 1 / sum},
                row(88, 89, 90).softmax().toDoubles(),
                1e-15);
        assertEquals(1000, row(1000, 0, -1000).logSumExp().toDoubles()[0]);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e30, -200, 0, 700, 3e38})
    void equalLogitsAreEquallyLikely(double logit) {
        double third = 1.0 / 3;
        assertArrayEquals(
                new double[] {third, third, third},
                row(logit, logit, logit).softmax().toDoubles(),
                1e-16);
        double[] logs = row(logit, logit, logit).logSoftmax().toDoubles();
        assertEquals(-Math.log(3), logs[1], 1e-15);
    }

    @Test
    void softmaxIgnoresASharedOffset() {
        double[] plain = row(0.1, -2, 3.5).softmax().toDoubles();
        assertArrayEquals(
                plain, row(0.1 + 1024, -2 + 1024, 3.5 + 1024).softmax().toDoubles(), 1e-12);
        assertEquals(1, Arrays.stream(plain).sum(), 1e-15);
    }

    @ParameterizedTest
    @CsvSource({"20, 0, 20", "-20, 1, 20", "100, 0, 100", "-100, 1, 100", "100, 1, 3.7e-44", "-100, 0, 3.7e-44"})
    void binaryCrossEntropyIsFiniteForLargeLogits(double logit, double target, double expected) {
        Tensor x = row(logit);
        Tensor loss = Tensor.apply(new Softmaxes.BinaryCrossEntropy(), x, row(target));
        assertEquals(expected, loss.toDoubles()[0], 1e-8 * expected + 1e-44);
        double gradient = Gradients.of(loss.sum(), List.of(x)).getFirst().toDoubles()[0];
        assertEquals((logit > 0 ? 1 : 0) - target, gradient, 1e-8);
    }

    @Test
    void crossEntropyAndItsGradientAreFiniteForExtremeLogits() {
        Tensor logits = Tensor.of(new double[] {1000, 0, -1000, -1e30, -1e30, -1e30}, 2, 3);
        Tensor loss = Tensor.apply(new Softmaxes.SoftmaxCrossEntropy(), logits, Tensor.of(new int[] {2, 1}, 2));
        assertArrayEquals(new double[] {2000, Math.log(3)}, loss.toDoubles(), 1e-12);
        double third = 1.0 / 3;
        assertArrayEquals(
                new double[] {1, 0, -1, third, -2 * third, third},
                Gradients.of(loss.sum(), List.of(logits)).getFirst().toDoubles(),
                1e-15);
    }

    @Test
    void softplusNeitherOverflowsNorLosesSmallValues() {
        double[] y = row(1000, -1000, 0, -40).softplus().toDoubles();
        assertEquals(1000, y[0]);
        assertEquals(0, y[1]);
        assertEquals(Math.log(2), y[2], 1e-16);
        assertEquals(Math.exp(-40), y[3], 1e-30);
    }

    /// Values of Abramowitz and Stegun, table 7.1, and of the complement for the far ends.
    @Test
    void theErrorFunctionHasItsTabulatedValues() {
        double[] y = row(0.1, 0.5, 1, 2, 3, -1, 7, -7, 0).erf().toDoubles();
        double[] expected = {
            0.1124629160, 0.5204998778, 0.8427007929, 0.9953222650, 0.9999779095, -0.8427007929, 1, -1, 0
        };
        assertArrayEquals(expected, y, 1e-10);
    }

    @Test
    void notANumberStaysNotANumber() {
        Tensor x = row(Double.NaN);
        for (Tensor y : new Tensor[] {
            x.relu(),
            x.leakyRelu(0.1),
            x.abs(),
            x.sign(),
            x.exp(),
            x.log(),
            x.sqrt(),
            x.sigmoid(),
            x.tanh(),
            x.erf(),
            x.softplus(),
            x.gelu(),
            x.max(row(1)),
            row(1).max(x),
            x.min(row(1)),
            row(1).min(x),
            x.sum(1),
            x.max(1),
            x.softmax(),
            x.pow(2)
        }) {
            assertTrue(Double.isNaN(y.toDoubles()[0]), y::toString);
        }
    }
}
