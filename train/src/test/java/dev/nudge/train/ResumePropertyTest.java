package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Storage;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A run that is stopped at any step, any number of times and in any way, ends with the bits of one that was not.
class ResumePropertyTest {
    private static final long SEED = Long.getLong("seed", 20_261);

    @TempDir
    private Path folder;

    static Stream<Integer> few() {
        return IntStream.range(0, 40).boxed();
    }

    @ParameterizedTest
    @MethodSource("few")
    void aStoppedRunEndsLikeAWholeOne(int number) {
        check(RandomKey.of(SEED).at(number), "case " + number + " of -Dseed=" + SEED);
    }

    @Test
    @Tag("slow")
    void manyStoppedRunsEndLikeWholeOnes() {
        for (int number = 40; number < 540; number++) {
            check(RandomKey.of(SEED).at(number), "case " + number + " of -Dseed=" + SEED);
        }
    }

    /// A way to end a part of a run.
    private enum Ending {
        SIGNAL,
        EXCEPTION,
        CRASH
    }

    /// Ends a run without a chance to save, as a kill would.
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private void check(RandomKey key, String which) {
        Scenario scenario = Scenario.draw(key.at(0));
        Scenario.Log whole = scenario.whole();
        Scenario.Log log = new Scenario.Log();
        Path place = folder.resolve(which.replaceAll("\\W", "-"));
        int stops = 1 + key.below(0, 3);
        for (int part = 0; part < stops; part++) {
            RandomKey drawn = key.at(part + 1);
            long stopAt = 1L + drawn.below(0, (int) whole.steps());
            Ending ending = Ending.values()[drawn.below(1, Ending.values().length)];
            Cadence cadence = drawn.below(2, 2) == 0 ? Cadence.everyEpoch() : Cadence.everySteps(1 + drawn.below(3, 6));
            stopped(scenario, log, place, cadence, stopAt, ending);
        }
        scenario.next(log, open(place), Cadence.everyEpoch(), trainer -> trainer);
        assertEquals(whole.toString(), log.toString(), which + ": " + scenario);
    }

    private static void stopped(
            Scenario scenario, Scenario.Log log, Path place, Cadence cadence, long stopAt, Ending ending) {
        StopSignal signal = new StopSignal();
        Consumer<TrainingEvent> atStep = event -> {
            if (event instanceof TrainingEvent.StepDone done && done.step() == stopAt) {
                switch (ending) {
                    case SIGNAL -> signal.stop("test");
                    case EXCEPTION -> throw new IllegalStateException("test");
                    case CRASH -> throw new Crash();
                }
            }
        };
        try {
            scenario.next(
                    log, open(place), cadence, t -> t.withStopSignal(signal).withListener(atStep));
        } catch (NudgeException e) {
            assertEquals("E711", e.code(), e.getMessage());
        } catch (Crash _) {
            // the process would be gone here
        }
    }

    private static CheckpointStore open(Path place) {
        return CheckpointStore.open(Storage.fileSystem(), place, 2);
    }
}
