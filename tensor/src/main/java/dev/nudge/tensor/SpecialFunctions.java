package dev.nudge.tensor;

/// Functions that the Java library lacks, in double precision.
final class SpecialFunctions {
    private SpecialFunctions() {}

    /// Error function to about 1e-15 relative: the Maclaurin-type series `2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!` below
    /// 3, a continued fraction of the complement above (Abramowitz and Stegun 7.1.6 and 7.1.14).
    static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(a)) {
            return x;
        }
        if (a < 3) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }
            return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
        }
        if (a > 6) {
            return Math.signum(x);
        }
        double fraction = a;
        for (int n = 60; n >= 1; n--) {
            fraction = a + n / 2.0 / fraction;
        }
        return Math.signum(x) * (1 - StrictMath.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
    }
}
