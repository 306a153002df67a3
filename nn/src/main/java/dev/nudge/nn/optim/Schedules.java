package dev.nudge.nn.optim;

import java.util.List;

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

    /// A rate that goes evenly from `rate` to 0 over `steps` steps.
    public static Linear linear(double rate, long steps) {
        return new Linear(rate, 0, steps);
    }

    /// A rate that falls to 0 over `steps` steps as a power of what is left of them.
    public static Polynomial polynomial(double rate, long steps, double power) {
        return new Polynomial(rate, steps, power, 0);
    }

    /// A rate that rises evenly to `peak` over `warmup` steps and then falls with the root of the step.
    public static InverseSquareRoot inverseSquareRoot(double peak, long warmup) {
        return new InverseSquareRoot(peak, warmup);
    }

    /// The schedule of the Transformer, `width^-0.5 · min(step^-0.5, step · warmup^-1.5)`.
    ///
    /// Source: Vaswani et al. 2017, arXiv:1706.03762, equation 3.
    ///
    /// @param width  size of the model's vectors
    /// @param warmup steps of the rise
    public static InverseSquareRoot noam(int width, long warmup) {
        check(width >= 1, "noam", "width must be at least 1", width);
        return new InverseSquareRoot(1 / Math.sqrt((double) width * Math.max(1, warmup)), warmup);
    }

    /// A rate that goes evenly from `floor` to `peak` and back, `half` steps each way, over and over.
    public static Cyclic cyclic(double floor, double peak, long half) {
        return new Cyclic(floor, peak, half, 1, 1);
    }

    /// A rate that falls along half a cosine to 0 and starts anew, first after `first` steps, then after `growth` times
    /// as many each time.
    public static WarmRestarts warmRestarts(double rate, long first, int growth) {
        return new WarmRestarts(rate, first, growth, 0);
    }

    /// `first` for `steps` steps, then `then`, whose steps count from 1 again.
    public static Sequence sequence(Schedule first, long steps, Schedule then) {
        return new Sequence(first, steps, then);
    }

    /// `rates` times each of `factors`, which are schedules of rates around 1: all of them at once, as in PyTorch's
    /// `ChainedScheduler`.
    public static Product product(Schedule rates, Schedule... factors) {
        return new Product(rates, List.of(factors));
    }

    static void checkRate(String schedule, double rate) {
        if (!(rate > 0 && rate <= 1000)) {
            throw new IllegalArgumentException(
                    "error[E610] " + schedule + ": learning rate must be a number in (0, 1000], found " + rate);
        }
    }

    static void check(boolean holds, String schedule, String what, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("error[E623] " + schedule + ": " + what + ", found " + found);
        }
    }

    static double cosineBetween(double from, double to, double part) {
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

    /// `start + (end - start) (step - 1) / steps`, and `end` after `steps` steps.
    ///
    /// @param start learning rate of the first step
    /// @param end   learning rate afterwards
    /// @param steps how many steps the way takes
    public record Linear(double start, double end, long steps) implements Schedule {
        /// Checks the parameters.
        public Linear {
            checkRate("linear", Math.max(start, end));
            check(Math.min(start, end) >= 0, "linear", "no rate may be below 0", Math.min(start, end));
            check(steps >= 1, "linear", "steps must be at least 1", steps);
        }

        @Override
        public double at(long step) {
            return start + (end - start) * Math.min(1, (step - 1) / (double) steps);
        }
    }

    /// `floor + (rate - floor) (1 - (step - 1) / steps)^power`, and `floor` after `steps` steps.
    ///
    /// Source: Liu, Rabinovich and Berg 2015, arXiv:1506.04579, section 4 (the rule "poly").
    ///
    /// @param rate  learning rate of the first step
    /// @param steps how many steps the fall takes
    /// @param power 1 falls evenly, more falls fast first
    /// @param floor learning rate afterwards
    public record Polynomial(double rate, long steps, double power, double floor) implements Schedule {
        /// Checks the parameters.
        public Polynomial {
            checkRate("polynomial", rate);
            check(steps >= 1, "polynomial", "steps must be at least 1", steps);
            check(power > 0 && power <= 100, "polynomial", "power must be in (0, 100]", power);
            check(floor >= 0 && floor <= rate, "polynomial", "floor must be in [0, " + rate + "]", floor);
        }

        @Override
        public double at(long step) {
            return floor + (rate - floor) * StrictMath.pow(1 - Math.min(1, (step - 1) / (double) steps), power);
        }
    }

    /// `peak · min(step / warmup, √(warmup / step))`.
    ///
    /// Source: Vaswani et al. 2017, arXiv:1706.03762, equation 3, whose rate at the top is
    /// `peak = (width · warmup)^-0.5`; see [#noam].
    ///
    /// @param peak   largest learning rate
    /// @param warmup the step that has it
    public record InverseSquareRoot(double peak, long warmup) implements Schedule {
        /// Checks the parameters.
        public InverseSquareRoot {
            checkRate("inverseSquareRoot", peak);
            check(warmup >= 1, "inverseSquareRoot", "warmup must be at least 1", warmup);
        }

        @Override
        public double at(long step) {
            return peak * Math.min(step / (double) warmup, Math.sqrt(warmup / (double) step));
        }
    }

    /// `first(step)` up to step `steps`, afterwards `then(step - steps)`; more than two are sequences of sequences.
    ///
    /// @param first what comes first
    /// @param steps for how many steps
    /// @param then  what follows; its steps count from 1 again
    public record Sequence(Schedule first, long steps, Schedule then) implements Schedule {
        /// Checks the steps.
        public Sequence {
            check(steps >= 0, "sequence", "steps must be at least 0", steps);
        }

        @Override
        public double at(long step) {
            return step <= steps ? first.at(step) : then.at(step - steps);
        }
    }

    /// `rates(step) · Π factor(step)`.
    ///
    /// @param rates   rates
    /// @param factors what each is multiplied by
    public record Product(Schedule rates, List<Schedule> factors) implements Schedule {
        /// Copies the list.
        public Product {
            factors = List.copyOf(factors);
        }

        @Override
        public double at(long step) {
            double rate = rates.at(step);
            for (Schedule factor : factors) {
                rate *= factor.at(step);
            }
            return rate;
        }
    }
}
