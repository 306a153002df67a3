package dev.nudge.cpu;

import java.util.Arrays;

/// What layer normalization does element by element, given a row's mean and the inverse of its size:
/// with `x̂ = (x - mean) inverse`. [VectorLayerNorm] and [Plain] give the same bits.
interface LayerNormRows {
    /// Writes `x̂ weight + bias` where `x` lies.
    void normalize(
            float[] x, int from, float mean, float inverse, float[] weight, float[] bias, float[] out, int length);

    /// Writes `dy weight` where `dy` lies.
    void multiply(float[] dy, int from, float[] weight, float[] out, int length);

    /// Turns `g`, the gradient with respect to `x̂`, into `(g - meanGradient - x̂ meanProduct) inverse`, in place.
    void gradient(
            float[] g,
            float[] x,
            int from,
            float mean,
            float inverse,
            float meanGradient,
            float meanProduct,
            int length);

    /// Writes the sums of `dy x̂` down the rows `first` to `end` to `out` from `at` on, and those of `dy`
    /// behind them, each added row by row from zero.
    void sums(
            float[] dy,
            float[] x,
            int first,
            int end,
            float[] mean,
            float[] inverse,
            int features,
            float[] out,
            int at);

    /// The same in plain Java.
    final class Plain implements LayerNormRows {
        @Override
        public void normalize(
                float[] x, int from, float mean, float inverse, float[] weight, float[] bias, float[] out, int length) {
            for (int i = 0; i < length; i++) {
                out[from + i] = (x[from + i] - mean) * inverse * weight[i] + bias[i];
            }
        }

        @Override
        public void multiply(float[] dy, int from, float[] weight, float[] out, int length) {
            ScalarElementwise.multiply(dy, from, weight, 0, out, from, length);
        }

        @Override
        public void gradient(
                float[] g,
                float[] x,
                int from,
                float mean,
                float inverse,
                float meanGradient,
                float meanProduct,
                int length) {
            for (int i = from; i < from + length; i++) {
                g[i] = (g[i] - meanGradient - (x[i] - mean) * inverse * meanProduct) * inverse;
            }
        }

        @Override
        public void sums(
                float[] dy,
                float[] x,
                int first,
                int end,
                float[] mean,
                float[] inverse,
                int features,
                float[] out,
                int at) {
            Arrays.fill(out, at, at + 2 * features, 0f);
            for (int row = first; row < end; row++) {
                for (int i = 0; i < features; i++) {
                    float d = dy[row * features + i];
                    out[at + i] += d * ((x[row * features + i] - mean[row]) * inverse[row]);
                    out[at + features + i] += d;
                }
            }
        }
    }
}
