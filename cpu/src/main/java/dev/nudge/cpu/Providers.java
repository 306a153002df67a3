package dev.nudge.cpu;

import dev.nudge.tensor.Op;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The kernel providers of one backend, and which of them have given kernels.
final class Providers {
    private final List<KernelProvider> all;
    private final Set<KernelProvider> used = ConcurrentHashMap.newKeySet();

    Providers(List<KernelProvider> all) {
        this.all = List.copyOf(all);
    }

    /// Those that [ServiceLoader] finds.
    static Providers ofServices() {
        return new Providers(Services.FOUND);
    }

    List<KernelProvider> all() {
        return all;
    }

    /// Those that have given kernels, in the order in which they are asked.
    List<KernelProvider> used() {
        return all.stream().filter(used::contains).toList();
    }

    /// The kernel of the first provider that has one.
    Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Workers workers) {
        for (KernelProvider provider : all) {
            Optional<Kernel> kernel =
                    provider.kernel(op, inputs, output, (tasks, task) -> workers.run(tasks, task::accept));
            if (kernel.isPresent()) {
                used.add(provider);
                return kernel;
            }
        }
        return Optional.empty();
    }

    /// One instance of each for all backends: a library is loaded once, and what keeps it from loading is told once.
    private static final class Services {
        static final List<KernelProvider> FOUND = ServiceLoader.load(KernelProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
