package dev.nudge.testkit;

import dev.nudge.tensor.backend.Backend;
import org.junit.jupiter.api.Nested;

/// The contract on the backend without kernels: operations by their meaning, under the planner and eagerly.
class ReferenceContractTest {
    @Nested
    class Ops extends OpContract {
        @Override
        protected Backend backend(int threads) {
            return new Backend.Reference();
        }

        @Override
        protected boolean isThreaded() {
            return false;
        }
    }

    @Nested
    class Graphs extends GraphContract {
        @Override
        protected Backend backend(int threads) {
            return new Backend.Reference();
        }
    }
}
