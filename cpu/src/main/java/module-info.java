import dev.nudge.cpu.CpuBackend;
import dev.nudge.cpu.KernelProvider;
import dev.nudge.tensor.backend.Backend;
import org.jspecify.annotations.NullMarked;

/// The pure Java backend: Vector API kernels, planned memory, many threads.
@NullMarked
module dev.nudge.cpu {
    requires static org.jspecify;
    requires transitive dev.nudge.tensor;
    requires jdk.incubator.vector;

    exports dev.nudge.cpu;

    uses KernelProvider;

    provides Backend with
            CpuBackend;
}
