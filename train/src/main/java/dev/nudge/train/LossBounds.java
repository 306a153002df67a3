package dev.nudge.train;

import dev.nudge.nn.loss.BinaryCrossEntropy;
import dev.nudge.nn.loss.CrossEntropy;
import dev.nudge.nn.loss.Focal;
import dev.nudge.nn.loss.Hinge;
import dev.nudge.nn.loss.Huber;
import dev.nudge.nn.loss.KullbackLeibler;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.MeanAbsoluteError;
import dev.nudge.nn.loss.MeanSquaredError;
import dev.nudge.nn.loss.MultiClassHinge;
import dev.nudge.nn.loss.Poisson;
import dev.nudge.nn.loss.Quantile;
import dev.nudge.nn.loss.Reduction;
import dev.nudge.nn.loss.SquaredHinge;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Two losses by which to tell how good another is: the one that nobody can beat, and the one of a
/// predictor that does not look at its input, which a network has to beat to have learned anything.
///
/// Both are means over the rows of a data set. The predictor that knows nothing gives the same outputs for
/// every input, the best there are: the shares of the classes for a cross-entropy (so the loss is their
/// entropy, `ln K` of `K` classes of equal size), the mean of the targets for the squared error (so it is
/// their variance), the median for the absolute one. Each output has its own; positions of a sequence share
/// it.
///
/// The floor holds where no input comes with two different targets. It is 0, but for soft targets and
/// smoothed labels, whose own entropy is left, and for a Poisson loss.
///
/// @param floor       the least mean loss of any predictor; empty where it is not known
/// @param knowNothing the least mean loss of a constant predictor; empty where it is not known
public record LossBounds(OptionalDouble floor, OptionalDouble knowNothing) {
    /// Nothing is known.
    public static final LossBounds UNKNOWN = new LossBounds(OptionalDouble.empty(), OptionalDouble.empty());

    private static final int MOST_ROWS = 1 << 17;
    private static final int MOST_NUMBERS = 1 << 23;
    private static final int BATCH = 256;

    private static LossBounds of(double floor, double knowNothing) {
        return new LossBounds(known(floor), known(knowNothing));
    }

    private static OptionalDouble known(double bound) {
        return Double.isFinite(bound) ? OptionalDouble.of(bound) : OptionalDouble.empty();
    }

    /// The bounds of `loss` for the targets of `data`; of 131,072 of them, evenly spread, where there are more.
    ///
    /// Class indices count as targets of 1 at the class and 0 elsewhere for the squared error. Nothing is
    /// known of losses that are not means, of those that compare inputs, of masked ones and of those of
    /// others.
    ///
    /// @param data not empty
    public static LossBounds of(Loss loss, Dataset data) {
        int width = data.targetType().shape().rank() == 0
                ? 1
                : data.targetType().shape().extent(-1);
        boolean areClasses = data.targetType().dtype().isInteger();
        return switch (loss) {
            case CrossEntropy it
            when isMean(it.reduction()) ->
                areClasses ? ofClasses(it, labels(data), data.classes()) : ofDistributions(it, numbers(data), width);
            case KullbackLeibler(var reduction)
            when isMean(reduction) && !areClasses -> ofDivergence(numbers(data), width);
            case BinaryCrossEntropy(var reduction)
            when isMean(reduction) && !areClasses -> ofAnswers(numbers(data), width);
            case Focal it
            when isMean(it.reduction()) && areClasses -> of(0, focal(it, shares(labels(data), data.classes())));
            case MultiClassHinge(var margin, var reduction)
            when isMean(reduction) && areClasses ->
                of(0, margin * BestConstant.hinge(shares(labels(data), data.classes())));
            case MeanSquaredError(var reduction)
            when isMean(reduction) && areClasses -> of(0, BestConstant.spread(shares(labels(data), data.classes())));
            case MeanSquaredError(var reduction)
            when isMean(reduction) -> of(0, overColumns(numbers(data), width, BestConstant::variance));
            case MeanAbsoluteError(var reduction)
            when isMean(reduction) && !areClasses ->
                of(0, overColumns(numbers(data), width, column -> BestConstant.quantile(column, 0.5) * 2));
            case Quantile(var quantile, var reduction)
            when isMean(reduction) && !areClasses ->
                of(0, overColumns(numbers(data), width, column -> BestConstant.quantile(column, quantile)));
            case Huber(var delta, var reduction)
            when isMean(reduction) && !areClasses ->
                of(0, overColumns(numbers(data), width, column -> BestConstant.huber(column, delta)));
            case Hinge(var reduction)
            when isMean(reduction) && !areClasses ->
                of(0, overColumns(numbers(data), width, column -> 2 * BestConstant.rarer(column)));
            case SquaredHinge(var reduction)
            when isMean(reduction) && !areClasses ->
                of(
                        0,
                        overColumns(
                                numbers(data),
                                width,
                                column -> 4 * BestConstant.rarer(column) * (1 - BestConstant.rarer(column))));
            case Poisson(var _, var reduction) when isMean(reduction) && !areClasses -> ofCounts(numbers(data), width);
            default -> UNKNOWN;
        };
    }

    private static boolean isMean(Reduction reduction) {
        return reduction == Reduction.MEAN;
    }

    // ---- targets --------------------------------------------------------------------------------------------------

    private static int[] rows(Dataset data) {
        long each = Math.max(1, data.targetType().shape().elements());
        int count = (int) Math.min(Math.min(data.size(), MOST_ROWS), Math.max(1, MOST_NUMBERS / each));
        return IntStream.range(0, count)
                .map(i -> (int) ((long) i * data.size() / count))
                .toArray();
    }

    private static long[] labels(Dataset data) {
        int[] rows = rows(data);
        long[] labels = new long[rows.length * each(data)];
        read(data, rows, (value, i, at) -> labels[at] = value.longAt(i));
        return labels;
    }

    private static double[] numbers(Dataset data) {
        int[] rows = rows(data);
        double[] numbers = new double[rows.length * each(data)];
        read(data, rows, (value, i, at) -> numbers[at] = value.at(i));
        return numbers;
    }

    private static int each(Dataset data) {
        return Math.toIntExact(data.targetType().shape().elements());
    }

    /// Takes element `i` of a batch's targets, which is number `at` of all.
    @FunctionalInterface
    private interface Taker {
        void take(Value value, int i, int at);
    }

    private static void read(Dataset data, int[] rows, Taker taker) {
        int at = 0;
        for (int from = 0; from < rows.length; from += BATCH) {
            Value value = data.targets(Arrays.copyOfRange(rows, from, Math.min(rows.length, from + BATCH)))
                    .value();
            for (int i = 0; i < value.elements(); i++) {
                taker.take(value, i, at++);
            }
        }
    }

    /// The share of each class.
    private static double[] shares(long[] labels, int classes) {
        long most = Math.min(MOST_NUMBERS, Arrays.stream(labels).max().orElse(0));
        double[] shares = new double[Math.max(classes, (int) most + 1)];
        for (long label : labels) {
            if (label < 0 || label > most) { // what is no class will be refused when the loss is taken
                Arrays.fill(shares, Double.NaN);
                return shares;
            }
            shares[(int) label]++;
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= labels.length;
        }
        return shares;
    }

    /// A weight for each class; NaN if there are weights of other classes, which will be refused when the
    /// loss is taken.
    private static double[] weights(@Nullable List<Double> weights, int classes) {
        double[] each = new double[classes];
        Arrays.setAll(each, k -> weights == null ? 1 : weights.size() == classes ? weights.get(k) : Double.NaN);
        return each;
    }

    // ---- classes --------------------------------------------------------------------------------------------------

    private static LossBounds ofClasses(CrossEntropy loss, long[] labels, int classes) {
        var weights = loss.classWeights();
        Integer ignored = loss.ignoreIndex();
        long[] counted = ignored == null
                ? labels
                : Arrays.stream(labels).filter(label -> label != ignored).toArray();
        if (counted.length == 0) {
            return UNKNOWN;
        }
        double smoothing = loss.labelSmoothing();
        if (smoothing > 0 && classes == 0 && weights == null) {
            return UNKNOWN; // the uniform part is over all classes, and nobody says how many there are
        }
        double[] shares = shares(counted, weights == null ? classes : weights.size());
        double[] weight = weights(weights, shares.length);
        // Per row of class t, with w the weights: -Σ_k c_k ln p_k, c_k = (1-s) w_t [k=t] + s/K w_k.
        double uniform = smoothing / shares.length;
        double allUniform = 0;
        double uniformSurprise = 0;
        for (double each : weight) {
            allUniform += uniform * each;
            uniformSurprise += BestConstant.surprise(uniform * each);
        }
        double[] together = new double[shares.length];
        double floor = 0;
        double total = 0;
        for (int k = 0; k < shares.length; k++) {
            double own = (1 - smoothing) * weight[k];
            together[k] = shares[k] * own + uniform * weight[k];
            floor += shares[k]
                    * (uniformSurprise
                            - BestConstant.surprise(uniform * weight[k])
                            + BestConstant.surprise(uniform * weight[k] + own)
                            - BestConstant.surprise(allUniform + own));
            total += shares[k] * weight[k];
        }
        return of(Math.max(0, smoothing == 0 ? 0 : floor / total), BestConstant.least(together) / total);
    }

    private static LossBounds ofDistributions(CrossEntropy loss, double[] targets, int classes) {
        double[] weights = weights(loss.classWeights(), classes);
        double[] together = new double[classes];
        double floor = 0;
        int rows = targets.length / classes;
        for (int row = 0; row < rows; row++) {
            double[] coefficients = new double[classes];
            for (int k = 0; k < classes; k++) {
                double mixed =
                        (1 - loss.labelSmoothing()) * targets[row * classes + k] + loss.labelSmoothing() / classes;
                coefficients[k] = mixed * weights[k];
                together[k] += coefficients[k];
            }
            floor += BestConstant.least(coefficients);
        }
        return of(Math.max(0, floor / rows), BestConstant.least(together) / rows);
    }

    private static LossBounds ofDivergence(double[] targets, int classes) {
        LossBounds ofEntropy = ofDistributions(CrossEntropy.of(), targets, classes);
        return of(0, ofEntropy.knowNothing.orElse(Double.NaN) - ofEntropy.floor.orElse(Double.NaN));
    }

    private static LossBounds ofAnswers(double[] targets, int width) {
        return of(
                overColumns(
                        targets,
                        width,
                        column -> BestConstant.mean(
                                column, target -> BestConstant.least(new double[] {target, 1 - target}))),
                overColumns(targets, width, column -> {
                    double yes = BestConstant.mean(column, target -> target);
                    return BestConstant.least(new double[] {yes, 1 - yes});
                }));
    }

    private static double focal(Focal loss, double[] shares) {
        double[] weights = weights(loss.alpha(), shares.length);
        Arrays.setAll(weights, k -> shares[k] * weights[k]);
        return BestConstant.focal(loss.gamma(), weights);
    }

    // ---- numbers --------------------------------------------------------------------------------------------------

    private static double overColumns(double[] targets, int width, ToDoubleFunction<double[]> loss) {
        double sum = 0;
        double[] column = new double[targets.length / width];
        for (int output = 0; output < width; output++) {
            for (int row = 0; row < column.length; row++) {
                column[row] = targets[row * width + output];
            }
            sum += loss.applyAsDouble(column);
        }
        return sum / width;
    }

    private static LossBounds ofCounts(double[] targets, int width) {
        return of(
                overColumns(targets, width, column -> BestConstant.mean(column, BestConstant::likeliest)),
                overColumns(
                        targets, width, column -> BestConstant.likeliest(BestConstant.mean(column, target -> target))));
    }
}
