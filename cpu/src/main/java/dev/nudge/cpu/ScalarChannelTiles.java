package dev.nudge.cpu;

/// [ChannelTiles] in plain Java.
final class ScalarChannelTiles implements ChannelTiles {
    @Override
    public void spread(float[] x, int from, int row, int count, int size, float[] out, int outFrom, int plane) {
        for (int i = 0; i < size; i++) {
            for (int p = 0; p < count; p++) {
                for (int c = 0; c < CHANNELS; c++) {
                    out[outFrom + i * plane + p * CHANNELS + c] = x[from + p * row + c / size * size + i];
                }
            }
        }
    }

    @Override
    public void multiply(
            int places, float[] x, int xFrom, int xPlace, int[] offsets, float[] w, float[] y, int yFrom, int yPlace) {
        for (int p = 0; p < places; p++) {
            for (int c = 0; c < CHANNELS; c++) {
                float sum = 0;
                for (int t = 0; t < offsets.length; t++) {
                    sum = Math.fma(x[xFrom + p * xPlace + offsets[t] + c], w[t * CHANNELS + c], sum);
                }
                y[yFrom + p * yPlace + c] = sum;
            }
        }
    }

    @Override
    public void accumulate(
            int places,
            float[] x,
            int xFrom,
            int xPlace,
            int[] offsets,
            int first,
            float[] dy,
            int dyFrom,
            int dyPlace,
            float[] sums) {
        for (int t = first; t < first + TERMS; t++) {
            for (int c = 0; c < CHANNELS; c++) {
                float sum = sums[t * CHANNELS + c];
                for (int p = 0; p < places; p++) {
                    sum = Math.fma(x[xFrom + p * xPlace + offsets[t] + c], dy[dyFrom + p * dyPlace + c], sum);
                }
                sums[t * CHANNELS + c] = sum;
            }
        }
    }
}
