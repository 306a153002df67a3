package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class MathTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    @FunctionalInterface
    private interface Function {
        float apply(float x);
    }

    @FunctionalInterface
    private interface Kernel {
        void apply(float[] x, int from, float[] out, int outFrom, int length);
    }

    @Test
    void expIsWithinTwoUnitsInTheLastPlace() {
        assertWithin(2, ScalarMath::exp, StrictMath::exp);
    }

    @Test
    void logIsWithinTwoUnitsInTheLastPlace() {
        assertWithin(2, ScalarMath::log, StrictMath::log);
    }

    @Test
    void tanhIsWithinTwoUnitsInTheLastPlace() {
        assertWithin(2, ScalarMath::tanh, StrictMath::tanh);
    }

    @Test
    void sigmoidIsWithinTwoAndAHalfUnitsInTheLastPlace() {
        assertWithin(2.5, ScalarMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)));
    }

    @Test
    void softplusIsWithinTwoUnitsInTheLastPlace() {
        assertWithin(2, ScalarMath::softplus, x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))));
    }

    @Test
    void erfIsWithinTwoUnitsInTheLastPlace() {
        assertWithin(2, ScalarMath::erf, MathTest::erf);
    }

    @Test
    void theReferenceForErfHasItsPublishedValues() {
        assertEquals(0.5204998778130465, erf(0.5), 1e-15);
        assertEquals(0.8427007929497149, erf(1), 1e-15);
        assertEquals(0.9953222650189527, erf(2), 1e-15);
        assertEquals(-0.9999779095030014, erf(-3), 1e-15);
    }

    @Test
    void limitsAreExact() {
        assertBits(1f, ScalarMath.exp(0f));
        assertBits(INFINITY, ScalarMath.exp(INFINITY));
        assertBits(0f, ScalarMath.exp(-INFINITY));
        assertBits(INFINITY, ScalarMath.exp(88.8f));
        assertBits(0f, ScalarMath.exp(-104f));
        assertBits(0f, ScalarMath.log(1f));
        assertBits(-INFINITY, ScalarMath.log(-0f));
        assertBits(Float.NaN, ScalarMath.log(-Float.MIN_VALUE));
        assertBits(Float.NaN, ScalarMath.log(-INFINITY));
        assertBits(INFINITY, ScalarMath.log(INFINITY));
        assertBits(-0f, ScalarMath.tanh(-0f));
        assertBits(-1f, ScalarMath.tanh(-INFINITY));
        assertBits(0.5f, ScalarMath.sigmoid(-0f));
        assertBits(0f, ScalarMath.sigmoid(-INFINITY));
        assertBits(1f, ScalarMath.sigmoid(INFINITY));
        assertBits(-0f, ScalarMath.erf(-0f));
        assertBits(1f, ScalarMath.erf(INFINITY));
        assertBits(INFINITY, ScalarMath.softplus(INFINITY));
        assertBits(0f, ScalarMath.softplus(-INFINITY));
        assertBits(Float.NaN, ScalarMath.exp(Float.NaN));
        assertBits(Float.NaN, ScalarMath.log(Float.NaN));
        assertBits(Float.NaN, ScalarMath.tanh(Float.NaN));
        assertBits(Float.NaN, ScalarMath.sigmoid(Float.NaN));
        assertBits(Float.NaN, ScalarMath.erf(Float.NaN));
        assertBits(Float.NaN, ScalarMath.softplus(Float.NaN));
    }

    @Test
    void powerIsTheRoundedPowerInDouble() {
        assertBits(8f, ScalarMath.pow(2f, 3f));
        assertBits((float) Math.sqrt(2), ScalarMath.pow(2f, 0.5f));
        assertBits(1.7f * 1.7f, ScalarMath.pow(1.7f, 2f));
        assertBits(1f, ScalarMath.pow(Float.NaN, 0f));
        assertBits(Float.NaN, ScalarMath.pow(-1f, 0.5f));
    }

    @Test
    void vectorsGiveTheBitsOfScalarsOverTheWholeRange() {
        assertSameBits(ScalarMath::exp, Functions::exp);
        assertSameBits(ScalarMath::log, Functions::log);
        assertSameBits(ScalarMath::tanh, Functions::tanh);
        assertSameBits(ScalarMath::sigmoid, Functions::sigmoid);
        assertSameBits(ScalarMath::erf, Functions::erf);
        assertSameBits(ScalarMath::softplus, Functions::softplus);
    }

    private static void assertBits(float expected, float actual) {
        assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual), () -> expected + " " + actual);
    }

    /// Every 4001st of all floats, thus all signs, exponents and kinds.
    private static void assertWithin(double units, Function function, DoubleUnaryOperator reference) {
        double worst = 0;
        float worstAt = 0;
        for (long bits = 0; bits < 1L << 32; bits += 4001) {
            float x = Float.intBitsToFloat((int) bits);
            double exact = reference.applyAsDouble(x);
            float expected = (float) exact;
            float actual = function.apply(x);
            if (Float.isNaN(expected) || Float.isInfinite(expected)) {
                assertBits(expected, actual);
                continue;
            }
            double error = Math.abs(actual - exact) / Math.ulp(expected);
            if (!(error <= worst)) {
                worst = error;
                worstAt = x;
            }
        }
        assertTrue(worst <= units, "off by " + worst + " units in the last place at " + worstAt);
    }

    private static void assertSameBits(Function function, Kernel kernel) {
        float[] x = new float[1000];
        float[] expected = new float[1000];
        float[] actual = new float[1000];
        long bits = 0;
        while (bits < 1L << 32) {
            for (int i = 0; i < x.length; i++, bits += 7919) {
                x[i] = Float.intBitsToFloat((int) bits);
                expected[i] = function.apply(x[i]);
            }
            kernel.apply(x, 0, actual, 0, x.length);
            assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
        }
    }

    /// The Maclaurin series near zero, the continued fraction of erfc elsewhere (Abramowitz and Stegun 7.1.5, 7.1.14).
    private static double erf(double x) {
        double a = Math.abs(x);
        double result;
        if (a > 6) {
            result = 1;
        } else if (a < 2.5) {
            double term = a;
            double sum = a;
            for (int n = 1; n < 80; n++) {
                term *= -a * a / n;
                sum += term / (2 * n + 1);
            }
            result = 2 / Math.sqrt(Math.PI) * sum;
        } else {
            double fraction = 0;
            for (int n = 120; n > 0; n--) {
                fraction = n / 2.0 / (a + fraction);
            }
            result = 1 - StrictMath.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction);
        }
        return Double.isNaN(x) ? x : Math.copySign(result, x);
    }
}
