package dev.nudge.cli;

import dev.nudge.train.io.NudgeException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that computes: on how many threads, and whose kernels do. Texts here, as all options
/// are.
final class ComputeOptions {
    static final String THREADS = "threads";

    private static final int MOST_THREADS = 1024;

    @Option(
            names = "--" + THREADS,
            paramLabel = "N",
            description = "Threads to compute with; the result does not depend on it (default: all processors).")
    @Nullable
    String threads;

    @Option(
            names = "--" + RunSettings.KERNELS,
            paramLabel = "WHOSE",
            description = "Whose kernels compute: onednn, which is asked for large matrix products and convolutions"
                    + " where it can be used; onednn-bf16, which rounds what large products multiply to 8 bits of"
                    + " precision and is faster; or java, with the same bits on every machine (default: those that"
                    + " the run or model given was trained with, else onednn).")
    @Nullable
    String kernels;

    /// How a command was asked to compute.
    ///
    /// @param threads how many
    /// @param kernels whose: one of [Execute#KERNELS], or null where nothing was said
    record Computing(int threads, @Nullable String kernels) {
        /// Runs `body` so, for something that was trained as `settings` say: by its kernels, where nothing else was
        /// said.
        <R> R on(Map<String, String> settings, Supplier<R> body) {
            return Execute.on(threads, kernels(settings), body);
        }

        /// Whose kernels compute for what was trained as `settings` say.
        String kernels(Map<String, String> settings) {
            return kernels == null ? settings.getOrDefault(RunSettings.KERNELS, Execute.ONEDNN) : kernels;
        }
    }

    /// What was asked for; kernels that are asked for by name must be usable here.
    Computing read(Problems problems) {
        if (kernels != null) {
            checkKernels(kernels, problems);
            Execute.checkUsable(kernels, problems);
        }
        return new Computing(threads(threads == null ? allThreads() : threads, problems), kernels);
    }

    static String allThreads() {
        return Integer.toString(Runtime.getRuntime().availableProcessors());
    }

    /// Reads a number of threads.
    static int threads(String text, Problems problems) {
        Long number = Values.whole(text);
        if (number == null || number < 1 || number > MOST_THREADS) {
            problems.add(
                    "E004",
                    "--" + THREADS,
                    "must be an integer in [1, " + MOST_THREADS + "], found " + NudgeException.quote(text) + ".");
            return 1;
        }
        return number.intValue();
    }

    /// Adds a problem unless `text` names kernels.
    static void checkKernels(String text, Problems problems) {
        if (!Execute.KERNELS.contains(text)) {
            problems.add(
                    "E006", "--" + RunSettings.KERNELS, Values.unknown(RunSettings.KERNELS, text, Execute.KERNELS));
        }
    }
}
