package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElementwiseTest {
    @FunctionalInterface
    private interface Binary {
        float apply(float x, float y);
    }

    @FunctionalInterface
    private interface Unary {
        float apply(float x);
    }

    @FunctionalInterface
    private interface Comparison {
        boolean apply(float x, float y);
    }

    @FunctionalInterface
    private interface Arrays2 {
        void apply(float[] x, int xFrom, float[] y, int yFrom, float[] out, int outFrom, int length);
    }

    @FunctionalInterface
    private interface ArrayNumber {
        void apply(float[] x, int xFrom, float y, float[] out, int outFrom, int length);
    }

    @FunctionalInterface
    private interface NumberArray {
        void apply(float x, float[] y, int yFrom, float[] out, int outFrom, int length);
    }

    @FunctionalInterface
    private interface Arrays1 {
        void apply(float[] x, int xFrom, float[] out, int outFrom, int length);
    }

    @FunctionalInterface
    private interface ComparedArrays {
        void apply(float[] x, int xFrom, float[] y, int yFrom, byte[] out, int outFrom, int length);
    }

    @FunctionalInterface
    private interface ComparedArrayNumber {
        void apply(float[] x, int xFrom, float y, byte[] out, int outFrom, int length);
    }

    @FunctionalInterface
    private interface ComparedNumberArray {
        void apply(float x, float[] y, int yFrom, byte[] out, int outFrom, int length);
    }

    @Test
    void arithmeticEqualsItsDefinitionBitForBit() {
        check((x, y) -> x + y, Elementwise::add, Elementwise::add, Elementwise::add);
        check((x, y) -> x - y, Elementwise::subtract, Elementwise::subtract, Elementwise::subtract);
        check((x, y) -> x * y, Elementwise::multiply, Elementwise::multiply, Elementwise::multiply);
        check((x, y) -> x / y, Elementwise::divide, Elementwise::divide, Elementwise::divide);
        check(Math::max, Elementwise::max, Elementwise::max, Elementwise::max);
        check(Math::min, Elementwise::min, Elementwise::min, Elementwise::min);
        check(ElementwiseTest::power, Elementwise::power, Elementwise::power, Elementwise::power);
    }

    @Test
    void arithmeticInPlainJavaEqualsItsDefinitionBitForBit() {
        check((x, y) -> x + y, ScalarElementwise::add, ScalarElementwise::add, ScalarElementwise::add);
        check((x, y) -> x - y, ScalarElementwise::subtract, ScalarElementwise::subtract, ScalarElementwise::subtract);
        check((x, y) -> x * y, ScalarElementwise::multiply, ScalarElementwise::multiply, ScalarElementwise::multiply);
        check((x, y) -> x / y, ScalarElementwise::divide, ScalarElementwise::divide, ScalarElementwise::divide);
        check(Math::max, ScalarElementwise::max, ScalarElementwise::max, ScalarElementwise::max);
        check(Math::min, ScalarElementwise::min, ScalarElementwise::min, ScalarElementwise::min);
        check(ElementwiseTest::power, ScalarElementwise::power, ScalarElementwise::power, ScalarElementwise::power);
    }

    @Test
    void functionsEqualTheirDefinitionsBitForBit() {
        check(x -> -x, Functions::negate, ScalarFunctions::negate);
        check(Math::abs, Functions::abs, ScalarFunctions::abs);
        check(Math::signum, Functions::sign, ScalarFunctions::sign);
        check(x -> (float) Math.sqrt(x), Functions::sqrt, ScalarFunctions::sqrt);
        check(x -> x * x, Functions::square, ScalarFunctions::square);
        check(x -> 1 / x, Functions::reciprocal, ScalarFunctions::reciprocal);
        check(x -> (float) Math.floor(x), Functions::floor, ScalarFunctions::floor);
        check(x -> Float.isNaN(x) ? x : Math.max(x, 0f), Functions::relu, ScalarFunctions::relu);
        check(x -> x > 0 ? 1 : 0, Functions::step, ScalarFunctions::step);
        check(
                x -> x > 0 ? x : 0.1f * x,
                (x, xFrom, out, outFrom, length) -> Functions.leakyRelu(x, xFrom, 0.1f, out, outFrom, length),
                (x, xFrom, out, outFrom, length) -> ScalarFunctions.leakyRelu(x, xFrom, 0.1f, out, outFrom, length));
        check(ScalarMath::exp, Functions::exp, ScalarFunctions::exp);
        check(ScalarMath::log, Functions::log, ScalarFunctions::log);
        check(ScalarMath::tanh, Functions::tanh, ScalarFunctions::tanh);
        check(ScalarMath::sigmoid, Functions::sigmoid, ScalarFunctions::sigmoid);
        check(ScalarMath::erf, Functions::erf, ScalarFunctions::erf);
        check(ScalarMath::softplus, Functions::softplus, ScalarFunctions::softplus);
    }

    @Test
    void comparisonsGiveOnesAndZeros() {
        checkComparison((x, y) -> x < y, Comparisons::less, Comparisons::less, Comparisons::less);
        checkComparison((x, y) -> x <= y, Comparisons::lessOrEqual, Comparisons::lessOrEqual, Comparisons::lessOrEqual);
        checkComparison((x, y) -> x > y, Comparisons::greater, Comparisons::greater, Comparisons::greater);
        checkComparison(
                (x, y) -> x >= y,
                Comparisons::greaterOrEqual,
                Comparisons::greaterOrEqual,
                Comparisons::greaterOrEqual);
        checkComparison((x, y) -> x == y, Comparisons::equal, Comparisons::equal, Comparisons::equal);
        checkComparison((x, y) -> x != y, Comparisons::notEqual, Comparisons::notEqual, Comparisons::notEqual);
    }

    @Test
    void whereChoosesByTheCondition() {
        byte[] conditions = {9, 1, 0, 0, 1};
        float[] x = {1, 2, 3, 4};
        float[] y = {-1, -2, -3, -4};
        float[] out = new float[4];
        Comparisons.where(conditions, 1, x, 0, y, 0, out, 0, 4);
        assertArrayEquals(new float[] {1, -2, -3, 4}, out);
        Comparisons.where(conditions, 1, x, 0, 7f, out, 0, 4);
        assertArrayEquals(new float[] {1, 7, 7, 4}, out);
        Comparisons.where(conditions, 1, 7f, y, 0, out, 0, 4);
        assertArrayEquals(new float[] {7, -2, -3, 7}, out);
        Comparisons.where(conditions, 1, 7f, 8f, out, 0, 4);
        assertArrayEquals(new float[] {7, 8, 8, 7}, out);
    }

    @Test
    void theOutputMayBeTheInput() {
        float[] x = Samples.normal(new Random(1), 37);
        float[] expected = x.clone();
        for (int i = 0; i < x.length; i++) {
            expected[i] = ScalarMath.tanh(expected[i] + expected[i]);
        }
        Elementwise.add(x, 0, x, 0, x, 0, 37);
        Functions.tanh(x, 0, x, 0, 37);
        assertArrayEquals(expected, x);
    }

    private static float power(float x, float y) {
        return y == 2f ? x * x : (float) StrictMath.pow(x, y);
    }

    private static void check(Binary definition, Arrays2 arrays, ArrayNumber arrayNumber, NumberArray numberArray) {
        Random random = new Random(7);
        for (int length : Samples.SIZES) {
            for (float number : new float[] {2f, -0f, Float.NaN, 0.3f}) {
                int xFrom = random.nextInt(4);
                int yFrom = random.nextInt(4);
                int outFrom = random.nextInt(4);
                float[] x = Samples.mixed(random, xFrom + length);
                float[] y = Samples.mixed(random, yFrom + length);
                float[] expected = untouched(length);
                float[] actual = untouched(length);
                for (int i = 0; i < length; i++) {
                    expected[outFrom + i] = definition.apply(x[xFrom + i], y[yFrom + i]);
                }
                arrays.apply(x, xFrom, y, yFrom, actual, outFrom, length);
                assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
                for (int i = 0; i < length; i++) {
                    expected[outFrom + i] = definition.apply(x[xFrom + i], number);
                }
                arrayNumber.apply(x, xFrom, number, actual, outFrom, length);
                assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
                for (int i = 0; i < length; i++) {
                    expected[outFrom + i] = definition.apply(number, y[yFrom + i]);
                }
                numberArray.apply(number, y, yFrom, actual, outFrom, length);
                assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
            }
        }
    }

    private static void check(Unary definition, Arrays1 vector, Arrays1 scalar) {
        Random random = new Random(8);
        for (int length : Samples.SIZES) {
            for (int repeat = 0; repeat < 10; repeat++) {
                int xFrom = random.nextInt(4);
                int outFrom = random.nextInt(4);
                float[] x = Samples.mixed(random, xFrom + length);
                float[] expected = untouched(length);
                float[] actual = untouched(length);
                for (int i = 0; i < length; i++) {
                    expected[outFrom + i] = definition.apply(x[xFrom + i]);
                }
                vector.apply(x, xFrom, actual, outFrom, length);
                assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
                scalar.apply(x, xFrom, actual, outFrom, length);
                assertArrayEquals(Samples.bits(expected), Samples.bits(actual));
            }
        }
    }

    private static void checkComparison(
            Comparison definition,
            ComparedArrays arrays,
            ComparedArrayNumber arrayNumber,
            ComparedNumberArray numberArray) {
        Random random = new Random(9);
        for (int length : Samples.SIZES) {
            float[] x = Samples.mixed(random, 1 + length);
            float[] y = Samples.mixed(random, 2 + length);
            for (int i = 0; i < length; i += 3) {
                y[2 + i] = x[1 + i];
            }
            byte[] expected = new byte[3 + length];
            byte[] actual = new byte[3 + length];
            for (int i = 0; i < length; i++) {
                expected[3 + i] = (byte) (definition.apply(x[1 + i], y[2 + i]) ? 1 : 0);
            }
            arrays.apply(x, 1, y, 2, actual, 3, length);
            assertArrayEquals(expected, actual);
            for (int i = 0; i < length; i++) {
                expected[3 + i] = (byte) (definition.apply(x[1 + i], 0f) ? 1 : 0);
            }
            arrayNumber.apply(x, 1, 0f, actual, 3, length);
            assertArrayEquals(expected, actual);
            for (int i = 0; i < length; i++) {
                expected[3 + i] = (byte) (definition.apply(0f, y[2 + i]) ? 1 : 0);
            }
            numberArray.apply(0f, y, 2, actual, 3, length);
            assertArrayEquals(expected, actual);
        }
    }

    private static float[] untouched(int length) {
        float[] out = new float[length + 8];
        Arrays.fill(out, 5f);
        return out;
    }
}
