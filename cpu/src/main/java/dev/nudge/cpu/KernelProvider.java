package dev.nudge.cpu;

import dev.nudge.tensor.Op;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Kernels of another library, which [CpuBackend] asks for before it takes its own.
///
/// [java.util.ServiceLoader] finds providers by this interface; making one costs nothing. Their results need not have
/// the bits of the backend's own kernels, but the same bits every time, for any number of threads.
public interface KernelProvider {
    /// Name and version, for logs and run records.
    String name();

    /// Says why it cannot be used here, in words that can follow "oneDNN is not used: "; empty when it can. Loads what
    /// it needs, if nothing has yet, and throws nothing.
    Optional<String> obstacle();

    /// A kernel for an operation that is not element-wise and has no operand in double precision; empty
    /// where the provider has none, where the backend's own is as fast, or where there is an
    /// [#obstacle]. Asked once per operation when a plan is made, so what a kernel needs is loaded when
    /// the first one is wanted.
    ///
    /// The kernels name this provider as their [Kernel#supplier()].
    ///
    /// @param pool where the kernel runs its tasks
    Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Pool pool);

    /// The same library for products whose operands are rounded to [Bfloat16] while their sums stay
    /// floats: faster, with 8 bits of precision in each factor. A provider of its own, with a name of its
    /// own, always the same one; empty where the library has no such products.
    default Optional<KernelProvider> inBfloat16() {
        return Optional.empty();
    }

    /// The threads of a backend.
    @FunctionalInterface
    interface Pool {
        /// Calls `task` with every number from 0 to `tasks - 1`, in any order and on any thread, and returns when all
        /// calls have. What a task computes must depend on its number alone.
        void run(int tasks, IntConsumer task);
    }
}
