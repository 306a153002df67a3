package dev.nudge.train;

import java.util.List;
import java.util.OptionalDouble;

/// What a [LearningRateFinder] saw: the loss at rising learning rates, and what follows from it.
///
/// The suggestion is the smaller of two rates: the one where the smoothed loss falls most steeply, and a tenth of the
/// last rate, if the loss diverged there. The fall is looked for between the last point that is still near the level
/// of the start (the mean loss of the first tenth of the steps) and the lowest point; its slope is that of the
/// straight line that fits best over the logarithms of the rates nearby, a tenth of the planned steps around: so
/// single batches do not decide. Where the loss never falls by a hundredth of the level, nothing is suggested.
///
/// Source: the steepest point and the safety factor of ten are the rules of fastai's `lr_find`.
///
/// @param points     one per step
/// @param lowest     rate of the smallest smoothed loss
/// @param steepest   rate of the steepest fall; empty where the loss does not fall
/// @param divergence rate at which the loss exploded; empty if it did not
public record RateSweep(List<Point> points, double lowest, OptionalDouble steepest, OptionalDouble divergence) {
    private static final double FALL = 0.01; // less than this share of the loss is noise
    private static final double NEAR = 0.1; // share of the whole fall that counts as the level of the start
    private static final int NEARBY = 20; // on each side, a twentieth of the planned steps
    private static final double SAFETY = 10;

    /// Keeps a copy of the list.
    public RateSweep {
        points = List.copyOf(points);
    }

    /// One step.
    ///
    /// @param rate     its learning rate
    /// @param loss     loss of its batch, before the update
    /// @param smoothed the same, smoothed over the steps so far
    public record Point(double rate, double loss, double smoothed) {}

    /// What follows from these points.
    ///
    /// @param planned number of steps that were to be taken; fewer points mean that the loss diverged
    static RateSweep of(List<Point> points, int planned) {
        int lowest = 0;
        for (int i = 1; i < points.size(); i++) {
            lowest = points.get(i).smoothed() < points.get(lowest).smoothed() ? i : lowest;
        }
        boolean diverged =
                points.size() < planned || !Double.isFinite(points.getLast().smoothed());
        int first = Math.max(1, points.size() / 10);
        double level = points.subList(0, first).stream()
                .mapToDouble(Point::loss)
                .average()
                .orElseThrow();
        double least = points.get(lowest).smoothed();
        int start = lowest;
        while (start > 0 && points.get(start).smoothed() < level - NEAR * (level - least)) {
            start--;
        }
        boolean falls = lowest >= first && least < level * (1 - FALL);
        int reach = Math.max(1, planned / NEARBY);
        return new RateSweep(
                points,
                points.get(lowest).rate(),
                falls ? OptionalDouble.of(steepest(points, start, lowest, reach)) : OptionalDouble.empty(),
                diverged ? OptionalDouble.of(points.getLast().rate()) : OptionalDouble.empty());
    }

    private static double steepest(List<Point> points, int start, int lowest, int reach) {
        int last = Math.max(0, lowest - reach); // short of the bottom, where the windows would be cut
        int best = Math.min(start, last);
        double slope = Double.POSITIVE_INFINITY;
        for (int i = best; i <= last; i++) {
            double here = slope(points.subList(Math.max(0, i - reach), Math.min(lowest, i + reach) + 1));
            if (here < slope) {
                slope = here;
                best = i;
            }
        }
        return points.get(best).rate();
    }

    /// Slope of the straight line through the points, by least squares; the rates are evenly spaced in logarithms.
    private static double slope(List<Point> points) {
        double middle = (points.size() - 1) / 2.0;
        double product = 0;
        double square = 0;
        for (int i = 0; i < points.size(); i++) {
            product += (i - middle) * points.get(i).smoothed();
            square += (i - middle) * (i - middle);
        }
        return square == 0 ? Double.POSITIVE_INFINITY : product / square;
    }

    /// A good rate for training; empty where the loss does not fall.
    public OptionalDouble suggestion() {
        return steepest.isPresent() && divergence.isPresent()
                ? OptionalDouble.of(Math.min(steepest.getAsDouble(), divergence.getAsDouble() / SAFETY))
                : steepest;
    }
}
