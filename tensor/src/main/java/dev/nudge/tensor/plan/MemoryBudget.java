package dev.nudge.tensor.plan;

/// How many bytes the plans of an execution may hold in intermediate values, checked before anything is allocated.
public record MemoryBudget(long bytes) {
    /// Checks the size.
    public MemoryBudget {
        if (bytes <= 0) {
            throw new IllegalArgumentException("memory budget: expected at least 1 byte, found " + bytes);
        }
    }

    /// What the Java heap can still take, less a tenth for everything else.
    public static MemoryBudget ofHeap() {
        Runtime runtime = Runtime.getRuntime();
        long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
        return new MemoryBudget(Math.max(1, free - runtime.maxMemory() / 10));
    }
}
