package dev.nudge.tensor;

/// Thrown when a value is read that was not kept and can no longer be computed, because a parameter that it was
/// computed from has changed since.
public final class StaleTensorException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /// An exception whose message names the tensor and the fix.
    public StaleTensorException(String message) {
        super(message);
    }
}
