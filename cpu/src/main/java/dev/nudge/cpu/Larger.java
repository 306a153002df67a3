package dev.nudge.cpu;

/// Choosing between the channels of two pixels: a later one is taken if it is larger, a NaN before any number.
interface Larger {
    /// Puts into `largest` what of `x` is larger.
    void values(float[] x, int from, float[] largest, int to, int count);

    /// The same, and the place in `x` of what was put into `position`.
    void positions(float[] x, int from, float[] largest, int[] position, int count);

    /// Writes the largest of the channels of all pixels of a window, which begin at `from + pixels[k]`.
    default void largest(float[] x, int from, int[] pixels, float[] largest, int to, int count) {
        System.arraycopy(x, from + pixels[0], largest, to, count);
        for (int k = 1; k < pixels.length; k++) {
            values(x, from + pixels[k], largest, to, count);
        }
    }

    /// Sets the channels of all pixels of a window, which begin at `from + pixels[k]`: those of `dx` where
    /// `x` is largest to what `dy` has there, the others to zero.
    void spread(float[] x, int from, int[] pixels, float[] dy, int dyFrom, float[] dx, int count);

    /// In plain Java.
    final class Plain implements Larger {
        @Override
        public void values(float[] x, int from, float[] largest, int to, int count) {
            for (int c = 0; c < count; c++) {
                float present = largest[to + c];
                float candidate = x[from + c];
                largest[to + c] = isLarger(candidate, present) ? candidate : present;
            }
        }

        @Override
        public void positions(float[] x, int from, float[] largest, int[] position, int count) {
            for (int c = 0; c < count; c++) {
                float candidate = x[from + c];
                if (isLarger(candidate, largest[c])) {
                    largest[c] = candidate;
                    position[c] = from + c;
                }
            }
        }

        @Override
        public void spread(float[] x, int from, int[] pixels, float[] dy, int dyFrom, float[] dx, int count) {
            for (int c = 0; c < count; c++) {
                spreadOne(x, from, pixels, dy[dyFrom + c], dx, c);
            }
        }
    }

    /// One channel of [#spread].
    static void spreadOne(float[] x, int from, int[] pixels, float dy, float[] dx, int channel) {
        int best = 0;
        for (int k = 1; k < pixels.length; k++) {
            if (isLarger(x[from + pixels[k] + channel], x[from + pixels[best] + channel])) {
                best = k;
            }
        }
        for (int k = 0; k < pixels.length; k++) {
            dx[from + pixels[k] + channel] = k == best ? 0 + dy : 0; // as a sum, which has no negative zero
        }
    }

    /// Of equal elements the first stays.
    static boolean isLarger(float candidate, float present) {
        return candidate > present || (Float.isNaN(candidate) && !Float.isNaN(present));
    }
}
