package dev.nudge.nn.optim;

import org.jspecify.annotations.Nullable;

/// Lowers the learning rate when the validation loss has stopped falling: the rate of the schedule is multiplied by
/// `factor` each time `patience` epochs in a row brought no improvement.
///
/// Pure: what it has seen is a [State], which a loop keeps and passes on.
///
/// {@snippet class="OptimizerSnippets" region="plateau"}
///
/// Counts as Keras does: it acts after the last of `patience` epochs without improvement; PyTorch waits for one more. A
/// loss that is not finite is no improvement.
///
/// @param factor   what the rate is multiplied by, in `(0, 1)`
/// @param patience epochs without improvement that are put up with
/// @param minDelta smallest decrease that counts as an improvement
/// @param cooldown epochs after a reduction that do not count as waiting
/// @param least    what the product of all factors does not fall below
public record ReduceOnPlateau(double factor, int patience, double minDelta, int cooldown, double least) {
    /// Checks the parameters.
    public ReduceOnPlateau {
        Schedules.check(factor > 0 && factor < 1, "plateau", "factor must be in (0, 1)", factor);
        Schedules.check(patience >= 1, "plateau", "patience must be at least 1", patience);
        Hyper.atLeastZero("plateau", "minDelta", minDelta);
        Schedules.check(cooldown >= 0, "plateau", "cooldown must be at least 0", cooldown);
        Schedules.check(least >= 0 && least <= 1, "plateau", "least must be in [0, 1]", least);
    }

    /// A tenth of the rate after `patience` epochs without any decrease of the loss.
    public static ReduceOnPlateau of(int patience) {
        return new ReduceOnPlateau(0.1, patience, 0, 0, 0);
    }

    /// The same with another factor.
    public ReduceOnPlateau withFactor(double other) {
        return new ReduceOnPlateau(other, patience, minDelta, cooldown, least);
    }

    /// The same where smaller decreases do not count.
    public ReduceOnPlateau withMinDelta(double other) {
        return new ReduceOnPlateau(factor, patience, other, cooldown, least);
    }

    /// The same with a pause after each reduction.
    public ReduceOnPlateau withCooldown(int epochs) {
        return new ReduceOnPlateau(factor, patience, minDelta, epochs, least);
    }

    /// The same with another bound on the product of all factors.
    public ReduceOnPlateau withLeast(double other) {
        return new ReduceOnPlateau(factor, patience, minDelta, cooldown, other);
    }

    /// What has been seen so far.
    ///
    /// @param scale   product of all factors: what the rate of the schedule is multiplied by
    /// @param best    smallest loss; null before the first epoch
    /// @param waited  epochs without improvement that count
    /// @param cooling epochs of the pause that are left
    public record State(double scale, @Nullable Double best, int waited, int cooling) {
        /// Nothing seen, nothing reduced.
        public static final State START = new State(1, null, 0, 0);
    }

    /// What `state` becomes by an epoch with this loss.
    public State after(State state, double loss) {
        Double best = state.best();
        boolean better = Double.isFinite(loss) && (best == null || loss < best - minDelta);
        int cooling = Math.max(0, state.cooling() - 1);
        int waited = better || state.cooling() > 0 ? 0 : state.waited() + 1;
        Double smallest = better ? Double.valueOf(loss) : best;
        return waited < patience
                ? new State(state.scale(), smallest, waited, cooling)
                : new State(Math.max(least, state.scale() * factor), smallest, 0, cooldown);
    }
}
