package dev.nudge.tensor;

/// Thrown when a tensor or a plan would need more memory than there is; nothing has been allocated then.
public final class MemoryBudgetException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /// An exception whose message names the bytes, the budget and the largest tensors.
    public MemoryBudgetException(String message) {
        super(message);
    }
}
