package dev.nudge.train;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Asks a run to stop after the step that it is in, from any thread: a listener, a signal handler, a button.
public final class StopSignal {
    private final AtomicReference<@Nullable String> why = new AtomicReference<>();

    /// A signal that nobody has given yet.
    public StopSignal() {}

    /// Asks to stop; of several calls the first reason counts.
    public void stop(String reason) {
        why.compareAndSet(null, reason);
    }

    /// The reason given, or null while nobody has asked to stop.
    public @Nullable String reason() {
        return why.get();
    }
}
