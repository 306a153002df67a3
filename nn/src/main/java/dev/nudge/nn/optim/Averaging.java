package dev.nudge.nn.optim;

/// How the weights of many steps become one set of weights that generalizes better than any of them.
///
/// `average ← average + share (weights - average)` after each step, with the share that [#share] says.
public sealed interface Averaging {
    /// The share of the weights of `step`, counted from 1, in the average; 0 where they do not count, 1 where they
    /// are the first.
    double share(long step);

    /// Whether any of the first `steps` steps counts.
    boolean hasCounted(long steps);

    /// An exponential average in which the weights of each step count `decay` times as much as those of the next.
    static Ema ema(double decay) {
        return new Ema(decay);
    }

    /// The plain mean of the weights of step `from` and of every `every` steps from then on.
    static Swa swa(long from, long every) {
        return new Swa(from, every);
    }

    /// An exponential average, `share = (1 - decay) / (1 - decay^step)`.
    ///
    /// The divisor takes out the start at zero, so that the first steps are averaged evenly; many programs start at
    /// the first weights instead, which then weigh `decay^step`.
    ///
    /// Source: Polyak and Juditsky 1992 for averaging; Kingma and Ba 2015, arXiv:1412.6980, section 7.2.
    ///
    /// @param decay share of the average that stays, in `[0, 1)`; it looks back over `1 / (1 - decay)` steps
    record Ema(double decay) implements Averaging {
        /// Checks the decay.
        ///
        /// @throws IllegalArgumentException if it is not in `[0, 1)`
        public Ema {
            Hyper.fraction("ema", "decay", decay);
        }

        @Override
        public double share(long step) {
            return (1 - decay) / (1 - StrictMath.pow(decay, step));
        }

        @Override
        public boolean hasCounted(long steps) {
            return steps >= 1;
        }
    }

    /// Stochastic weight averaging: the mean of the weights at the ends of cycles, `share = 1 / n` for the `n`-th.
    ///
    /// Meant for the last part of a run, with a rate that is constant or cyclic.
    ///
    /// Source: Izmailov et al. 2018, arXiv:1803.05407, Algorithm 1.
    ///
    /// @param from  first step that counts
    /// @param every steps from one that counts to the next, the cycle length `c` of the paper
    record Swa(long from, long every) implements Averaging {
        /// Checks that both are at least 1.
        ///
        /// @throws IllegalArgumentException if one is not
        public Swa {
            Schedules.check(from >= 1, "swa", "from must be at least 1", from);
            Schedules.check(every >= 1, "swa", "every must be at least 1", every);
        }

        @Override
        public double share(long step) {
            boolean counts = step >= from && (step - from) % every == 0;
            return counts ? 1.0 / ((step - from) / every + 1) : 0;
        }

        @Override
        public boolean hasCounted(long steps) {
            return steps >= from;
        }
    }
}
