package dev.nudge.cpu;

/// Choosing between the channels of two pixels: a later one is taken if it is larger, a NaN before any number.
interface Larger {
    /// Puts into `largest` what of `x` is larger.
    void values(float[] x, int from, float[] largest, int to, int count);

    /// The same, and the place in `x` of what was put into `position`.
    void positions(float[] x, int from, float[] largest, int[] position, int count);

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
    }

    /// Of equal elements the first stays.
    static boolean isLarger(float candidate, float present) {
        return candidate > present || (Float.isNaN(candidate) && !Float.isNaN(present));
    }
}
