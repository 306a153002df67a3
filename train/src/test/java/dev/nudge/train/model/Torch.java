package dev.nudge.train.model;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// A checkpoint with random weights in the order of PyTorch, and what PyTorch's layers compute from such weights,
/// written out in double precision without anything of Nudge.
final class Torch {
    final Map<String, TensorData> weights = new LinkedHashMap<>();

    /// Adds a weight.
    Torch with(String name, int... shape) {
        int count = 1;
        for (int extent : shape) {
            count *= extent;
        }
        float[] values = new float[count];
        RandomKey key = RandomKey.of(weights.size() + 1);
        for (int i = 0; i < count; i++) {
            values[i] = (float) (1.2 * key.uniform(i) - 0.6);
        }
        weights.put(
                name, TensorData.of(values, Arrays.stream(shape).asLongStream().toArray()));
        return this;
    }

    Path save(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            Safetensors.write(out, weights, Map.of("format", "pt"));
        }
        return file;
    }

    float[] get(String name) {
        return weights.get(name).floats();
    }

    /// `Linear`: weight `[out, in]`.
    double[] linear(String name, double[] x) {
        float[] weight = get(name + ".weight");
        float[] bias = get(name + ".bias");
        double[] y = new double[bias.length];
        for (int out = 0; out < y.length; out++) {
            y[out] = bias[out];
            for (int in = 0; in < x.length; in++) {
                y[out] += weight[out * x.length + in] * x[in];
            }
        }
        return y;
    }

    /// GPT-2's `Conv1D`: weight `[in, out]`.
    double[] conv1d(String name, double[] x) {
        float[] weight = get(name + ".weight");
        float[] bias = get(name + ".bias");
        double[] y = new double[bias.length];
        for (int out = 0; out < y.length; out++) {
            y[out] = bias[out];
            for (int in = 0; in < x.length; in++) {
                y[out] += x[in] * weight[in * y.length + out];
            }
        }
        return y;
    }

    /// `Conv2d` of images `[channels][height][width]` with a padding: weight `[out, in, kernel, kernel]`.
    double[][][] conv2d(String name, double[][][] x, int padding) {
        long[] shape = weights.get(name + ".weight").shape();
        float[] weight = get(name + ".weight");
        float[] bias = get(name + ".bias");
        int kernel = (int) shape[2];
        int height = x[0].length + 2 * padding - kernel + 1;
        int width = x[0][0].length + 2 * padding - kernel + 1;
        double[][][] y = new double[bias.length][height][width];
        for (int out = 0; out < bias.length; out++) {
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    double sum = bias[out];
                    for (int in = 0; in < x.length; in++) {
                        for (int i = 0; i < kernel; i++) {
                            for (int j = 0; j < kernel; j++) {
                                int r = row + i - padding;
                                int c = column + j - padding;
                                if (r >= 0 && c >= 0 && r < x[0].length && c < x[0][0].length) {
                                    sum += weight[((out * x.length + in) * kernel + i) * kernel + j] * x[in][r][c];
                                }
                            }
                        }
                    }
                    y[out][row][column] = sum;
                }
            }
        }
        return y;
    }

    static double[] relu(double[] x) {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.max(0, y[i]);
        }
        return y;
    }

    double[] layerNorm(String name, double[] x) {
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * get(name + ".weight")[i] + get(name + ".bias")[i];
        }
        return y;
    }

    /// `LSTM` of one layer over rows: its last output.
    double[] lstm(double[][] x, int width) {
        double[] h = new double[width];
        double[] c = new double[width];
        for (double[] input : x) {
            double[] gates = new double[4 * width];
            for (int gate = 0; gate < gates.length; gate++) {
                gates[gate] = get("bias_ih_l0")[gate] + get("bias_hh_l0")[gate];
                for (int in = 0; in < input.length; in++) {
                    gates[gate] += get("weight_ih_l0")[gate * input.length + in] * input[in];
                }
                for (int in = 0; in < width; in++) {
                    gates[gate] += get("weight_hh_l0")[gate * width + in] * h[in];
                }
            }
            for (int i = 0; i < width; i++) {
                c[i] = sigmoid(gates[width + i]) * c[i] + sigmoid(gates[i]) * Math.tanh(gates[2 * width + i]);
                h[i] = sigmoid(gates[3 * width + i]) * Math.tanh(c[i]);
            }
        }
        return h;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /// GPT-2: the logits for each token.
    double[][] gpt2(int[] ids, int layers, int heads, int width) {
        double[][] x = new double[ids.length][width];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < width; i++) {
                x[t][i] = get("wte.weight")[ids[t] * width + i] + get("wpe.weight")[t * width + i];
            }
        }
        for (int layer = 0; layer < layers; layer++) {
            String h = "h." + layer;
            double[][] packed = new double[ids.length][];
            for (int t = 0; t < ids.length; t++) {
                packed[t] = conv1d(h + ".attn.c_attn", layerNorm(h + ".ln_1", x[t]));
            }
            for (int t = 0; t < ids.length; t++) {
                double[] change = conv1d(h + ".attn.c_proj", attention(packed, t, heads, width));
                for (int i = 0; i < width; i++) {
                    x[t][i] += change[i];
                }
                double[] wide = conv1d(h + ".mlp.c_fc", layerNorm(h + ".ln_2", x[t]));
                for (int i = 0; i < wide.length; i++) {
                    double v = wide[i];
                    wide[i] = 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
                }
                double[] back = conv1d(h + ".mlp.c_proj", wide);
                for (int i = 0; i < width; i++) {
                    x[t][i] += back[i];
                }
            }
        }
        int vocabulary = get("wte.weight").length / width;
        double[][] logits = new double[ids.length][vocabulary];
        for (int t = 0; t < ids.length; t++) {
            double[] last = layerNorm("ln_f", x[t]);
            for (int word = 0; word < vocabulary; word++) {
                for (int i = 0; i < width; i++) {
                    logits[t][word] += last[i] * get("wte.weight")[word * width + i];
                }
            }
        }
        return logits;
    }

    /// What the heads of time `t` gather from the times up to it; `packed` holds queries, keys and values.
    private static double[] attention(double[][] packed, int t, int heads, int width) {
        int size = width / heads;
        double[] out = new double[width];
        for (int head = 0; head < heads; head++) {
            double[] share = new double[t + 1];
            double total = 0;
            for (int s = 0; s <= t; s++) {
                double score = 0;
                for (int i = head * size; i < (head + 1) * size; i++) {
                    score += packed[t][i] * packed[s][width + i];
                }
                share[s] = Math.exp(score / Math.sqrt(size));
                total += share[s];
            }
            for (int s = 0; s <= t; s++) {
                for (int i = head * size; i < (head + 1) * size; i++) {
                    out[i] += share[s] / total * packed[s][2 * width + i];
                }
            }
        }
        return out;
    }
}
