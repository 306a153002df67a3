package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.optim.Schedule;
import org.junit.jupiter.api.Test;

class ScheduleSpecTest {
    private static final int PER_EPOCH = 10;

    private static ScheduleSpec read(String text) {
        Problems problems = new Problems();
        ScheduleSpec spec = ScheduleSpec.parse(text, problems);
        assertNotNull(spec, () -> problems.list().toString());
        return spec;
    }

    private static Schedule rates(String text, long warmup, int epochs) {
        return read(text).of(0.8, warmup, PER_EPOCH, (long) epochs * PER_EPOCH);
    }

    @Test
    void stagesFollowEachOtherAndTheLastHasTheStepsThatAreLeft() {
        Schedule schedule = rates("constant@2,step:1:0.5@3,linear", 0, 9);
        assertEquals(0.8, schedule.at(20));
        assertEquals(0.8, schedule.at(21), "the step decay counts from its own start");
        assertEquals(0.4, schedule.at(31));
        assertEquals(0.2, schedule.at(50));
        assertEquals(0.8, schedule.at(51));
        assertEquals(0.4, schedule.at(71), 1e-15, "half of the 40 steps that are left");
        assertEquals(0, schedule.at(91));
    }

    @Test
    void warmUpComesBeforeTheFirstStage() {
        Schedule schedule = rates("constant@1,linear", 4, 2);
        assertEquals(0.8 / 5, schedule.at(1), 1e-15);
        assertEquals(0.8, schedule.at(14));
        assertEquals(0.8 * 5 / 6, schedule.at(16), 1e-15, "one of the 6 steps that are left of 20");
    }

    @Test
    void partsAreMultiplied() {
        Schedule schedule = rates("linear+step:2:0.5+exponential:0.9", 0, 8);
        assertEquals(0.8, schedule.at(1));
        assertEquals(0.8 * 0.5 * 0.25 * Math.pow(0.9, 4), schedule.at(41), 1e-15);
    }

    @Test
    void theTriangleShrinksFromCycleToCycle() {
        Schedule schedule = rates("cyclic:1:1:0.5", 0, 8);
        assertEquals(0.8, schedule.at(11), 1e-15);
        assertEquals(0.2 + 0.3, schedule.at(31), 1e-15, "the floor and half of what was above it");
    }

    @Test
    void aRunMustBeLongerThanTheStagesBeforeTheLast() {
        String message = assertThrows(IllegalArgumentException.class, () -> rates("constant@3,cosine", 0, 3))
                .getMessage();
        assertTrue(message.contains("E623") && message.contains("3 epochs of 10 steps"), message);
    }

    @Test
    void onlyWhatFallsOverAllThatIsLeftNeedsTheLength() {
        assertTrue(read("constant@3,cosine").needsLength());
        assertFalse(read("cosine@3,constant").needsLength());
        assertTrue(read("step+linear").needsLength());
        assertFalse(ScheduleSpec.needsLength("cosin"));
        assertEquals(
                "constant for 3 epochs, then cosine and x 0.5 every 10 epochs",
                read("constant@3,cosine+step").words());
    }
}
