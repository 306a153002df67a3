package dev.nudge.nn;

import dev.nudge.tensor.Parameter;
import java.util.function.BiPredicate;

/// A transformer in plain loops over one sequence `[time][width]`, to compare with.
final class NaiveTransformer {
    private NaiveTransformer() {}

    static double[][] linear(Linear layer, double[][] x) {
        double[] w = layer.weight().tensor().toDoubles();
        double[][] y = new double[x.length][layer.out()];
        for (int t = 0; t < x.length; t++) {
            for (int j = 0; j < layer.out(); j++) {
                double sum = layer.bias() == null ? 0 : layer.bias().tensor().toDoubles()[j];
                for (int i = 0; i < layer.in(); i++) {
                    sum += x[t][i] * w[i * layer.out() + j];
                }
                y[t][j] = sum;
            }
        }
        return y;
    }

    static double[][] layerNorm(LayerNorm norm, double[][] x) {
        double[] scale = norm.weight().tensor().toDoubles();
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            int n = x[t].length;
            double mean = 0;
            double square = 0;
            for (double v : x[t]) {
                mean += v / n;
            }
            for (double v : x[t]) {
                square += (v - mean) * (v - mean) / n;
            }
            y[t] = new double[n];
            for (int i = 0; i < n; i++) {
                Parameter bias = norm.bias();
                double shift = bias == null ? 0 : bias.tensor().toDoubles()[i];
                y[t][i] = (x[t][i] - mean) / Math.sqrt(square + norm.epsilon()) * scale[i] + shift;
            }
        }
        return y;
    }

    /// Attention of all heads; `sees` says which time sees which key.
    static double[][] attention(
            double[][] q, double[][] k, double[][] v, int heads, int shared, BiPredicate<Integer, Integer> sees) {
        int d = q[0].length / heads;
        double[][] y = new double[q.length][heads * d];
        for (int h = 0; h < heads; h++) {
            int from = h / (heads / shared) * d;
            for (int t = 0; t < q.length; t++) {
                double[] weight = new double[k.length];
                double total = 0;
                for (int s = 0; s < k.length; s++) {
                    double score = 0;
                    for (int i = 0; i < d; i++) {
                        score += q[t][h * d + i] * k[s][from + i];
                    }
                    weight[s] = sees.test(t, s) ? Math.exp(score / Math.sqrt(d)) : 0;
                    total += weight[s];
                }
                for (int s = 0; s < k.length && total > 0; s++) {
                    for (int i = 0; i < d; i++) {
                        y[t][h * d + i] += weight[s] / total * v[s][from + i];
                    }
                }
            }
        }
        return y;
    }

    static double[][] selfAttention(SelfAttention layer, double[][] x, BiPredicate<Integer, Integer> sees) {
        double[][] packed = linear(layer.projection(), x);
        int width = layer.output().in();
        int shared = width / layer.heads() * layer.keyValueHeads();
        return linear(
                layer.output(),
                attention(
                        columns(packed, 0, width),
                        columns(packed, width, shared),
                        columns(packed, width + shared, shared),
                        layer.heads(),
                        layer.keyValueHeads(),
                        (t, s) -> (!layer.causal() || s <= t) && sees.test(t, s)));
    }

    static double[][] columns(double[][] x, int from, int count) {
        double[][] y = new double[x.length][count];
        for (int t = 0; t < x.length; t++) {
            System.arraycopy(x[t], from, y[t], 0, count);
        }
        return y;
    }

    static double[][] feedForward(FeedForward layer, double[][] x) {
        double[][] wide = linear(layer.up(), x);
        int hidden = layer.down().in();
        double[][] bent = new double[x.length][hidden];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < hidden; i++) {
                double a = wide[t][i];
                bent[t][i] = switch (layer.activation()) {
                    case Glu _ -> a * wide[t][hidden + i] / (1 + Math.exp(-wide[t][hidden + i])); // SwiGLU
                    case TanhGelu _ -> a / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (a + 0.044715 * a * a * a)));
                    default -> a / 2 * (1 + erf(a / Math.sqrt(2)));
                };
            }
        }
        return linear(layer.down(), bent);
    }

    /// Error function by its Maclaurin series, for small arguments.
    private static double erf(double x) {
        double power = x;
        double sum = x;
        for (int n = 1; n < 80; n++) {
            power *= -x * x / n;
            sum += power / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    static double[][] plus(double[][] a, double[][] b) {
        double[][] y = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < y[t].length; i++) {
                y[t][i] = a[t][i] + b[t][i];
            }
        }
        return y;
    }

    static double[][] block(TransformerBlock block, double[][] x, BiPredicate<Integer, Integer> sees) {
        LayerNorm first = (LayerNorm) block.attentionNorm();
        LayerNorm second = (LayerNorm) block.feedForwardNorm();
        if (block.normFirst()) {
            double[][] seen = plus(x, selfAttention(block.attention(), layerNorm(first, x), sees));
            return plus(seen, feedForward(block.feedForward(), layerNorm(second, seen)));
        }
        double[][] seen = layerNorm(first, plus(x, selfAttention(block.attention(), x, sees)));
        return layerNorm(second, plus(seen, feedForward(block.feedForward(), seen)));
    }

    /// Logits of a language model.
    static double[][] gpt(Gpt gpt, int... ids) {
        double[] tokens = gpt.tokens().weight().tensor().toDoubles();
        double[] positions = gpt.positions().weight().tensor().toDoubles();
        int width = gpt.tokens().width();
        double[][] x = new double[ids.length][width];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < width; i++) {
                x[t][i] = tokens[ids[t] * width + i] + positions[t * width + i];
            }
        }
        for (TransformerBlock block : gpt.blocks()) {
            x = block(block, x, (_, _) -> true);
        }
        double[][] normal = layerNorm((LayerNorm) gpt.norm(), x);
        if (gpt.head() != null) {
            return linear(gpt.head(), normal);
        }
        double[][] logits = new double[ids.length][gpt.vocabulary()];
        for (int t = 0; t < ids.length; t++) {
            for (int token = 0; token < gpt.vocabulary(); token++) {
                for (int i = 0; i < width; i++) {
                    logits[t][token] += normal[t][i] * tokens[token * width + i];
                }
            }
        }
        return logits;
    }
}
