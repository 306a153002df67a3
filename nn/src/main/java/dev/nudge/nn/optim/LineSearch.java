package dev.nudge.nn.optim;

/// Finds a point along a direction that meets the strong Wolfe conditions: a decrease of at least `decrease` times
/// what the slope at the start promises, and a slope of at most `curvature` times that at the start.
///
/// A loss that is not finite counts as too large. Where rounding leaves no such point, the lowest one found is taken.
///
/// Source: Nocedal and Wright 2006, Numerical Optimization, Algorithms 3.5 and 3.6, with bisection in the zoom.
///
/// @param decrease  `c1`
/// @param curvature `c2`
record LineSearch(double decrease, double curvature) {
    private static final int MOST = 30; // halvings or doublings

    /// A point along the direction.
    private record Try(double length, Lbfgs.At at, double slope) {}

    /// The point found, or `start` itself if none is lower.
    ///
    /// @param first length to try first
    Lbfgs.At search(Lbfgs.Objective objective, Lbfgs.At start, double[] direction, double first) {
        double slope = Lbfgs.dot(start.gradient(), direction);
        if (!(slope < 0)) {
            return start;
        }
        Try zero = new Try(0, start, slope);
        Try before = zero;
        double length = first;
        for (int i = 0; i < MOST; i++) {
            Try here = at(objective, start, direction, length);
            if (isTooHigh(here, zero)
                    || i > 0 && here.at().loss() >= before.at().loss()) {
                return zoom(objective, zero, direction, before, here);
            }
            if (Math.abs(here.slope()) <= -curvature * slope) {
                return here.at();
            }
            if (here.slope() >= 0) {
                return zoom(objective, zero, direction, here, before);
            }
            before = here;
            length *= 2;
        }
        return before.at();
    }

    private boolean isTooHigh(Try here, Try zero) {
        double bound = zero.at().loss() + decrease * here.length() * zero.slope();
        return !here.at().isFinite() || here.at().loss() > bound;
    }

    /// Algorithm 3.6 between `low`, the lowest point so far that decreases enough, and `high`.
    private Lbfgs.At zoom(Lbfgs.Objective objective, Try zero, double[] direction, Try low, Try high) {
        for (int i = 0; i < MOST; i++) {
            double length = (low.length() + high.length()) / 2;
            Try here = at(objective, zero.at(), direction, length);
            if (isTooHigh(here, zero) || here.at().loss() >= low.at().loss()) {
                high = here;
            } else {
                if (Math.abs(here.slope()) <= -curvature * zero.slope()) {
                    return here.at();
                }
                if (here.slope() * (high.length() - low.length()) >= 0) {
                    high = low;
                }
                low = here;
            }
        }
        return low.at();
    }

    private static Try at(Lbfgs.Objective objective, Lbfgs.At start, double[] direction, double length) {
        double[] x = start.x().clone();
        for (int i = 0; i < x.length; i++) {
            x[i] += length * direction[i];
        }
        Lbfgs.At at = objective.at(x);
        return new Try(length, at, Lbfgs.dot(at.gradient(), direction));
    }
}
