package dev.nudge.train;

import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The consumers of a run's events; one that throws is heard once and then left out.
final class Listeners {
    private final List<Consumer<TrainingEvent>> listeners;

    Listeners(List<Consumer<TrainingEvent>> listeners) {
        this.listeners = new ArrayList<>(listeners);
    }

    /// Tells everyone, then complains if someone threw.
    ///
    /// @param step steps done
    /// @throws NudgeException (E711) with the first failure as its cause
    void tell(long step, TrainingEvent event) {
        NudgeException failure = null;
        for (Consumer<TrainingEvent> listener : List.copyOf(listeners)) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                listeners.remove(listener);
                if (failure == null) {
                    failure = new NudgeException(
                            "E711",
                            "step " + step,
                            "a listener failed: " + e + ". Training stopped; repair it and resume.",
                            e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
