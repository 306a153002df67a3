package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Gpt;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Random weights by the names of GPT-2, through a model of ours and through GPT-2's forward pass in plain loops.
class Gpt2NamesTest {
    private static final int VOCABULARY = 11;
    private static final int CONTEXT = 8;
    private static final int LAYERS = 2;
    private static final int HEADS = 3;
    private static final int WIDTH = 12;
    private static final RandomKey KEY = RandomKey.of(2019);

    private final Map<String, double[]> weights = new LinkedHashMap<>();

    private void weight(String name, int elements, double mean) {
        double[] numbers = new double[elements];
        for (int i = 0; i < elements; i++) {
            numbers[i] = (float) (mean + 0.6 * KEY.at(weights.size()).uniform(i) - 0.3); // exact in both
        }
        weights.put(name, numbers);
    }

    private void draw() {
        weight("wte.weight", VOCABULARY * WIDTH, 0);
        weight("wpe.weight", CONTEXT * WIDTH, 0);
        for (int layer = 0; layer < LAYERS; layer++) {
            String h = "h." + layer + ".";
            weight(h + "ln_1.weight", WIDTH, 1);
            weight(h + "ln_1.bias", WIDTH, 0);
            weight(h + "attn.c_attn.weight", WIDTH * 3 * WIDTH, 0);
            weight(h + "attn.c_attn.bias", 3 * WIDTH, 0);
            weight(h + "attn.c_proj.weight", WIDTH * WIDTH, 0);
            weight(h + "attn.c_proj.bias", WIDTH, 0);
            weight(h + "ln_2.weight", WIDTH, 1);
            weight(h + "ln_2.bias", WIDTH, 0);
            weight(h + "mlp.c_fc.weight", WIDTH * 4 * WIDTH, 0);
            weight(h + "mlp.c_fc.bias", 4 * WIDTH, 0);
            weight(h + "mlp.c_proj.weight", 4 * WIDTH * WIDTH, 0);
            weight(h + "mlp.c_proj.bias", WIDTH, 0);
        }
        weight("ln_f.weight", WIDTH, 1);
        weight("ln_f.bias", WIDTH, 0);
    }

    private double[] numbers(String name) {
        double[] found = weights.get(name);
        if (found == null) {
            throw new AssertionError("no weight " + name);
        }
        return found;
    }

    // ---- the forward pass of GPT-2 -------------------------------------------------------------------------------

    private double[][] logits(int... ids) {
        double[][] x = new double[ids.length][WIDTH];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < WIDTH; i++) {
                x[t][i] = numbers("wte.weight")[ids[t] * WIDTH + i] + numbers("wpe.weight")[t * WIDTH + i];
            }
        }
        for (int layer = 0; layer < LAYERS; layer++) {
            String h = "h." + layer + ".";
            add(x, conv(h + "attn.c_proj", attention(conv(h + "attn.c_attn", norm(h + "ln_1", x)))));
            double[][] wide = conv(h + "mlp.c_fc", norm(h + "ln_2", x));
            for (double[] row : wide) {
                for (int i = 0; i < row.length; i++) {
                    double a = row[i];
                    row[i] = 0.5 * a * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (a + 0.044715 * Math.pow(a, 3))));
                }
            }
            add(x, conv(h + "mlp.c_proj", wide));
        }
        double[][] last = norm("ln_f", x);
        double[][] logits = new double[ids.length][VOCABULARY];
        for (int t = 0; t < ids.length; t++) {
            for (int token = 0; token < VOCABULARY; token++) {
                for (int i = 0; i < WIDTH; i++) {
                    logits[t][token] += last[t][i] * numbers("wte.weight")[token * WIDTH + i];
                }
            }
        }
        return logits;
    }

    private static void add(double[][] x, double[][] y) {
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < WIDTH; i++) {
                x[t][i] += y[t][i];
            }
        }
    }

    private double[][] conv(String name, double[][] x) {
        double[] w = numbers(name + ".weight");
        double[] b = numbers(name + ".bias");
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = b.clone();
            for (int i = 0; i < x[t].length; i++) {
                for (int j = 0; j < b.length; j++) {
                    y[t][j] += x[t][i] * w[i * b.length + j];
                }
            }
        }
        return y;
    }

    private double[][] norm(String name, double[][] x) {
        double[][] y = new double[x.length][WIDTH];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            double variance = 0;
            for (double v : x[t]) {
                mean += v / WIDTH;
            }
            for (double v : x[t]) {
                variance += (v - mean) * (v - mean) / WIDTH;
            }
            for (int i = 0; i < WIDTH; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + 1e-5) * numbers(name + ".weight")[i]
                        + numbers(name + ".bias")[i];
            }
        }
        return y;
    }

    private static double[][] attention(double[][] qkv) {
        int d = WIDTH / HEADS;
        double[][] y = new double[qkv.length][WIDTH];
        for (int head = 0; head < HEADS; head++) {
            int q = head * d;
            int k = WIDTH + head * d;
            int v = 2 * WIDTH + head * d;
            for (int t = 0; t < qkv.length; t++) {
                double total = 0;
                double[] sum = new double[d];
                for (int s = 0; s <= t; s++) {
                    double score = 0;
                    for (int i = 0; i < d; i++) {
                        score += qkv[t][q + i] * qkv[s][k + i];
                    }
                    double weight = Math.exp(score / Math.sqrt(d));
                    total += weight;
                    for (int i = 0; i < d; i++) {
                        sum[i] += weight * qkv[s][v + i];
                    }
                }
                for (int i = 0; i < d; i++) {
                    y[t][q + i] = sum[i] / total;
                }
            }
        }
        return y;
    }

    // ---- the same through a model --------------------------------------------------------------------------------

    @Test
    void aModelWithTheWeightsOfGpt2ComputesWhatGpt2Computes() {
        draw();
        Gpt gpt = Gpt.of(Gpt.Config.of(VOCABULARY, CONTEXT, LAYERS, HEADS, WIDTH), RandomKey.of(1));
        Map<String, Parameter> parameters = gpt.parameters();
        Set<String> assigned = new HashSet<>();
        weights.forEach((name, numbers) -> Gpt2Names.paths().forEach((source, target) -> {
            for (int layer = 0; layer < LAYERS; layer++) {
                String path = target.replace("*", "" + layer);
                Parameter parameter = parameters.get(path);
                if (source.replace("*", "" + layer).equals(name) && parameter != null && assigned.add(path)) {
                    Value value = Value.zeros(Type.of(DType.F32, parameter.shape()));
                    for (int i = 0; i < numbers.length; i++) {
                        value.set(i, numbers[i]);
                    }
                    assertEquals(value.elements(), numbers.length);
                    parameter.assign(value);
                }
            }
        }));
        int[] ids = {7, 0, 10, 3, 3, 1, 8, 2};

        Tensor logits = gpt.forward(Tensor.of(ids, 1, CONTEXT));

        assertEquals(parameters.keySet(), assigned); // every parameter has a name, and every name a parameter
        assertEquals(parameters.size(), weights.size());
        assertEquals(Shape.of(1, CONTEXT, VOCABULARY), logits.shape());
        double[] found = logits.toDoubles();
        double[][] expected = logits(ids);
        double largest = 0;
        for (int i = 0; i < found.length; i++) {
            double want = expected[i / VOCABULARY][i % VOCABULARY];
            largest = Math.max(largest, Math.abs(want));
            assertEquals(want, found[i], 2e-5);
        }
        assertTrue(largest > 0.5, "the weights do something");
    }
}
