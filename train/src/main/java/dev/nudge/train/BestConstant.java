package dev.nudge.train;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// The least mean loss of a predictor that gives the same outputs for every input.
final class BestConstant {
    private static final int HALVINGS = 100;

    private BestConstant() {}

    // ---- of classes -----------------------------------------------------------------------------------------------

    /// `-x ln x`, 0 at 0.
    static double surprise(double x) {
        return x > 0 ? -x * Math.log(x) : 0;
    }

    /// The least of `-Σ_k c_k ln p_k` over all distributions `p`; it is at `p = c / Σ c`.
    static double least(double[] coefficients) {
        double total = 0;
        double sum = 0;
        for (double coefficient : coefficients) {
            total += coefficient;
            sum += surprise(coefficient);
        }
        return sum - surprise(total);
    }

    /// The least of `Σ_k w_k φ(p_k)` over all distributions `p`, with `φ(p) = -(1-p)^γ ln p` and `w` the
    /// shares times their weights. For `γ = 0` and `γ >= 1` it is convex, so it is where all `w_k φ'(p_k)`
    /// are the same, which two bisections find.
    ///
    /// @param weights may be 0 for classes that do not occur
    /// @return NaN for other `γ`
    static double focal(double gamma, double[] weights) {
        if (gamma > 0 && gamma < 1) {
            return Double.NaN;
        }
        double[] present = Arrays.stream(weights).filter(weight -> weight > 0).toArray();
        if (gamma == 0) {
            return least(present);
        }
        double low = -1; // of the logarithm of the slope: the probabilities add up to less the steeper it is
        double high = 1;
        while (total(present, gamma, Math.exp(low)) < 1) {
            low *= 2;
        }
        while (total(present, gamma, Math.exp(high)) > 1) {
            high *= 2;
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (total(present, gamma, Math.exp(middle)) > 1) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double sum = 0;
        for (double weight : present) {
            double p = probability(gamma, Math.exp(low) / weight);
            sum += weight * -Math.pow(1 - p, gamma) * Math.log(p);
        }
        return sum;
    }

    private static double total(double[] weights, double gamma, double slope) {
        double total = 0;
        for (double weight : weights) {
            total += probability(gamma, slope / weight);
        }
        return total;
    }

    /// The `p` at which `-φ'(p) = γ (1-p)^(γ-1) (-ln p) + (1-p)^γ / p` has this value.
    private static double probability(double gamma, double slope) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double p = (low + high) / 2;
            double here = gamma * Math.pow(1 - p, gamma - 1) * -Math.log(p) + Math.pow(1 - p, gamma) / p;
            if (here > slope) {
                low = p;
            } else {
                high = p;
            }
        }
        return (low + high) / 2;
    }

    /// The least of `Σ_t s_t Σ_(j≠t) max(0, 1 - y_t + y_j) / K` over scores `y`, for the shares `s` of `K`
    /// classes.
    ///
    /// It is a linear program whose constraints are differences, so whole scores suffice, and exchanging
    /// two scores shows that a class that occurs more often needs none lower. With the classes in that
    /// order, the scores go down in steps of one between groups of equal ones: two classes `i < j` cost
    /// `s_j (1 + y_i - y_j)`, and `s_i` more if they are of one group. The best groups are found by the
    /// best ends of the groups before.
    static double hinge(double[] shares) {
        double[] sorted = Arrays.stream(shares)
                .map(share -> -share)
                .sorted()
                .map(share -> -share)
                .toArray();
        int classes = sorted.length;
        double[] tail = new double[classes + 1]; // what the classes from here on have together
        double always = 0;
        for (int j = classes - 1; j >= 0; j--) {
            tail[j] = tail[j + 1] + sorted[j];
            always += j * sorted[j];
        }
        double[] best = new double[classes + 1]; // of the first classes, their last group ended
        for (int end = 1; end <= classes; end++) {
            best[end] = Double.POSITIVE_INFINITY;
            double inside = 0; // Σ s_i (number of classes after i in the group)
            for (int begin = end - 1; begin >= 0; begin--) {
                inside += sorted[begin] * (end - 1 - begin);
                double step = begin * tail[begin]; // every class before is one step above every class from here on
                best[end] = Math.min(best[end], best[begin] + step + inside);
            }
        }
        return (always + best[classes]) / classes;
    }

    /// `Σ_k s_k (1 - s_k) / K`: the mean variance of the coordinates of the class.
    static double spread(double[] shares) {
        return Arrays.stream(shares).map(share -> share * (1 - share)).sum() / shares.length;
    }

    // ---- of numbers -----------------------------------------------------------------------------------------------

    static double mean(double[] column, DoubleUnaryOperator of) {
        double sum = 0;
        for (double target : column) {
            sum += of.applyAsDouble(target);
        }
        return sum / column.length;
    }

    static double variance(double[] column) {
        double mean = mean(column, target -> target);
        return mean(column, target -> (target - mean) * (target - mean));
    }

    /// The share of the less frequent one of the targets -1 and 1.
    static double rarer(double[] column) {
        double positive = mean(column, target -> target > 0 ? 1 : 0);
        return Math.min(positive, 1 - positive);
    }

    static double quantile(double[] column, double quantile) {
        double[] sorted = column.clone();
        Arrays.sort(sorted);
        double best = sorted[(int) Math.min(sorted.length - 1L, (long) (quantile * sorted.length))];
        return mean(column, target -> Math.max(quantile * (target - best), (quantile - 1) * (target - best)));
    }

    static double huber(double[] column, double delta) {
        double low = Arrays.stream(column).min().orElse(0);
        double high = Arrays.stream(column).max().orElse(0);
        for (int i = 0; i < HALVINGS && low < high; i++) {
            double middle = low + (high - low) / 2;
            if (mean(column, target -> Math.clamp(middle - target, -delta, delta)) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double best = low;
        return mean(column, target -> {
            double distance = Math.abs(target - best);
            double near = Math.min(distance, delta);
            return near * near / 2 + delta * (distance - near);
        });
    }

    /// `t - t ln t`: the least of `λ - t ln λ` over the rates `λ`.
    static double likeliest(double count) {
        return count + surprise(count);
    }
}
