package dev.nudge.train;

import dev.nudge.train.metric.MeanLoss;
import org.jspecify.annotations.Nullable;

/// How far a run is: everything that its next step depends on besides weights, optimizer and settings.
///
/// @param epoch    epoch of the next step, counted from 1
/// @param batch    batches of that epoch that are done
/// @param step     steps done
/// @param examples examples looked at
/// @param loss     training loss over the part of the epoch that is done
/// @param seconds  time taken
/// @param skips    batches that were passed over
/// @param rate     learning rate that somebody has set in the place of the schedule; null for none
record Progress(
        int epoch,
        int batch,
        long step,
        long examples,
        MeanLoss loss,
        double seconds,
        Skips skips,
        @Nullable Double rate) {
    static final Progress START = new Progress(1, 0, 0, 0, MeanLoss.NONE, 0, Skips.NONE, null);

    /// Batches that were passed over because their loss or gradients were not finite.
    ///
    /// @param total in the whole run
    /// @param row   since the last step
    record Skips(long total, int row) {
        static final Skips NONE = new Skips(0, 0);
    }

    /// After one more step on `size` examples.
    Progress afterStep(double stepLoss, int size, double now) {
        return new Progress(
                epoch,
                batch + 1,
                step + 1,
                examples + size,
                loss.add(stepLoss, size),
                now,
                new Skips(skips.total(), 0),
                rate);
    }

    /// After a batch of `size` examples that was passed over.
    Progress afterSkip(int size, double now) {
        Skips more = new Skips(skips.total() + 1, skips.row() + 1);
        return new Progress(epoch, batch + 1, step, examples + size, loss, now, more, rate);
    }

    /// The same place, going on at a rate of its own.
    Progress withRate(double other) {
        return new Progress(epoch, batch, step, examples, loss, seconds, skips, other);
    }

    /// The same place, at the start of its epoch.
    Progress epochAnew() {
        return new Progress(epoch, 0, step, examples, MeanLoss.NONE, seconds, skips, rate);
    }

    /// At the start of the next epoch.
    Progress afterEpoch(double now) {
        return new Progress(epoch + 1, 0, step, examples, MeanLoss.NONE, now, skips, rate);
    }
}
