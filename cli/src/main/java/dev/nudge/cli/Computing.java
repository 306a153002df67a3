package dev.nudge.cli;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a command was asked to compute.
///
/// @param threads how many
/// @param kernels whose: one of [Execute#KERNELS], or null where nothing was said
record Computing(int threads, @Nullable String kernels) {
    /// Runs `body` so, for something that was trained as `settings` say: by its kernels, where nothing else was said.
    <R> R on(Map<String, String> settings, Supplier<R> body) {
        return Execute.on(threads, kernels(settings), body);
    }

    /// Whose kernels compute for what was trained as `settings` say.
    String kernels(Map<String, String> settings) {
        return kernels == null ? settings.getOrDefault(RunSettings.KERNELS, Execute.ONEDNN) : kernels;
    }
}
