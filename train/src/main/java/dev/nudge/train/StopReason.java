package dev.nudge.train;

/// Why a run ended.
public enum StopReason {
    /// The budget is spent.
    BUDGET,
    /// The loss aimed at is reached.
    TARGET_LOSS,
    /// The validation loss has not improved for too many epochs.
    EARLY_STOPPING,
    /// A [StopSignal] was given.
    SIGNAL,
    /// An error ended it.
    FAILED
}
