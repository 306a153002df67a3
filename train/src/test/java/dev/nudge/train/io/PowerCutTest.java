package dev.nudge.train.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Cuts the power after every call of the saves, in every way that POSIX allows, and looks at what can be read then.
class PowerCutTest {
    private static final Path DIRECTORY = Path.of("/run/checkpoints");
    private static final int FEW_SAVES = 3;
    private static final int MANY_SAVES = 8;

    /// What went wrong, over all states: nothing silent, nothing lost.
    private static final class Verdict {
        private int states;
        private boolean stopsAtFirst;
        private final Set<Object> seen = new HashSet<>();
        private final List<String> failures = new ArrayList<>();
        private long acknowledged;
        private long started;

        void judge(SimulatedDisk disk) {
            if (stopsAtFirst && !failures.isEmpty()) {
                return;
            }
            for (SimulatedDisk left : disk.afterPowerCut(seen)) {
                states++;
                judgeOne(left);
            }
        }

        private void judgeOne(SimulatedDisk left) {
            try {
                CheckpointStore store = CheckpointStore.open(left, DIRECTORY, 2);
                Checkpoint found = store.newestValid().checkpoint().orElse(null);
                long step = found == null ? 0 : found.step();
                if (found != null && !found.equals(CheckpointStoreTest.checkpoint(step))) {
                    failures.add("silent corruption of " + step);
                } else if (step < acknowledged) {
                    failures.add("step " + step + " after " + acknowledged + " was acknowledged");
                } else if (step > started) {
                    failures.add("step " + step + " was never saved");
                } else {
                    store.save(CheckpointStoreTest.checkpoint(900));
                    if (store.newestValid().checkpoint().orElseThrow().step() != 900) {
                        failures.add("the next save is not found");
                    }
                }
            } catch (NudgeException e) {
                failures.add(e.getMessage());
            }
        }
    }

    /// Saves on a disk that is watched, through storage that may be a mutant.
    private static Verdict run(SimulatedDisk disk, int saves, UnaryOperator<Storage> mutant, boolean stopsAtFirst) {
        var verdict = new Verdict();
        verdict.stopsAtFirst = stopsAtFirst;
        disk.afterEachCall(verdict::judge);
        CheckpointStore store = CheckpointStore.open(mutant.apply(disk), DIRECTORY, 2);
        for (long step = 100; step <= 100L * saves; step += 100) {
            verdict.started = step;
            store.save(CheckpointStoreTest.checkpoint(step));
            verdict.acknowledged = step;
            // A state that was right before is wrong now if it misses this step.
            verdict.seen.clear();
            verdict.judge(disk);
        }
        return verdict;
    }

    @Test
    void noPowerCutLosesOrSpoilsWhatWasSaved() {
        Verdict verdict = run(new SimulatedDisk(), MANY_SAVES, storage -> storage, false);
        assertEquals(List.of(), verdict.failures);
        assertTrue(verdict.states >= 10_000, "states: " + verdict.states);
    }

    @Test
    void leavingOutAnySingleForceIsCaught() {
        var counting = new SimulatedDisk();
        run(counting, FEW_SAVES, storage -> storage, false);
        assertTrue(counting.forces() >= 6 * FEW_SAVES, "forces: " + counting.forces());
        for (int number = 0; number < counting.forces(); number++) {
            var disk = new SimulatedDisk();
            disk.dropForce(number);
            assertFalse(
                    run(disk, FEW_SAVES, storage -> storage, true).failures.isEmpty(),
                    "force " + number + " is not missed");
        }
    }

    @Test
    void aPowerCutWhileTidyingUpLosesNothing() {
        var disk = new SimulatedDisk();
        Verdict first = run(disk, FEW_SAVES, storage -> storage, false);
        var second = new Verdict();
        second.acknowledged = first.acknowledged;
        second.started = first.started;
        for (SimulatedDisk left : disk.afterPowerCut(new HashSet<>())) {
            left.afterEachCall(second::judge);
            CheckpointStore.open(left, DIRECTORY, 2);
            second.judge(left);
        }
        assertEquals(List.of(), second.failures);
    }

    @Test
    void namesMayNotBeForcedBeforeTheyAreGiven() {
        // The mutant forces the directory of checkpoints when a checkpoint's own is forced, and not after the rename.
        Verdict verdict = run(new SimulatedDisk(), FEW_SAVES, disk -> new SwappedStorage(disk, DIRECTORY), true);
        assertFalse(verdict.failures.isEmpty());
    }
}
