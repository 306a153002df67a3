package dev.nudge.cpu;

/// [RowKernels] in plain Java.
final class ScalarRows implements RowKernels {
    private final ColumnSums columns = new ColumnSums.Plain();

    @Override
    public float sum(float[] x, int from, int length) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < length; i++) {
            lanes[i % LANES] += x[from + i];
        }
        return fold(lanes);
    }

    @Override
    public float sumOfDifferences(float[] x, int from, int length, float shift) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < length; i++) {
            lanes[i % LANES] += x[from + i] - shift;
        }
        return fold(lanes);
    }

    @Override
    public float sumOfSquares(float[] x, int from, int length, float shift) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < length; i++) {
            float difference = x[from + i] - shift;
            lanes[i % LANES] = Math.fma(difference, difference, lanes[i % LANES]);
        }
        return fold(lanes);
    }

    @Override
    public float sumOfProducts(float[] y, float[] x, int from, int length, float shift) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < length; i++) {
            lanes[i % LANES] = Math.fma(y[from + i], x[from + i] - shift, lanes[i % LANES]);
        }
        return fold(lanes);
    }

    @Override
    public float sumOfExponentials(float[] x, int from, int length, float shift) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < length; i++) {
            lanes[i % LANES] += ScalarMath.exp(x[from + i] - shift);
        }
        return fold(lanes);
    }

    @Override
    public float max(float[] x, int from, int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, x[from + i]);
        }
        return max;
    }

    @Override
    public float min(float[] x, int from, int length) {
        float min = Float.POSITIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            min = Math.min(min, x[from + i]);
        }
        return min;
    }

    @Override
    public void exponentials(float[] x, int from, float shift, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = ScalarMath.exp(x[from + i] - shift);
        }
    }

    @Override
    public ColumnSums columns() {
        return columns;
    }

    private static float fold(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                lanes[l] += lanes[l + half];
            }
        }
        return lanes[0];
    }
}
