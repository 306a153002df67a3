package dev.nudge.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializersTest {
    private static final RandomKey KEY = RandomKey.of(11);
    private static final int IN = 400;
    private static final int OUT = 300;

    static Stream<Arguments> variances() {
        return Stream.of(
                Arguments.of(Initializers.glorotUniform(), 2.0 / 700),
                Arguments.of(Initializers.glorotNormal(), 2.0 / 700),
                Arguments.of(Initializers.heUniform(), 2.0 / 400),
                Arguments.of(Initializers.heNormal(), 2.0 / 400),
                Arguments.of(Initializers.lecunUniform(), 1.0 / 400),
                Arguments.of(Initializers.lecunNormal(), 1.0 / 400),
                Arguments.of(Initializers.normal(0.01), 1e-4),
                Arguments.of(Initializers.uniform(-0.3, 0.3), 0.03),
                // variance of a normal number cut at ±2: 1 - 2 · 2 φ(2) / (2 Φ(2) - 1)
                Arguments.of(Initializers.truncatedNormal(0.1), 0.01 * 0.7737413035760175));
    }

    @ParameterizedTest
    @MethodSource("variances")
    void meanAndVarianceOverManyDrawsAreThoseOfTheFormula(Initializer initializer, double variance) {
        double[] drawn = initializer
                .values(KEY, Type.of(DType.F64, Shape.of(IN, OUT)), IN, OUT)
                .toDoubles();

        int count = drawn.length;
        double mean = Arrays.stream(drawn).average().orElseThrow();
        double found = Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).sum() / count;
        assertEquals(120_000, count);
        assertEquals(0, mean, 5 * Math.sqrt(variance / count));
        assertEquals(variance, found, 5 * variance * Math.sqrt(2.0 / count)); // normal numbers scatter most
    }

    @Test
    void uniformNumbersStayWithinTheirBound() {
        double[] drawn = Initializers.glorotUniform()
                .values(KEY, Type.of(DType.F32, Shape.of(IN, OUT)), IN, OUT)
                .toDoubles();

        double limit = Math.sqrt(6.0 / (IN + OUT)); // Glorot and Bengio's equation 16
        double largest = Arrays.stream(drawn).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= limit * (1 + 1e-7) && largest > 0.999 * limit, "largest " + largest);
    }

    @Test
    void truncatedNormalNumbersStayWithinTwoDeviations() {
        double[] drawn = Initializers.truncatedNormal(0.5)
                .values(KEY, Type.of(DType.F64, Shape.of(IN, OUT)), IN, OUT)
                .toDoubles();

        assertTrue(Arrays.stream(drawn).allMatch(x -> Math.abs(x) <= 1));
    }

    @Test
    void theVarianceIsTheSameInSinglePrecision() {
        Type single = Type.of(DType.F32, Shape.of(3, 5));
        double[] f32 = Initializers.heNormal().values(KEY, single, 3, 5).toDoubles();
        double[] f64 = Initializers.heNormal()
                .values(KEY, single.withDType(DType.F64), 3, 5)
                .toDoubles();

        for (int i = 0; i < f32.length; i++) {
            assertEquals((float) f64[i], f32[i]);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void orthogonalRowsOrColumnsAreOrthogonalAndOfLengthGain(int rows, int columns) {
        double gain = 1.5;
        Value value = new Orthogonal(gain).values(KEY, Type.of(DType.F64, Shape.of(rows, columns)), rows, columns);

        boolean byRow = rows <= columns;
        int count = Math.min(rows, columns);
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < count; b++) {
                double dot = 0;
                for (int k = 0; k < Math.max(rows, columns); k++) {
                    dot += byRow
                            ? value.at(a * columns + k) * value.at(b * columns + k)
                            : value.at(k * columns + a) * value.at(k * columns + b);
                }
                assertEquals(a == b ? gain * gain : 0, dot, 1e-12);
            }
        }
    }

    static List<Arguments> shapes() {
        return List.of(Arguments.of(7, 7), Arguments.of(40, 13), Arguments.of(13, 40), Arguments.of(1, 5));
    }

    @Test
    void equalKeysDrawEqualNumbersAndOthersDoNot() {
        Type type = Type.of(DType.F32, Shape.of(4, 4));

        float[] first =
                (float[]) Initializers.heUniform().values(KEY, type, 4, 4).array();

        assertArrayEquals(first, (float[])
                Initializers.heUniform().values(KEY, type, 4, 4).array());
        assertFalse(Arrays.equals(first, (float[])
                Initializers.heUniform().values(KEY.at(1), type, 4, 4).array()));
    }

    @Test
    void constantsAreConstant() {
        Type type = Type.of(DType.F32, Shape.of(3));

        assertArrayEquals(
                new double[3], Initializers.zeros().values(KEY, type, 3, 1).toDoubles());
        assertArrayEquals(
                new double[] {0.5, 0.5, 0.5},
                Initializers.constant(0.5).values(KEY, type, 3, 1).toDoubles());
    }

    @Test
    void badParametersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Initializers.uniform(1, -1));
        assertThrows(IllegalArgumentException.class, () -> Initializers.normal(-1));
        assertThrows(IllegalArgumentException.class, () -> Initializers.normal(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Orthogonal(Double.NaN));
        assertThrows(
                ShapeException.class,
                () -> Initializers.orthogonal().values(KEY, Type.of(DType.F32, Shape.of(3)), 3, 1));
    }

    @Test
    void namesAreThoseOfTheFactories() {
        assertEquals("heUniform", Initializers.heUniform().name());
        assertEquals("glorotNormal", Initializers.glorotNormal().name());
        assertEquals("lecunUniform", Initializers.lecunUniform().name());
        assertEquals("truncatedNormal", Initializers.truncatedNormal(1).name());
        assertEquals("zeros", Initializers.zeros().name());
        assertEquals("orthogonal", Initializers.orthogonal().name());
    }
}
