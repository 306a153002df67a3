package dev.nudge.studio.record;

/// How the elements of a tensor are spread, in bins of equal width between the least and the greatest.
///
/// @param low        least finite element
/// @param high       greatest finite element
/// @param counts     elements in each bin
/// @param sum        sum of the finite elements
/// @param sumSquares sum of their squares
record Histogram(double low, double high, long[] counts, double sum, double sumSquares) {
    private static final int BINS = 30;

    /// The histogram of the finite ones among `elements`.
    static Histogram of(float[] elements) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double sumSquares = 0;
        for (float element : elements) {
            if (Float.isFinite(element)) {
                low = Math.min(low, element);
                high = Math.max(high, element);
                sum += element;
                sumSquares += (double) element * element;
            }
        }
        if (low > high) {
            return new Histogram(0, 0, new long[BINS], 0, 0);
        }
        long[] counts = new long[BINS];
        double scale = high > low ? BINS / (high - low) : 0;
        for (float element : elements) {
            if (Float.isFinite(element)) {
                counts[Math.min(BINS - 1, (int) ((element - low) * scale))]++;
            }
        }
        return new Histogram(low, high, counts, sum, sumSquares);
    }

    /// Upper end of a bin.
    double limit(int bin) {
        return low + (high - low) * (bin + 1) / counts.length;
    }

    long count() {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        return all;
    }
}
