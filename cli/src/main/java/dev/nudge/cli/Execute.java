package dev.nudge.cli;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.cpu.KernelProvider;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where computations run.
final class Execute {
    /// Nudge's own kernels alone.
    static final String JAVA = "java";

    /// Those of oneDNN too, where it can be used.
    static final String ONEDNN = "onednn";

    /// Those of oneDNN, with the operands of large products rounded to bfloat16.
    static final String BFLOAT16 = "onednn-bf16";

    static final List<String> KERNELS = List.of(ONEDNN, BFLOAT16, JAVA);

    private Execute() {}

    /// Runs `body` with so many threads and the kernels chosen.
    static <R> R on(int threads, String kernels, Supplier<R> body) {
        return on(threads, kernels, null, body);
    }

    /// Runs `body` with so many threads, the kernels chosen, and steps that take no more memory than this.
    static <R> R on(int threads, String kernels, @Nullable StepMemory memory, Supplier<R> body) {
        return Execution.with(execution(threads, kernels, memory), body);
    }

    /// Runs `body` as the settings of a run say.
    static <R> R on(RunSettings settings, Supplier<R> body) {
        return Execution.with(execution(settings), body);
    }

    static PlannedExecution execution(RunSettings settings) {
        return execution(settings.threads(), settings.kernels(), settings.memory());
    }

    private static PlannedExecution execution(int threads, String kernels, @Nullable StepMemory memory) {
        PlannedExecution execution = PlannedExecution.of(backend(threads, kernels));
        return memory == null ? execution : memory.limit(execution);
    }

    static CpuBackend backend(int threads, String kernels) {
        CpuBackend backend = CpuBackend.of(threads);
        return switch (kernels) {
            case JAVA -> backend.withoutProviders();
            case BFLOAT16 -> backend.withBfloat16();
            default -> backend;
        };
    }

    /// Whose kernels the execution in force has used up to now, as in `java` and `oneDNN 3.11.0`.
    static List<String> kernelsInUse() {
        return names(CpuBackend::providersInUse);
    }

    /// Whose kernels the execution in force could use.
    static List<String> usableKernels() {
        return names(backend -> backend.providers().stream()
                .filter(provider -> provider.obstacle().isEmpty())
                .toList());
    }

    private static List<String> names(Function<CpuBackend, List<KernelProvider>> which) {
        Stream<String> others =
                Execution.current() instanceof PlannedExecution planned && planned.backend() instanceof CpuBackend cpu
                        ? which.apply(cpu).stream().map(KernelProvider::name)
                        : Stream.empty();
        return Stream.concat(Stream.of(JAVA), others).toList();
    }

    /// Adds a problem if oneDNN was asked for by name and cannot be used.
    static void checkUsable(@Nullable String asked, Problems problems) {
        if (asked != null && (asked.equals(ONEDNN) || asked.equals(BFLOAT16))) {
            List<KernelProvider> providers = backend(1, asked).providers();
            String why = providers.isEmpty()
                    ? "the module dev.nudge.onednn is not on the path"
                    : providers.getFirst().obstacle().orElse(null);
            if (why != null) {
                boolean others = providers.stream()
                        .anyMatch(provider -> provider.obstacle().isEmpty());
                problems.add(
                        "E014",
                        "--kernels",
                        asked + " cannot be used - " + why + ". Use --kernels " + (others ? ONEDNN : JAVA) + ".");
            }
        }
    }
}
