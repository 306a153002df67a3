package dev.nudge.studio.record;

/// Least, greatest and sum of the finite ones among some numbers.
final class Range {
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;
    private double sum;
    private long count;

    void add(double value) {
        if (Double.isFinite(value)) {
            add(1, value, value, value);
        }
    }

    void add(long more, double least, double greatest, double total) {
        low = Math.min(low, least);
        high = Math.max(high, greatest);
        sum += total;
        count += more;
    }

    long count() {
        return count;
    }

    double low() {
        return low;
    }

    double high() {
        return high;
    }

    double sum() {
        return sum;
    }

    double mean() {
        return sum / count;
    }
}
