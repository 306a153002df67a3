package dev.nudge.tensor.plan;

/// One step of a plan, for looking at.
///
/// @param name        the operation, or those of a loop joined by `+`
/// @param path        the layer that it belongs to; empty outside layers
/// @param operands    element types and shapes of what it reads and writes
/// @param runs        how often it ran
/// @param nanoseconds time of all these runs together; 0 where they were not timed
public record PlanStep(String name, String path, String operands, long runs, long nanoseconds) {
    /// The same step without the runs that `earlier` had counted.
    public PlanStep since(PlanStep earlier) {
        return new PlanStep(name, path, operands, runs - earlier.runs, nanoseconds - earlier.nanoseconds);
    }

    @Override
    public String toString() {
        return path.isEmpty() ? name : name + " in " + path;
    }
}
