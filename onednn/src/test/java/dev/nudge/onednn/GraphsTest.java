package dev.nudge.onednn;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.testkit.GraphContract;
import java.util.List;

/// The contract of whole graphs with every matrix product, however small, from oneDNN.
class GraphsTest extends GraphContract {
    @Override
    protected Backend backend(int threads) {
        return CpuBackend.of(threads).withProviders(List.of(Installed.ofEveryProduct()));
    }
}
