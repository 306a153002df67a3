import dev.nudge.cpu.KernelProvider;
import dev.nudge.onednn.OneDnn;
import org.jspecify.annotations.NullMarked;

/// Matrix products and convolutions of oneDNN for the CPU backend, where its library loads.
@NullMarked
module dev.nudge.onednn {
    requires static org.jspecify;
    requires transitive dev.nudge.cpu;

    exports dev.nudge.onednn;

    provides KernelProvider with
            OneDnn;
}
