package dev.nudge.train;

import dev.nudge.train.metric.MeanLoss;

/// How far a run is: everything that its next step depends on besides weights, optimizer and settings.
///
/// @param epoch    epoch of the next step, counted from 1
/// @param batch    batches of that epoch that are done
/// @param step     steps done
/// @param examples examples looked at
/// @param loss     training loss over the part of the epoch that is done
/// @param seconds  time taken
record Progress(int epoch, int batch, long step, long examples, MeanLoss loss, double seconds) {
    static final Progress START = new Progress(1, 0, 0, 0, MeanLoss.NONE, 0);

    /// After one more step on `size` examples.
    Progress afterStep(double stepLoss, int size, double now) {
        return new Progress(epoch, batch + 1, step + 1, examples + size, loss.add(stepLoss, size), now);
    }

    /// At the start of the next epoch.
    Progress afterEpoch(double now) {
        return new Progress(epoch + 1, 0, step, examples, MeanLoss.NONE, now);
    }
}
