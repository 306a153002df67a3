package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SchedulesTest {
    @Test
    void constantStays() {
        assertEquals(0.1, Schedules.constant(0.1).at(1));
        assertEquals(0.1, Schedules.constant(0.1).at(1_000_000_000_000L));
    }

    @Test
    void stepDecayFallsAfterEveryGivenNumberOfSteps() {
        Schedule schedule = Schedules.stepDecay(0.8, 10, 0.5);

        assertEquals(0.8, schedule.at(1));
        assertEquals(0.8, schedule.at(10));
        assertEquals(0.4, schedule.at(11));
        assertEquals(0.1, schedule.at(31));
    }

    @Test
    void exponentialFallsAfterEveryStep() {
        Schedule schedule = Schedules.exponential(0.5, 0.9);

        assertEquals(0.5, schedule.at(1));
        assertEquals(0.5 * Math.pow(0.9, 99), schedule.at(100), 1e-17);
    }

    @Test
    void cosineFallsFromTheRateOverHalfOfItToTheFloor() {
        Schedule schedule = new Schedules.Cosine(0.4, 100, 0.1);

        assertEquals(0.4, schedule.at(1));
        assertEquals(0.25, schedule.at(51), 1e-15);
        assertEquals(0.1 + 0.15 * (1 + Math.cos(Math.PI / 4)), schedule.at(26), 1e-15);
        assertEquals(0.1, schedule.at(101));
        assertEquals(0.1, schedule.at(10_000));
    }

    @Test
    void warmupRisesInEqualPartsToTheStartOfWhatFollows() {
        Schedule schedule = Schedules.warmup(4, Schedules.exponential(1, 0.5));

        assertEquals(0.2, schedule.at(1), 1e-16);
        assertEquals(0.8, schedule.at(4), 1e-16);
        assertEquals(1, schedule.at(5));
        assertEquals(0.5, schedule.at(6));
    }

    @Test
    void oneCycleRisesToThePeakAndFallsToAlmostNothing() {
        Schedule schedule = Schedules.oneCycle(1, 100);

        assertEquals(1.0 / 25, schedule.at(1), 1e-15);
        assertEquals(1, schedule.at(30), 1e-15); // 30 % of the steps
        assertEquals((1 + 1 / 250_000.0) / 2, schedule.at(65), 1e-12); // half-way down
        assertEquals(1 / 250_000.0, schedule.at(100), 1e-15);
        assertEquals(1 / 250_000.0, schedule.at(200), 1e-15);
        for (int step = 2; step <= 100; step++) {
            assertTrue(step <= 30 == schedule.at(step) > schedule.at(step - 1), "step " + step);
        }
    }

    @Test
    void parametersOutOfRangeAreRefusedWithTheirName() {
        for (double rate : new double[] {0, -0.1, 1e6, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> Schedules.constant(rate));
            assertThrows(IllegalArgumentException.class, () -> Schedules.cosine(rate, 10));
        }
        assertMessage("every", () -> Schedules.stepDecay(0.1, 0, 0.5));
        assertMessage("factor", () -> Schedules.exponential(0.1, 1.5));
        assertMessage("steps", () -> Schedules.cosine(0.1, 0));
        assertMessage("steps", () -> Schedules.warmup(-1, Schedules.constant(0.1)));
        assertMessage("steps", () -> Schedules.oneCycle(0.1, 3));
    }

    private static void assertMessage(String name, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(name) && error.getMessage().contains("E623"), error.getMessage());
    }
}
