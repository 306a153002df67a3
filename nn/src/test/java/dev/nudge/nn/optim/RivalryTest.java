package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Parameter;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RivalryTest {
    private final Parameter weight = Parameter.of(new float[2], 2);
    private final Parameter bias = Parameter.of(new float[2], 2);
    private final Rivalry first = new Rivalry();
    private final Rivalry second = new Rivalry();

    @Test
    void oneOptimizerAloneHasNoRival() {
        for (int step = 0; step < 3; step++) {
            assertEquals(Optional.empty(), first.stepped(Map.of("weight", weight)));
        }
    }

    @Test
    void anotherOptimizerMayTakeOver() {
        first.stepped(Map.of("weight", weight));
        assertEquals(Optional.empty(), second.stepped(Map.of("weight", weight)));
        assertEquals(Optional.empty(), second.stepped(Map.of("weight", weight)));
    }

    @Test
    void twoInTurnsAreNoticedOnce() {
        first.stepped(Map.of("weight", weight));
        second.stepped(Map.of("weight", weight));
        assertEquals(Optional.of("weight"), first.stepped(Map.of("weight", weight)));
        second.stepped(Map.of("weight", weight));
        assertEquals(Optional.empty(), first.stepped(Map.of("weight", weight)));
    }

    @Test
    void optimizersOfDifferentParametersAreNoRivals() {
        for (int step = 0; step < 3; step++) {
            assertEquals(Optional.empty(), first.stepped(Map.of("weight", weight)));
            assertEquals(Optional.empty(), second.stepped(Map.of("bias", bias)));
        }
    }
}
