package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
    void linearGoesEvenlyFromTheFirstRateToTheLast() {
        Schedule schedule = new Schedules.Linear(0.4, 0.1, 100);

        assertEquals(0.4, schedule.at(1));
        assertEquals(0.25, schedule.at(51), 1e-15);
        assertEquals(0.1, schedule.at(101), 1e-15);
        assertEquals(0.1, schedule.at(5000), 1e-15);
        assertEquals(0.3, new Schedules.Linear(0, 0.4, 4).at(4), 1e-15);
        assertEquals(0, Schedules.linear(0.4, 100).at(101));
    }

    @Test
    void polynomialFallsAsThePowerOfWhatIsLeft() {
        Schedule schedule = new Schedules.Polynomial(0.5, 10, 2, 0.1);

        assertEquals(0.5, schedule.at(1));
        assertEquals(0.1 + 0.4 * 0.81, schedule.at(2), 1e-15);
        assertEquals(0.1 + 0.4 * 0.25, schedule.at(6), 1e-15);
        assertEquals(0.1, schedule.at(11));
        assertEquals(0.1, schedule.at(1_000_000));
        assertEquals(
                0.5 * Math.pow(0.3, 0.9), Schedules.polynomial(0.5, 10, 0.9).at(8), 1e-15);
    }

    @Test
    void noamIsEquationThreeOfTheTransformerPaper() {
        Schedule schedule = Schedules.noam(512, 4000);

        for (long step : new long[] {1, 100, 3999, 4000, 4001, 100_000}) {
            double published = Math.pow(512, -0.5) * Math.min(Math.pow(step, -0.5), step * Math.pow(4000, -1.5));
            assertEquals(published, schedule.at(step), 1e-15, "step " + step);
        }
        assertEquals(0.3, Schedules.inverseSquareRoot(0.3, 7).at(7), 1e-16, "the top");
        assertEquals(0.15, Schedules.inverseSquareRoot(0.3, 7).at(28), 1e-16, "half of it after four times as long");
    }

    @Test
    void cyclicIsTheTriangleOfThePaper() {
        Schedule triangular = Schedules.cyclic(0.1, 0.5, 20);
        Schedule shrinking = Schedules.cyclic(0.1, 0.5, 20).withDecay(0.99);

        for (int iteration = 0; iteration < 130; iteration++) {
            double cycle = Math.floor(1 + iteration / (2.0 * 20));
            double x = Math.abs(iteration / 20.0 - 2 * cycle + 1);
            double height = 0.4 * Math.max(0, 1 - x);
            assertEquals(0.1 + height, triangular.at(iteration + 1), 1e-14, "iteration " + iteration);
            assertEquals(0.1 + height * Math.pow(0.99, iteration), shrinking.at(iteration + 1), 1e-14);
        }
        assertEquals(0.1, triangular.at(1));
        assertEquals(0.5, triangular.at(21), 1e-15);
        assertEquals(0.1, triangular.at(41), 1e-15);
    }

    @Test
    void triangularTwoHalvesTheTriangleAfterEachCycle() { // the paper's section 3.2
        Schedule schedule = Schedules.cyclic(0.1, 0.5, 20).withPerCycle(0.5);

        assertEquals(0.5, schedule.at(21), 1e-15);
        assertEquals(0.3, schedule.at(61), 1e-15);
        assertEquals(0.2, schedule.at(101), 1e-15);
        assertEquals(0.1, schedule.at(41), 1e-15);
        assertEquals(0.2, schedule.at(51), 1e-15);
    }

    @Test
    void aProductMultipliesTheRatesOfEachStep() {
        Schedule schedule =
                Schedules.product(Schedules.stepDecay(0.4, 10, 0.5), Schedules.exponential(1, 0.9), step -> 2);

        assertEquals(0.8, schedule.at(1), 1e-15);
        assertEquals(0.4 * 0.5 * 2 * Math.pow(0.9, 14), schedule.at(15), 1e-15);
    }

    @Test
    void warmRestartsFallAlongACosineAndStartAnewAfterLongerAndLongerStretches() {
        Schedule schedule = new WarmRestarts(0.4, 10, 2, 0.1); // stretches of 10, 20 and 40 steps

        for (long start : new long[] {1, 11, 31, 71}) {
            assertEquals(0.4, schedule.at(start), 1e-15, "step " + start);
        }
        assertEquals(0.25, schedule.at(6), 1e-15, "half of 10");
        assertEquals(0.25, schedule.at(21), 1e-15, "half of 20");
        assertEquals(0.1 + 0.15 * (1 + Math.cos(Math.PI * 19 / 20)), schedule.at(30), 1e-15);
        assertEquals(0.1 + 0.15 * (1 + Math.cos(Math.PI / 4)), schedule.at(41), 1e-15);
        assertEquals(0.4, Schedules.warmRestarts(0.4, 10, 1).at(1_000_000_001L), 1e-15);
        assertTrue(schedule.at(Long.MAX_VALUE) <= 0.4);
    }

    @Test
    void aSequenceGoesFromOneScheduleToTheNextWhichCountsFromOne() {
        Schedule schedule = Schedules.sequence(
                Schedules.constant(0.5),
                3,
                Schedules.sequence(Schedules.linear(0.4, 4), 2, Schedules.exponential(0.2, 0.5)));

        double[] expected = {0.5, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], schedule.at(i + 1), 1e-15, "step " + (i + 1));
        }
    }

    private static double[] scales(ReduceOnPlateau rule, double... losses) {
        double[] scales = new double[losses.length];
        ReduceOnPlateau.State state = ReduceOnPlateau.State.START;
        for (int i = 0; i < losses.length; i++) {
            state = rule.after(state, losses[i]);
            scales[i] = state.scale();
        }
        return scales;
    }

    @Test
    void aPlateauReducesTheRateAfterAsManyEpochsWithoutImprovementAsItHasPatience() {
        ReduceOnPlateau rule = ReduceOnPlateau.of(2).withFactor(0.5);

        assertArrayEquals(new double[] {1, 1, 0.5, 0.5, 0.25}, scales(rule, 3, 3, 3, 4, 5));
        assertArrayEquals(new double[] {1, 1, 1, 1, 1}, scales(rule, 3, 4, 2.9, 5, 2.8));
        assertArrayEquals(new double[] {1, 1, 0.5}, scales(rule.withMinDelta(0.2), 3, 2.9, 2.81));
        assertArrayEquals(new double[] {1, 1, 1}, scales(rule.withMinDelta(0.2), 3, 2.9, 2.7));
        assertArrayEquals(new double[] {1, 1, 0.5, 0.5, 0.5, 0.25}, scales(rule.withCooldown(1), 3, 3, 3, 3, 3, 3));
        assertArrayEquals(new double[] {1, 1, 0.5, 0.5, 0.4}, scales(rule.withLeast(0.4), 3, 3, 3, 3, 3));
        assertArrayEquals(
                new double[] {1, 0.1}, scales(ReduceOnPlateau.of(1), 3, Double.NaN), 0, "NaN is no improvement");
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
        assertMessage("steps", () -> Schedules.linear(0.1, 0));
        assertMessage("power", () -> Schedules.polynomial(0.1, 10, 0));
        assertMessage("warmup", () -> Schedules.noam(512, 0));
        assertMessage("width", () -> Schedules.noam(0, 10));
        assertMessage("floor", () -> Schedules.cyclic(0.2, 0.1, 10));
        assertMessage("half", () -> Schedules.cyclic(0.1, 0.2, 0));
        assertMessage("decay", () -> Schedules.cyclic(0.1, 0.2, 10).withDecay(1.1));
        assertMessage("perCycle", () -> Schedules.cyclic(0.1, 0.2, 10).withPerCycle(0));
        assertMessage("growth", () -> Schedules.warmRestarts(0.1, 10, 0));
        assertMessage("first", () -> Schedules.warmRestarts(0.1, 0, 1));
        assertMessage("steps", () -> Schedules.sequence(Schedules.constant(0.1), -1, Schedules.constant(0.1)));
        assertMessage("factor", () -> ReduceOnPlateau.of(3).withFactor(1));
        assertMessage("patience", () -> ReduceOnPlateau.of(0));
    }

    private static void assertMessage(String name, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(name) && error.getMessage().contains("E623"), error.getMessage());
    }
}
