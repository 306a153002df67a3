package dev.nudge.train;

import org.jspecify.annotations.Nullable;

/// Somebody who has a say in a run between its steps: a person who looks at it, or the record of what such a person
/// did, which repeats the run bit for bit.
@FunctionalInterface
public interface Steering {
    /// Asked on the training thread before the first step and after each; the run waits for the answer.
    ///
    /// Time spent here counts as time of the run, but not in its throughput.
    ///
    /// @param step steps done
    /// @param stop stops the run, and shows whether somebody else wants to
    /// @return learning rate of all steps from the next on, whatever the schedule says; null to leave it as it is
    @Nullable
    Double after(long step, StopSignal stop);
}
