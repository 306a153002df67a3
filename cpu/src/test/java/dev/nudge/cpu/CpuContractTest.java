package dev.nudge.cpu;

import dev.nudge.tensor.backend.Backend;
import dev.nudge.testkit.GraphContract;
import dev.nudge.testkit.OpContract;
import org.junit.jupiter.api.Nested;

/// The contract on the CPU backend.
class CpuContractTest {
    @Nested
    class Ops extends OpContract {
        @Override
        protected Backend backend(int threads) {
            return CpuBackend.of(threads);
        }
    }

    @Nested
    class Graphs extends GraphContract {
        @Override
        protected Backend backend(int threads) {
            return CpuBackend.of(threads);
        }
    }

    @Nested
    class OpsWithoutVectors extends OpContract {
        @Override
        protected Backend backend(int threads) {
            return CpuBackend.of(threads).withoutVectors();
        }
    }
}
