package dev.nudge.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Loops that go over the result of another step block by block give the same bits as those that come after it.
class JoinedStepsTest {
    @Nested
    class Graphs extends GraphContract {
        @Override
        protected Backend backend(int threads) {
            return new BlockwiseBackend();
        }
    }

    @Test
    void randomGraphsHaveLoopsToJoin() {
        PlannedExecution execution = PlannedExecution.of(new BlockwiseBackend());
        long joined = 0;
        for (int i = 0; i < 100; i++) {
            RandomKey key = RandomKey.of(20260101).at(i);
            RandomGraph graph = RandomGraph.of(key, RandomGraph.parameters(key), key.at(-1));
            joined += execution.explain(graph.assignments(), graph.outputs()).stream()
                    .map(PlanStep::name)
                    .filter(name -> name.contains(" + "))
                    .count();
        }
        assertTrue(joined > 100, "loops joined in 100 graphs: " + joined);
    }
}
