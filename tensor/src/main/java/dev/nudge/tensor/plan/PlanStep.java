package dev.nudge.tensor.plan;

import dev.nudge.tensor.Type;
import java.util.List;
import java.util.stream.Stream;

/// One step of a plan, for looking at.
///
/// @param name        the operation, or those of a loop joined by `+`; `operation + loop` where a loop goes over the
///                    result of an operation block by block
/// @param path        the layer that it belongs to; empty outside layers
/// @param supplier    whose kernel computes it, as [dev.nudge.tensor.backend.Kernel#supplier()] says
/// @param operands    element types and shapes of what it reads and writes
/// @param flops       floating-point operations of a run, as [dev.nudge.tensor.Flops] counts
/// @param bytes       of what it reads and writes in a run
/// @param runs        how often it ran
/// @param nanoseconds time of all these runs together; 0 where they were not timed
public record PlanStep(
        String name,
        String path,
        String supplier,
        String operands,
        long flops,
        long bytes,
        long runs,
        long nanoseconds) {
    /// How the name begins of a step that computes again what was forgotten to save memory.
    static final String AGAIN = "again ";

    /// A step that has not run.
    static PlanStep of(String name, String path, List<Type> inputs, List<Type> outputs, long flops) {
        long bytes = Stream.concat(inputs.stream(), outputs.stream())
                .mapToLong(Type::bytes)
                .sum();
        return new PlanStep(name, path, "", inputs + " to " + outputs, flops, bytes, 0, 0);
    }

    /// This step and a loop that goes over its result on the spot.
    ///
    /// @param saved bytes that are neither written nor read again between the two
    PlanStep followedBy(PlanStep loop, long saved) {
        return new PlanStep(
                name + " + " + loop.name,
                path,
                "",
                operands + ", then " + loop.operands,
                flops + loop.flops,
                bytes + loop.bytes - saved,
                0,
                0);
    }

    PlanStep after(long moreRuns, long moreNanoseconds, String by) {
        return new PlanStep(name, path, by, operands, flops, bytes, runs + moreRuns, nanoseconds + moreNanoseconds);
    }

    /// The same step without the runs that `earlier` had counted.
    public PlanStep since(PlanStep earlier) {
        return new PlanStep(
                name, path, supplier, operands, flops, bytes, runs - earlier.runs, nanoseconds - earlier.nanoseconds);
    }

    /// Whether it computes again what was forgotten to save memory; a loop perhaps among other things.
    public boolean isAgain() {
        return name.startsWith(AGAIN);
    }

    @Override
    public String toString() {
        return path.isEmpty() ? name : name + " in " + path;
    }
}
