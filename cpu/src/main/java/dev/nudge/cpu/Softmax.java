package dev.nudge.cpu;

/// Softmax and its relatives over rows of f32 `[rows, n]`, from `e = exp(x - max)` and its sum in the order of
/// [Reductions].
final class Softmax {
    private final RowKernels kernels;
    private final Reductions reductions;

    Softmax(RowKernels kernels) {
        this.kernels = kernels;
        this.reductions = new Reductions(kernels);
    }

    /// log(sum(exp(x))) of each row; an infinite maximum is the result itself.
    void logSumExp(float[] x, int from, int rows, int n, float[] out, int outFrom) {
        for (int row = 0; row < rows; row++) {
            int first = from + row * n;
            float max = kernels.max(x, first, n);
            out[outFrom + row] = Float.isInfinite(max) ? max : max + logOfSum(x, first, n, max);
        }
    }

    /// e / sum(e). The output may be the input.
    void softmax(float[] x, int from, int rows, int n, float[] out, int outFrom) {
        for (int row = 0; row < rows; row++) {
            int to = outFrom + row * n;
            float sum = exponentials(x, from + row * n, n, out, to);
            for (int i = to; i < to + n; i++) {
                out[i] /= sum;
            }
        }
    }

    /// (x - max) - log(sum(e)). The output may be the input.
    void logSoftmax(float[] x, int from, int rows, int n, float[] out, int outFrom) {
        for (int row = 0; row < rows; row++) {
            int first = from + row * n;
            int to = outFrom + row * n;
            float max = kernels.max(x, first, n);
            float log = logOfSum(x, first, n, max);
            for (int i = 0; i < n; i++) {
                out[to + i] = x[first + i] - max - log;
            }
        }
    }

    /// The cross-entropy of each row of logits with its class: log(sum(e)) - (x[class] - max).
    void crossEntropy(
            float[] logits, int from, int rows, int n, int[] classes, int classesFrom, float[] losses, int lossesFrom) {
        for (int row = 0; row < rows; row++) {
            int first = from + row * n;
            float max = kernels.max(logits, first, n);
            float log = logOfSum(logits, first, n, max);
            losses[lossesFrom + row] = log - (logits[first + classes[classesFrom + row]] - max);
        }
    }

    /// The gradient of [#crossEntropy] by the logits: (softmax - one-hot) scale, one scale for all rows.
    void crossEntropyGradient(
            float[] logits,
            int from,
            int rows,
            int n,
            int[] classes,
            int classesFrom,
            float scale,
            float[] out,
            int outFrom) {
        for (int row = 0; row < rows; row++) {
            gradient(logits, from + row * n, n, classes[classesFrom + row], scale, out, outFrom + row * n);
        }
    }

    /// The gradient of [#crossEntropy] by the logits: (softmax - one-hot) scale, with a scale for each row.
    void crossEntropyGradient(
            float[] logits,
            int from,
            int rows,
            int n,
            int[] classes,
            int classesFrom,
            float[] scales,
            int scalesFrom,
            float[] out,
            int outFrom) {
        for (int row = 0; row < rows; row++) {
            float scale = scales[scalesFrom + row];
            gradient(logits, from + row * n, n, classes[classesFrom + row], scale, out, outFrom + row * n);
        }
    }

    private void gradient(float[] logits, int first, int n, int label, float scale, float[] out, int to) {
        float sum = exponentials(logits, first, n, out, to);
        float atLabel = (out[to + label] / sum - 1f) * scale;
        for (int i = to; i < to + n; i++) {
            out[i] = out[i] / sum * scale;
        }
        out[to + label] = atLabel;
    }

    /// Writes e and gives its sum.
    private float exponentials(float[] x, int first, int n, float[] out, int to) {
        kernels.exponentials(x, first, kernels.max(x, first, n), out, to, n);
        return (float) reductions.sum(out, to, n);
    }

    private float logOfSum(float[] x, int first, int n, float max) {
        double total = 0;
        for (int i = 0; i < n; i += RowKernels.BLOCK) {
            total += kernels.sumOfExponentials(x, first + i, Math.min(RowKernels.BLOCK, n - i), max);
        }
        return ScalarMath.log((float) total);
    }
}
