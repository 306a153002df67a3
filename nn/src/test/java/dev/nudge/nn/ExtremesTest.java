package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.loss.BinaryCrossEntropy;
import dev.nudge.nn.loss.BinaryFocal;
import dev.nudge.nn.loss.CrossEntropy;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.loss.Masked;
import dev.nudge.nn.loss.MeanSquaredError;
import dev.nudge.nn.loss.Poisson;
import dev.nudge.nn.loss.Reduction;
import dev.nudge.nn.loss.SquaredHinge;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Numbers at which a formula that is written down plainly fails in single precision.
class ExtremesTest {
    private static final RandomKey KEY = RandomKey.of(8);
    private static final int ROWS = 64;
    private static final int COLUMNS = 6;

    /// A normalization of `[ROWS, COLUMNS]`.
    ///
    /// @param columns whether it is over the rows of each column
    /// @param centred whether the mean is taken away
    record Norm(Layer layer, boolean columns, boolean centred) {
        @Override
        public String toString() {
            return layer.toString();
        }
    }

    static List<Norm> norms() {
        return List.of(
                new Norm(BatchNorm.of(COLUMNS), true, true),
                new Norm(LayerNorm.of(COLUMNS), false, true),
                new Norm(GroupNorm.of(1, COLUMNS), false, true),
                new Norm(RmsNorm.of(COLUMNS), false, false));
    }

    /// A number, and how far from it rounding may lead.
    private record Expected(double value, double tolerance) {}

    /// The definition in double precision, of the same numbers. A large mean, and the sum that it is made of, are
    /// themselves rounded to single precision: by some units in the last place, which the deviation divides.
    private static Expected[] normalized(Norm norm, float[] x, double epsilon) {
        Expected[] y = new Expected[x.length];
        int groups = norm.columns() ? COLUMNS : ROWS;
        for (int group = 0; group < groups; group++) {
            int which = group;
            int[] members = norm.columns()
                    ? IntStream.range(0, ROWS).map(row -> row * COLUMNS + which).toArray()
                    : IntStream.range(0, COLUMNS)
                            .map(column -> which * COLUMNS + column)
                            .toArray();
            double mean = norm.centred()
                    ? IntStream.of(members).mapToDouble(i -> x[i]).average().orElseThrow()
                    : 0;
            double variance = IntStream.of(members)
                    .mapToDouble(i -> (x[i] - mean) * (x[i] - mean))
                    .average()
                    .orElseThrow();
            for (int i : members) {
                double size = Math.sqrt(variance + epsilon);
                double value = (x[i] - mean) / size;
                y[i] = new Expected(value, 2e-5 * (1 + Math.abs(value)) + 3e-7 * Math.abs(mean) / size);
            }
        }
        return y;
    }

    static Stream<float[]> inputs() {
        float[] draws = Tensor.normal(KEY, ROWS, COLUMNS).toFloats();
        return Stream.of(
                        new float[] {1, 0},
                        new float[] {1, 1e4f},
                        new float[] {1, -1e6f},
                        new float[] {1e15f, 3e15f},
                        new float[] {1e-12f, 0},
                        new float[] {0, 7})
                .map(shape -> {
                    float[] x = new float[draws.length];
                    for (int i = 0; i < x.length; i++) {
                        x[i] = shape[0] * draws[i] + shape[1];
                    }
                    return x;
                });
    }

    @ParameterizedTest
    @MethodSource("norms")
    void aNormalizationIsItsDefinitionWhateverTheSizeOfItsInputs(Norm norm) {
        inputs().forEach(x -> {
            Parameter input = Parameter.of(x, ROWS, COLUMNS);
            Tensor y = norm.layer().forward(input.tensor(), Pass.training(KEY));

            Expected[] expected = normalized(norm, x, 1e-5);
            double[] found = y.toDoubles();
            for (int i = 0; i < x.length; i++) {
                assertEquals(expected[i].value(), found[i], expected[i].tolerance(), norm + " of " + x[i]);
            }
            Tensor loss = y.mul(Tensor.normal(KEY.at(1), ROWS, COLUMNS)).sum();
            for (float slope : Gradients.of(loss, List.of(input)).of(input).toFloats()) {
                assertTrue(Float.isFinite(slope), norm + " of " + x[0] + ": gradient " + slope);
            }
        });
    }

    @Test
    void shiftedOrHugeLogitsGiveTheirProbabilities() {
        Tensor x = Tensor.of(
                new float[] {1000, 0, -1000, 88.8f, 89, 90, 3e38f, -3e38f, 0, -200, -200, -200, -1e30f, -1e30f, -1e30f},
                5,
                3);
        double a = Math.exp((double) 88.8f - 90); // the second row, divided by its largest
        double b = Math.exp(-1);
        double sum = a + b + 1;
        double third = 1.0 / 3;
        double[] expected = {1, 0, 0, a / sum, b / sum, 1 / sum, 1, 0, 0, third, third, third, third, third, third};
        assertArrayEquals(expected, new Softmax().forward(x).toDoubles(), 1e-6);
        double[] logarithms = new LogSoftmax().forward(x).toDoubles();
        assertEquals(-1000, logarithms[1]);
        assertEquals(-2000, logarithms[2]);
        assertEquals(Math.log(a / sum), logarithms[3], 1e-6);
        assertEquals(Math.log(third), logarithms[9], 1e-6);
        assertEquals(Math.log(third), logarithms[12], 1e-6);
    }

    @Test
    void aConfidentMistakeCostsItsLogit() {
        Tensor logits = Tensor.of(new float[] {20, -20, 1e30f, -1e30f}, 4);
        Tensor target = Tensor.of(new float[] {0, 1, 1, 0}, 4);
        float[] costs =
                new BinaryCrossEntropy(Reduction.NONE).of(logits, target).toFloats();
        assertArrayEquals(new float[] {20, 20, 0, 0}, costs, 1e-6f);
    }

    @Test
    void lossesThatGrowLikeTheDistanceAreFiniteFarFromTheTarget() {
        float[] far = {-1e30f, -1e20f, -1000, 0, 1, 1000, 1e20f, 1e30f};
        Tensor target = Tensor.of(new float[] {1, -1, 1, 1, 1, -1, 1, -1}, far.length);
        for (Loss loss : List.of(
                Losses.meanAbsoluteError(),
                Losses.huber(),
                Losses.logCosh(),
                Losses.quantile(0.9),
                Losses.hinge(),
                Losses.binaryFocal())) {
            Parameter x = Parameter.of(far, far.length);
            Tensor y = loss instanceof BinaryFocal
                    ? loss.of(x.tensor(), target.max(target.constantLike(0)))
                    : loss.of(x.tensor(), target);
            assertTrue(Double.isFinite(y.item()), loss + " is " + y.item());
            for (float slope : Gradients.of(y, List.of(x)).of(x).toFloats()) {
                assertTrue(Float.isFinite(slope), loss + ": gradient " + slope);
            }
        }
    }

    /// Asserts a loss of each position and its slope there; both infinite if they are expected to be, never NaN.
    private static void assertEach(Loss loss, float[] predictions, float[] targets, double[] costs, double[] slopes) {
        Parameter x = Parameter.of(predictions, predictions.length);
        Tensor each = loss.of(x.tensor(), Tensor.of(targets, targets.length));
        float[] found = each.toFloats();
        float[] gradient = Gradients.of(each.sum(), List.of(x)).of(x).toFloats();
        for (int i = 0; i < costs.length; i++) {
            String where = loss + " of " + predictions[i] + " for " + targets[i];
            assertEquals((float) costs[i], found[i], (float) (1e-6 * Math.min(1e37, Math.abs(costs[i]))), where);
            assertEquals((float) slopes[i], gradient[i], (float) (1e-6 * Math.abs(slopes[i])), where + ", its slope");
        }
    }

    @Test
    void squaresOverflowToInfinityWhileTheirSlopesAreStillNumbers() {
        double over = Double.POSITIVE_INFINITY; // (1e20)² in single precision
        assertEach(
                new MeanSquaredError(Reduction.NONE),
                new float[] {1e15f, -1e18f, 1e20f, -1e30f, 1e-30f, 3e7f},
                new float[] {0, 0, 0, 1, 0, 3e7f - 2},
                new double[] {1e30, 1e36, over, over, 0, 4},
                new double[] {2e15, -2e18, 2e20, -2e30, 2e-30, 4});
        assertEach(
                new SquaredHinge(Reduction.NONE),
                new float[] {1e15f, 1e15f, -1e20f, -1e30f, 1e30f, 0},
                new float[] {1, -1, 1, -1, -1, 1},
                new double[] {0, 1e30, over, 0, over, 1},
                new double[] {0, 2e15, -2e20, 0, 2e30, -2});
    }

    @Test
    void poissonLossesOfTinyAndHugeRatesAreTheirDefinitions() {
        assertEach( // e^x - t x, slope e^x - t
                new Poisson(true, Reduction.NONE),
                new float[] {-200, -1e30f, -1e30f, 0, 80, 80},
                new float[] {3, 0, 2, 5, 0, 1e30f},
                new double[] {600, 0, 2e30, 1, Math.exp(80), Math.exp(80) - 8e31},
                new double[] {-3, 0, -2, -4, Math.exp(80), Math.exp(80) - 1e30});
        assertEach( // r - t ln r, slope 1 - t / r
                new Poisson(false, Reduction.NONE),
                new float[] {1e-30f, 1e30f, 1e-30f, 2},
                new float[] {2, 1, 0, 1e30f},
                new double[] {60 * Math.log(10), 1e30, 1e-30, -1e30 * Math.log(2)},
                new double[] {-2e30, 1, 1, -5e29});
        Tensor beyond =
                new Poisson(true, Reduction.NONE).of(Tensor.of(new float[] {1000}, 1), Tensor.of(new float[] {3}, 1));
        assertEquals(Double.POSITIVE_INFINITY, beyond.item());
    }

    @Test
    void whatIsMaskedMayBeAnything() {
        float nan = Float.NaN;
        float infinity = Float.POSITIVE_INFINITY;
        for (float odd : new float[] {nan, infinity, -infinity, 1e30f, -3e38f}) {
            Parameter x = Parameter.of(new float[] {3, odd, 1, odd}, 4);
            Tensor loss = Masked.of(new MeanSquaredError(Reduction.NONE))
                    .of(x.tensor(), Tensor.of(new float[] {1, nan, 1, nan}, 4));
            assertEquals(2, loss.item(), 1e-6, "(2² + 0²) / 2 beside " + odd);
            assertArrayEquals(
                    new float[] {2, 0, 0, 0},
                    Gradients.of(loss, List.of(x)).of(x).toFloats(),
                    1e-6f);

            Parameter logits = Parameter.of(new float[] {0, 0, odd, odd, 1000, 0}, 3, 2);
            Tensor cost = Masked.of(CrossEntropy.of().withReduction(Reduction.NONE))
                    .of(logits.tensor(), Tensor.of(new int[] {1, 0, 0}, 3), Tensor.of(new float[] {1, 0, 1}, 3));
            assertEquals(Math.log(2) / 2, cost.item(), 1e-6, "(ln 2 + 0) / 2 beside " + odd);
            assertArrayEquals(
                    new float[] {0.25f, -0.25f, 0, 0, 0, 0},
                    Gradients.of(cost, List.of(logits)).of(logits).toFloats(),
                    1e-6f);
        }
    }

    @Test
    void certainProbabilitiesCostMuchButNotInfinitelyMuch() {
        Parameter x = Parameter.of(new float[] {0, 1, 0, 1, 1e-30f}, 5);
        Tensor target = Tensor.of(new float[] {1, 0, 0, 1, 1}, 5);
        Tensor y = Losses.binaryCrossEntropyOfProbabilities().of(x.tensor(), target);
        assertTrue(y.item() > 1 && y.item() < 100, "found " + y.item());
        for (float slope : Gradients.of(y, List.of(x)).of(x).toFloats()) {
            assertTrue(Float.isFinite(slope), "gradient " + slope);
        }
    }

    @Test
    void activationsAndTheirSlopesAreFiniteFarFromZero() {
        float[] far = {-3e38f, -1e20f, -1000, -88.8f, -20, 0, 20, 88.8f, 1000, 1e20f, 3e38f};
        for (Layer layer : List.of(
                new Sigmoid(),
                new Tanh(),
                new Softplus(),
                Elu.of(),
                new Selu(),
                new Silu(),
                new Mish(),
                new Gelu(),
                new HardSwish(),
                new HardSigmoid())) {
            Parameter x = Parameter.of(far, far.length);
            Tensor y = layer.forward(x.tensor());
            float[] values = y.toFloats();
            float[] slopes = Gradients.of(y.min(y.constantLike(1)).sum(), List.of(x))
                    .of(x)
                    .toFloats();
            for (int i = 0; i < far.length; i++) {
                boolean overflows = layer instanceof HardSwish && Math.abs(far[i]) > 1e38f;
                assertTrue(overflows || Float.isFinite(values[i]), layer + " of " + far[i] + " is " + values[i]);
                assertTrue(overflows || Float.isFinite(slopes[i]), layer + " at " + far[i] + " slopes " + slopes[i]);
            }
        }
    }

    @Test
    void attentionToHugeScoresIsAChoice() {
        SelfAttention layer = SelfAttention.of(4, 2, KEY);
        Parameter x = Parameter.of(Tensor.normal(KEY.at(2), 1, 5, 4).mul(1e4).toFloats(), 1, 5, 4);
        Tensor loss = layer.forward(x.tensor()).square().mean();
        assertTrue(Double.isFinite(loss.item()));
        for (float slope : Gradients.of(loss, List.of(x)).of(x).toFloats()) {
            assertTrue(Float.isFinite(slope), "gradient " + slope);
        }
    }

    @Test
    void aMeanOfManyLossesIsExact() { // a float that counts stays at 2^24
        int count = 20_000_000;
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        Tensor x = Tensor.of(ones, count);
        assertEquals(count, x.sum().item());
        assertEquals(1, Losses.meanSquaredError(x, x.constantLike(0)).item(), 1e-7);
    }
}
