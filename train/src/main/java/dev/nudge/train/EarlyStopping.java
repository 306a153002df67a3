package dev.nudge.train;

import org.jspecify.annotations.Nullable;

/// Ends training when the validation loss has not improved for a while, and gives back the best weights seen.
///
/// @param patience epochs without improvement that are put up with
/// @param minDelta smallest decrease that counts as an improvement
public record EarlyStopping(int patience, double minDelta) {
    /// Checks the ranges.
    public EarlyStopping {
        if (patience < 1 || !(minDelta >= 0) || Double.isInfinite(minDelta)) {
            throw new IllegalArgumentException("early stopping: patience must be at least 1 and minDelta a number of at"
                    + " least 0, found " + patience + " and " + minDelta);
        }
    }

    /// Stops after `patience` epochs that did not lower the validation loss by more than `minDelta`.
    public static EarlyStopping of(int patience, double minDelta) {
        return new EarlyStopping(patience, minDelta);
    }

    /// Stops after `patience` epochs without any decrease of the validation loss.
    public static EarlyStopping of(int patience) {
        return of(patience, 0);
    }

    /// The best epoch so far.
    ///
    /// @param best   its validation loss; null before the first epoch
    /// @param epoch  its number; 0 before the first
    /// @param waited epochs since
    /// @param last   loss of the last epoch, on the validation data if there are any; null if it is not finite
    record Watch(
            @Nullable Double best,
            int epoch,
            int waited,
            @Nullable Double last) {
        static final Watch START = new Watch(null, 0, 0, null);

        /// The state after an epoch with this loss, when nobody stops early.
        Watch seen(double loss) {
            return new Watch(best, epoch, waited, Double.isFinite(loss) ? loss : null);
        }
    }

    /// The state after the epoch with this validation loss; a NaN or infinity is no improvement.
    Watch after(Watch watch, int epoch, double loss) {
        Double best = watch.best();
        boolean better = Double.isFinite(loss) && (best == null || loss < best - minDelta);
        return (better ? new Watch(loss, epoch, 0, null) : new Watch(best, watch.epoch(), watch.waited() + 1, null))
                .seen(loss);
    }

    /// Whether the wait is over.
    boolean isOver(Watch watch) {
        return watch.waited() >= patience;
    }
}
