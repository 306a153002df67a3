package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DroppingTest {
    private static final RandomKey KEY = RandomKey.of(7);

    private static Tensor ones(int... shape) {
        return Tensor.uniform(KEY, shape).mul(0).add(1);
    }

    @Test
    void spatialDropoutDropsWholeChannelsOfAnExample() {
        int batch = 50;
        int channels = 40;
        float[] y = new SpatialDropout(0.25)
                .forward(ones(batch, 3, 3, channels), Pass.training(KEY))
                .toFloats();

        int dropped = 0;
        for (int example = 0; example < batch; example++) {
            for (int channel = 0; channel < channels; channel++) {
                float first = y[example * 9 * channels + channel];
                assertTrue(first == 0 || Math.abs(first - 1 / 0.75) < 1e-6, "found " + first);
                dropped += first == 0 ? 1 : 0;
                for (int place = 1; place < 9; place++) {
                    assertEquals(first, y[(example * 9 + place) * channels + channel]);
                }
            }
        }
        int count = batch * channels;
        assertEquals(0.25, dropped / (double) count, 5 * Math.sqrt(0.25 * 0.75 / count));
    }

    @Test
    void tokenDropoutMakesSomeTokensPaddingAndLeavesTheOthers() {
        int[] ids = new int[4000];
        Arrays.setAll(ids, i -> i + 1);
        Tensor tokens = Tensor.of(ids, 40, 100);
        int[] kept = new TokenDropout(0.3).forward(tokens, Pass.training(KEY)).toInts();

        int dropped = 0;
        for (int i = 0; i < ids.length; i++) {
            assertTrue(kept[i] == 0 || kept[i] == ids[i], "found " + kept[i]);
            dropped += kept[i] == 0 ? 1 : 0;
        }
        assertEquals(0.3, dropped / 4000.0, 5 * Math.sqrt(0.3 * 0.7 / 4000));
        assertSame(tokens, new TokenDropout(0.3).forward(tokens, Pass.inference()));
        assertThrows(IllegalArgumentException.class, () -> new TokenDropout(1));
    }

    @Test
    void dropPathDropsWholeExamples() {
        float[] y = new DropPath(0.4).forward(ones(2000, 3), Pass.training(KEY)).toFloats();

        int dropped = 0;
        for (int example = 0; example < 2000; example++) {
            float first = y[3 * example];
            assertTrue(first == 0 || Math.abs(first - 1 / 0.6) < 1e-6, "found " + first);
            assertTrue(first == y[3 * example + 1] && first == y[3 * example + 2]);
            dropped += first == 0 ? 1 : 0;
        }
        assertEquals(0.4, dropped / 2000.0, 5 * Math.sqrt(0.4 * 0.6 / 2000));
    }

    @Test
    void alphaDropoutKeepsMeanZeroAndVarianceOne() {
        int count = 200_000;
        Tensor x = Tensor.data(Tensor.normal(KEY.at(1), count).value());
        for (double probability : new double[] {0.05, 0.1, 0.5}) {
            double[] y = new AlphaDropout(probability)
                    .forward(x, Pass.training(KEY.at(2)))
                    .toDoubles();
            double mean = Arrays.stream(y).average().orElseThrow();
            double variance =
                    Arrays.stream(y).map(e -> (e - mean) * (e - mean)).average().orElseThrow();
            assertEquals(0, mean, 0.015);
            assertEquals(1, variance, 0.025);
        }
    }

    @Test
    void alphaDropoutFollowsItsFormula() {
        double lowest = -1.7580993408473766; // -λ α, published with the paper
        double q = 0.75;
        double a = 1 / Math.sqrt(q + lowest * lowest * q * (1 - q));
        double b = -a * (1 - q) * lowest;
        double[] x = {1, -2, 0.5, 3, 4, -1, 2, 0};

        double[] y = new AlphaDropout(0.25)
                .forward(Tensor.of(x, 8), Pass.training(KEY))
                .toDoubles();

        int dropped = 0;
        for (int i = 0; i < x.length; i++) {
            boolean out = Math.abs(y[i] - (a * lowest + b)) < 1e-12;
            dropped += out ? 1 : 0;
            assertTrue(out || Math.abs(y[i] - (a * x[i] + b)) < 1e-12, "element " + i + " is " + y[i]);
        }
        assertTrue(dropped > 0 && dropped < 8, dropped + " of 8 dropped");
    }

    @Test
    void nothingIsDroppedWhenTheModelIsUsedOrTheProbabilityIsZero() {
        Tensor x = ones(4, 3);
        for (double probability : new double[] {0, 0.5}) {
            for (Layer layer : List.of(
                    new SpatialDropout(probability), new DropPath(probability), new AlphaDropout(probability))) {
                assertSame(x, layer.forward(x));
                if (probability == 0) {
                    assertSame(x, layer.forward(x, Pass.training(KEY)));
                } else {
                    Tensor first = layer.forward(x, Pass.training(KEY));
                    assertArrayEquals(
                            first.toFloats(),
                            layer.forward(x, Pass.training(KEY)).toFloats());
                }
            }
        }
    }

    @Test
    void whatIsNoProbabilityOrHasTooFewAxesIsRefused() {
        for (double probability : new double[] {-0.1, 1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new SpatialDropout(probability));
            assertThrows(IllegalArgumentException.class, () -> new DropPath(probability));
            assertThrows(IllegalArgumentException.class, () -> new AlphaDropout(probability));
        }
        assertThrows(ShapeException.class, () -> new SpatialDropout(0.5).forward(ones(3)));
        assertThrows(ShapeException.class, () -> new DropPath(0.5).forward(Tensor.of(1f)));
    }
}
