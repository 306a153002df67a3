package dev.nudge.tensor.backend;

import dev.nudge.tensor.Op;
import dev.nudge.tensor.Type;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// A supplier of kernels, asked once per operation when a plan is made.
///
/// Where it has none, a fused operation runs as its definition and any other by its meaning in double precision (slow
/// but right).
public interface Backend {
    /// Name for logs and run records.
    String name();

    /// A kernel for an operation that is not element-wise.
    Optional<Kernel> kernel(Op op, List<Type> inputs, Type output);

    /// A kernel for a chain of element-wise operations.
    Optional<Kernel> loop(Loop loop);

    /// The first backend that [ServiceLoader] finds, else one without kernels.
    static Backend load() {
        return ServiceLoader.load(Backend.class).findFirst().orElseGet(Reference::new);
    }

    /// The backend without kernels: everything runs by its meaning.
    record Reference() implements Backend {
        @Override
        public String name() {
            return "reference";
        }

        @Override
        public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output) {
            return Optional.empty();
        }

        @Override
        public Optional<Kernel> loop(Loop loop) {
            return Optional.empty();
        }
    }
}
