package dev.nudge.cpu;

/// What layer normalization does element by element in one row, given the row's mean and the inverse of its size:
/// with `x̂ = (x - mean) inverse`. [VectorLayerNorm] and [ScalarLayerNorm] give the same bits.
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

    /// Adds `dy x̂` to `length` sums from `at` on, and `dy` to as many behind them.
    void add(float[] dy, float[] x, int from, float mean, float inverse, float[] sums, int at, int length);
}
