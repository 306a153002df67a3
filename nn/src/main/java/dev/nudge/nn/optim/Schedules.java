package dev.nudge.nn.optim;

/// The schedules by name.
///
/// Each is a record, so that a run can say which one it used.
public final class Schedules {
    private Schedules() {}

    /// The same rate at every step.
    public static Constant constant(double rate) {
        return new Constant(rate);
    }

    /// A rate that is multiplied by `factor` after every `every` steps.
    public static StepDecay stepDecay(double rate, long every, double factor) {
        return new StepDecay(rate, every, factor);
    }

    /// A rate that is multiplied by `factor` after every step.
    public static Exponential exponential(double rate, double factor) {
        return new Exponential(rate, factor);
    }

    /// A rate that falls along half a cosine to 0 over `steps` steps.
    public static Cosine cosine(double rate, long steps) {
        return new Cosine(rate, steps, 0);
    }

    /// A rate that rises over `steps` steps to the start of `then`, which follows.
    public static Warmup warmup(long steps, Schedule then) {
        return new Warmup(steps, then);
    }

    /// A rate that rises to `peak` and falls to almost nothing over `steps` steps: rise over 30 % of them, from
    /// `peak / 25` and down to `peak / 250000`, as in PyTorch.
    public static OneCycle oneCycle(double peak, long steps) {
        return new OneCycle(peak, steps, 0.3, 25, 1e4);
    }

    private static void checkRate(String schedule, double rate) {
        if (!(rate > 0 && rate <= 1000)) {
            throw new IllegalArgumentException(
                    "error[E610] " + schedule + ": learning rate must be a number in (0, 1000], found " + rate);
        }
    }

    private static void check(boolean holds, String schedule, String what, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("error[E623] " + schedule + ": " + what + ", found " + found);
        }
    }

    private static double cosineBetween(double from, double to, double part) {
        return to + (from - to) * (1 + StrictMath.cos(Math.PI * part)) / 2;
    }

    /// The same rate at every step.
    ///
    /// @param rate learning rate
    public record Constant(double rate) implements Schedule {
        /// Checks the rate.
        public Constant {
            checkRate("constant", rate);
        }

        @Override
        public double at(long step) {
            return rate;
        }
    }

    /// `rate · factor^⌊(step - 1) / every⌋`.
    ///
    /// @param rate   learning rate of the first steps
    /// @param every  how many steps share a rate
    /// @param factor what the rate is multiplied by, in `(0, 1]`
    public record StepDecay(double rate, long every, double factor) implements Schedule {
        /// Checks the parameters.
        public StepDecay {
            checkRate("stepDecay", rate);
            check(every >= 1, "stepDecay", "every must be at least 1", every);
            check(factor > 0 && factor <= 1, "stepDecay", "factor must be in (0, 1]", factor);
        }

        @Override
        public double at(long step) {
            return rate * StrictMath.pow(factor, Math.floorDiv(step - 1, every));
        }
    }

    /// `rate · factor^(step - 1)`.
    ///
    /// @param rate   learning rate of the first step
    /// @param factor what the rate is multiplied by after each step, in `(0, 1]`
    public record Exponential(double rate, double factor) implements Schedule {
        /// Checks the parameters.
        public Exponential {
            checkRate("exponential", rate);
            check(factor > 0 && factor <= 1, "exponential", "factor must be in (0, 1]", factor);
        }

        @Override
        public double at(long step) {
            return rate * StrictMath.pow(factor, step - 1);
        }
    }

    /// `floor + (rate - floor) (1 + cos(π (step - 1) / steps)) / 2`, and `floor` after `steps` steps.
    ///
    /// Source: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5, without restarts.
    ///
    /// @param rate  learning rate of the first step
    /// @param steps how many steps the fall takes
    /// @param floor learning rate afterwards
    public record Cosine(double rate, long steps, double floor) implements Schedule {
        /// Checks the parameters.
        public Cosine {
            checkRate("cosine", rate);
            check(steps >= 1, "cosine", "steps must be at least 1", steps);
            check(floor >= 0 && floor <= rate, "cosine", "floor must be in [0, " + rate + "]", floor);
        }

        @Override
        public double at(long step) {
            return cosineBetween(rate, floor, Math.min(1, (step - 1) / (double) steps));
        }
    }

    /// `then(1) · step / (steps + 1)` up to step `steps`, afterwards `then(step - steps)`.
    ///
    /// So the rate rises in equal parts and the first step of `then` is the first at full rate.
    ///
    /// @param steps how many steps the rise takes
    /// @param then  what follows; its steps count from 1 again
    public record Warmup(long steps, Schedule then) implements Schedule {
        /// Checks the parameters.
        public Warmup {
            check(steps >= 0, "warmup", "steps must be at least 0", steps);
        }

        @Override
        public double at(long step) {
            return step <= steps ? then.at(1) * step / (steps + 1) : then.at(step - steps);
        }
    }

    /// Up along half a cosine from `peak / startDivisor` to `peak`, then down along half a cosine to
    /// `peak / startDivisor / endDivisor`, which stays.
    ///
    /// Source: Smith and Topin 2018, arXiv:1708.07120; phases and divisors as in PyTorch's `OneCycleLR`: the rise
    /// ends at step `rise · steps` and the fall at step `steps`.
    ///
    /// @param peak         largest learning rate
    /// @param steps        how many steps the cycle takes
    /// @param rise         share of them that the rise takes, in `(0, 1)`
    /// @param startDivisor by how much the first rate is smaller than the largest
    /// @param endDivisor   by how much the last rate is smaller than the first
    public record OneCycle(double peak, long steps, double rise, double startDivisor, double endDivisor)
            implements Schedule {
        /// Checks the parameters.
        public OneCycle {
            checkRate("oneCycle", peak);
            check(rise > 0 && rise < 1, "oneCycle", "rise must be in (0, 1)", rise);
            check(rise * steps > 1, "oneCycle", "steps must be more than " + 1 / rise, steps);
            check(startDivisor >= 1, "oneCycle", "startDivisor must be at least 1", startDivisor);
            check(endDivisor >= 1, "oneCycle", "endDivisor must be at least 1", endDivisor);
        }

        @Override
        public double at(long step) {
            double top = rise * steps;
            double start = peak / startDivisor;
            return step <= top
                    ? cosineBetween(start, peak, (step - 1) / (top - 1))
                    : cosineBetween(peak, start / endDivisor, Math.min(1, (step - top) / (steps - top)));
        }
    }
}
