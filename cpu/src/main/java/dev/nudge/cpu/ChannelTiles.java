package dev.nudge.cpu;

/// Products of images channel by channel, [#CHANNELS] neighbouring channels of some places at a time: what a grouped
/// convolution is made of once each channel has beside it the ones of its group.
///
/// A term has one factor for each channel. [VectorChannelTiles] and [Plain] give the same bits.
interface ChannelTiles {
    /// Channels of a block.
    int CHANNELS = 16;

    /// Terms whose sums are added to at a time.
    int TERMS = 12;

    /// Copies `count` pixels of `CHANNELS` channels, `row` elements apart in `x`, so that in the copy `i`, which begins
    /// `plane` elements after the one before, each channel holds what channel `i` of its group of `size` holds.
    ///
    /// @param size 1, 2, 4 or 8
    void spread(float[] x, int from, int row, int count, int size, float[] out, int outFrom, int plane);

    /// `y[p] = Σ_t x[offset(t) + p] w[t]`, an fma per term, in order, for `places` places `p`.
    ///
    /// @param xPlace  from the pixel of a place to that of the next
    /// @param offsets where the pixel of a term is, from that of the place
    /// @param w       factors, `[terms, CHANNELS]`
    void multiply(
            int places, float[] x, int xFrom, int xPlace, int[] offsets, float[] w, float[] y, int yFrom, int yPlace);

    /// `sum[t] += x[offset(t) + p] dy[p]`, an fma per place, in order, for [#TERMS] terms from `first` on.
    ///
    /// @param sums the sums of all terms, `[terms, CHANNELS]`
    void accumulate(
            int places,
            float[] x,
            int xFrom,
            int xPlace,
            int[] offsets,
            int first,
            float[] dy,
            int dyFrom,
            int dyPlace,
            float[] sums);

    /// The same in plain Java.
    final class Plain implements ChannelTiles {
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
                int places,
                float[] x,
                int xFrom,
                int xPlace,
                int[] offsets,
                float[] w,
                float[] y,
                int yFrom,
                int yPlace) {
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
}
