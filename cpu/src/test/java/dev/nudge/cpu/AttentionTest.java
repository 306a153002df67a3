package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Attention with and without the Vector API, beside its formula in double precision.
class AttentionTest {
    private static final List<Attention> SAMPLES = List.of(
            new Attention(2, 1, 2, 1, 3, true),
            new Attention(1, 5, 2, 2, 16, false),
            new Attention(2, 16, 1, 1, 20, true),
            new Attention(1, 33, 6, 2, 32, true),
            new Attention(1, 64, 2, 2, 48, true),
            new Attention(1, 70, 3, 1, 8, false),
            new Attention(1, 131, 1, 1, 33, true),
            new Attention(1, 130, 2, 1, 64, false),
            new Attention(1, 2, 70, 1, 4, true));

    /// One attention, its inputs drawn for it.
    private record Attention(int batch, int time, int heads, int keyValueHeads, int width, boolean causal) {
        int row() {
            return (heads + 2 * keyValueHeads) * width;
        }

        float[] inputs() {
            return Samples.normal(new Random(time), batch * time * row());
        }

        float[] upstream() {
            return Samples.normal(new Random(width), batch * time * heads * width);
        }

        float[] forward(AttentionTiles tiles, int threads, float[] packed) {
            float[] y = new float[batch * time * heads * width];
            try (Workers workers = new Workers(threads)) {
                new AttentionKernels(workers, tiles)
                        .of(new Attentions.SelfAttention(heads, keyValueHeads, causal), Shape.of(batch, time, row()))
                        .run(new Object[] {packed}, new Object[] {y});
            }
            return y;
        }

        float[] gradient(AttentionTiles tiles, int threads) {
            float[] gradient = new float[batch * time * row()];
            try (Workers workers = new Workers(threads)) {
                new AttentionKernels(workers, tiles)
                        .of(
                                new Attentions.SelfAttentionGradient(heads, keyValueHeads, causal),
                                Shape.of(batch, time, row()))
                        .run(new Object[] {inputs(), upstream()}, new Object[] {gradient});
            }
            return gradient;
        }

        /// The formula, number by number.
        double[] inDouble(double[] packed) {
            double[] y = new double[batch * time * heads * width];
            double[] weights = new double[time];
            for (int query = 0; query < batch * time * heads; query++) {
                int place = query / heads;
                int head = query % heads;
                int first = place / time * time;
                int keys = causal ? place % time + 1 : time;
                int shared = heads + head / (heads / keyValueHeads);
                double sum = 0;
                for (int key = 0; key < keys; key++) {
                    double score = 0;
                    for (int i = 0; i < width; i++) {
                        score += packed[place * row() + head * width + i]
                                * packed[(first + key) * row() + shared * width + i];
                    }
                    weights[key] = Math.exp(score / Math.sqrt(width));
                    sum += weights[key];
                }
                for (int key = 0; key < keys; key++) {
                    for (int i = 0; i < width; i++) {
                        int value = (first + key) * row() + (shared + keyValueHeads) * width + i;
                        y[query * width + i] += weights[key] / sum * packed[value];
                    }
                }
            }
            return y;
        }
    }

    private static double[] doubles(float[] x) {
        double[] out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = x[i];
        }
        return out;
    }

    @Test
    void attentionIsWhatItsFormulaSays() {
        for (Attention sample : SAMPLES) {
            double[] expected = sample.inDouble(doubles(sample.inputs()));
            float[] y = sample.forward(new VectorAttention(), 2, sample.inputs());
            assertArrayEquals(expected, doubles(y), 2e-6, sample.toString());
        }
    }

    /// Finite differences in double along directions in queries, keys and values.
    @Test
    void itsGradientIsTheSlopeOfItsFormula() {
        double step = 1e-5;
        for (Attention sample : SAMPLES) {
            double[] gradient = doubles(sample.gradient(new VectorAttention(), 2));
            double[] upstream = doubles(sample.upstream());
            for (int part = 0; part < 3; part++) {
                double[] direction = direction(sample, part);
                double[] there = doubles(sample.inputs());
                double[] back = there.clone();
                double product = 0;
                for (int i = 0; i < direction.length; i++) {
                    there[i] += step * direction[i];
                    back[i] -= step * direction[i];
                    product += gradient[i] * direction[i];
                }
                double[] up = sample.inDouble(there);
                double[] down = sample.inDouble(back);
                double slope = 0;
                for (int i = 0; i < up.length; i++) {
                    slope += upstream[i] * (up[i] - down[i]) / (2 * step);
                }
                assertEquals(slope, product, 2e-5 * Math.sqrt(direction.length), sample + " part " + part);
            }
        }
    }

    /// Normally distributed in the queries, keys or values, else zero.
    private static double[] direction(Attention sample, int part) {
        double[] direction = doubles(Samples.normal(new Random(part), sample.inputs().length));
        int[] ends = {
            sample.heads(), sample.heads() + sample.keyValueHeads(), sample.heads() + 2 * sample.keyValueHeads()
        };
        for (int i = 0; i < direction.length; i++) {
            int head = i % sample.row() / sample.width();
            if (head >= ends[part] || part > 0 && head < ends[part - 1]) {
                direction[i] = 0;
            }
        }
        return direction;
    }

    @Test
    void plainAttentionGivesTheBitsOfVectorsOnAnyThreads() {
        for (Attention sample : SAMPLES) {
            float[] packed = sample.inputs();
            float[] y = sample.forward(new AttentionTiles.Plain(), 1, packed);
            float[] gradient = sample.gradient(new AttentionTiles.Plain(), 1);
            for (int threads = 1; threads <= 3; threads++) {
                assertArrayEquals(y, sample.forward(new VectorAttention(), threads, packed), sample.toString());
                assertArrayEquals(gradient, sample.gradient(new VectorAttention(), threads), sample.toString());
            }
        }
    }

    @Test
    void whatComesLaterChangesNothingUnderACausalMask() {
        Attention sample = new Attention(1, 100, 2, 1, 24, true);
        int seen = 37;
        float[] packed = sample.inputs();
        float[] before = sample.forward(new VectorAttention(), 1, packed);
        for (int i = seen * sample.row(); i < packed.length; i++) {
            packed[i] *= 1e4f;
        }
        float[] after = sample.forward(new VectorAttention(), 1, packed);
        int end = seen * sample.heads() * sample.width();
        assertArrayEquals(Arrays.copyOf(before, end), Arrays.copyOf(after, end));
    }

    @Test
    void scoresFarBelowTheGreatestWeighNothingAndNaNShows() {
        for (AttentionTiles tiles : List.of(new VectorAttention(), new AttentionTiles.Plain())) {
            AttentionTiles.Strips scores = new AttentionTiles.Strips();
            scores.reshape(8, 1);
            for (int row = 0; row < 8; row++) {
                Arrays.fill(scores.array(), scores.at(row, 0), scores.at(row + 1, 0), -100f * row);
            }
            scores.array()[scores.at(3, 0) + 5] = Float.NaN;
            tiles.softmax(scores, 0, 8);
            assertEquals(1, scores.array()[scores.at(0, 0)]);
            assertEquals(0, scores.array()[scores.at(1, 0)]);
            assertEquals(0, scores.array()[scores.at(7, 0)]);
            assertEquals(Float.NaN, scores.array()[scores.at(0, 0) + 5]);
        }
    }
}
