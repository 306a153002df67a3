package dev.nudge.onednn;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.testkit.GraphContract;
import dev.nudge.testkit.OpContract;
import java.util.List;
import org.junit.jupiter.api.Nested;

/// The contracts of a backend with every matrix product and convolution, however small, from oneDNN.
class ContractTest {
    private static Backend backend(int threads) {
        return CpuBackend.of(threads).withProviders(List.of(Installed.ofEveryShape()));
    }

    @Nested
    class Ops extends OpContract {
        @Override
        protected Backend backend(int threads) {
            return ContractTest.backend(threads);
        }
    }

    @Nested
    class Graphs extends GraphContract {
        @Override
        protected Backend backend(int threads) {
            return ContractTest.backend(threads);
        }
    }
}
