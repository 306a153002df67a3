package dev.nudge.cpu;

/// [LayerNormRows] in plain Java.
final class ScalarLayerNorm implements LayerNormRows {
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
    public void add(float[] dy, float[] x, int from, float mean, float inverse, float[] sums, int at, int length) {
        for (int i = 0; i < length; i++) {
            float d = dy[from + i];
            sums[at + i] += d * ((x[from + i] - mean) * inverse);
            sums[at + length + i] += d;
        }
    }
}
