package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A long run leaves heap, off-heap bytes and threads where they were.
class SoakTest {
    private static final long WARM = 5_000;
    private static final long STEPS = 100_000;

    /// @param heap    bytes in use after collection
    /// @param direct  bytes outside the heap
    /// @param threads live threads
    private record Usage(long heap, long direct, int threads) {
        static Usage now() {
            System.gc();
            return new Usage(
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                            .mapToLong(pool -> pool.getCollectionUsage().getUsed()) // what the collection left over
                            .sum(),
                    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum(),
                    ManagementFactory.getThreadMXBean().getThreadCount());
        }
    }

    @Test
    @Tag("slow")
    void aHundredThousandStepsLeaveNothingBehind() {
        Layer model = Toy.model(Keys.of(1), true);
        Usage[] usage = new Usage[2];
        Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.001, model), 1)
                .withBatch(10)
                .withBudget(Budget.steps(STEPS))
                .withListener(event -> {
                    if (event instanceof TrainingEvent.StepDone done && done.step() == WARM) {
                        usage[0] = Usage.now();
                    } else if (event instanceof TrainingEvent.StepDone done && done.step() == STEPS) {
                        usage[1] = Usage.now();
                    }
                })
                .fit(Toy.points(5_000, 1), Toy.points(100, 2));
        // Less is possible: threads of tests that ran before in this JVM may still come to their end.
        assertTrue(usage[1].direct() <= usage[0].direct(), usage[0] + " became " + usage[1]);
        assertTrue(usage[1].threads() <= usage[0].threads(), usage[0] + " became " + usage[1]);
        assertTrue(usage[1].heap() - usage[0].heap() < 1 << 20, usage[0] + " became " + usage[1]);
    }
}
