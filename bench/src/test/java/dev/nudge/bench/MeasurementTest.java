package dev.nudge.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MeasurementTest {
    /// Trains nothing, at once.
    private static final class Idle implements Trainee {
        private int steps;

        @Override
        public String name() {
            return "idle";
        }

        @Override
        public String version() {
            return "1 (of none)";
        }

        @Override
        public long parameters() {
            return 42;
        }

        @Override
        public double step(int batch) {
            assertEquals(steps++ % BATCHES, batch);
            return 1.0 / steps;
        }

        @Override
        public boolean uses(String jar) {
            return false;
        }
    }

    @Test
    void whatAStopwatchWritesCanBeRead() {
        Stopwatch watch = new Stopwatch(Workload.named("W7").withBatch(5), new Idle());
        watch.warmUp(0);
        watch.measure(0.01);
        Measurement measured = Measurement.parse(watch.line(2));
        assertEquals("idle", measured.peer());
        assertEquals("W7", measured.workload());
        assertEquals(5, measured.batch());
        assertEquals(64, measured.width());
        assertEquals(42, measured.parameters());
        assertEquals(0, measured.flops());
        assertEquals(1, measured.firstLoss());
        assertEquals(0, measured.jars());
        assertTrue(measured.lastLoss() < 0.1, "after many steps: " + measured.lastLoss());
        assertTrue(measured.examples() > 5, "examples a second: " + measured.examples());
        assertTrue(measured.memory() > 10 || measured.memory() == -1, "MiB: " + measured.memory());
    }
}
