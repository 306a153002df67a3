package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sam;
import dev.nudge.tensor.Shape;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.Storage;
import dev.nudge.train.io.Warning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs that are told to go on after a fault.
class FaultsTest {
    private static final long SEED = 5;
    private static final int ROWS = 24;
    private static final int BATCH = 4; // six batches an epoch

    @TempDir
    private Path folder;

    private TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();

    private static Layer model() {
        return Toy.model(Keys.of(SEED), true);
    }

    /// How the gradients of a step are computed.
    private enum Kind {
        WHOLE,
        IN_PARTS,
        SHARPNESS_AWARE
    }

    private Trainer trainer(Layer model, Kind kind) {
        Optimizer plain = Optimizer.of(Adam.of(), 0.01, model);
        Trainer trainer = Trainer.of(
                        model,
                        Losses.crossEntropy(),
                        kind == Kind.SHARPNESS_AWARE ? plain.withSam(Sam.of()) : plain,
                        SEED)
                .withBatch(BATCH)
                .withBudget(Budget.epochs(3))
                .withListener(recorder);
        return kind == Kind.IN_PARTS ? trainer.withAccumulation(2) : trainer;
    }

    /// Data in which these rows hold a NaN.
    private static Dataset withBad(Set<Integer> rows) {
        float[] inputs = new float[ROWS * 4];
        int[] labels = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            labels[row] = row % 2;
            for (int column = 0; column < 4; column++) {
                inputs[4 * row + column] = (labels[row] == 0 ? 0.5f : -0.5f) + 0.01f * (row + column);
            }
            if (rows.contains(row)) {
                inputs[4 * row] = Float.NaN;
            }
        }
        return ArrayDataset.of(inputs, Shape.of(4), labels, 2);
    }

    private List<Warning> warnings() {
        return recorder.events().stream()
                .filter(TrainingEvent.Warned.class::isInstance)
                .map(event -> ((TrainingEvent.Warned) event).warning())
                .toList();
    }

    /// The rows of the batches of the first epoch, in their order.
    private static List<Set<Integer>> firstEpoch() {
        List<Set<Integer>> batches = new ArrayList<>();
        for (Batch batch : withBad(Set.of()).shuffle(Keys.of(SEED).epoch(1)).batches(BATCH)) {
            batches.add(Arrays.stream(batch.rows()).boxed().collect(Collectors.toSet()));
        }
        return batches;
    }

    @Test
    void aBatchWithANaNIsPassedOverAndCountedAndAssignsNothing() {
        for (Kind kind : Kind.values()) {
            Layer model = model();
            recorder = new TrainingEvent.Recorder();
            FitResult result = trainer(model, kind).withSkipping(2).fit(withBad(Set.of(7)));
            assertEquals(3 * 6 - 3, result.steps(), kind.name());
            assertEquals(3 * ROWS, result.examples());
            List<Warning> warnings = warnings();
            assertEquals(3, warnings.size(), kind.name());
            assertEquals("W701", warnings.getFirst().code());
            assertTrue(warnings.getFirst().message().contains("rows of the data: 7"), warnings.toString());
            assertTrue(warnings.getLast().message().contains("3 in all: "), warnings.toString());
            model.parameters().values().forEach(parameter -> {
                for (float weight : (float[]) parameter.storage().array()) {
                    assertTrue(Float.isFinite(weight));
                }
            });
        }
    }

    @Test
    void aPassedOverBatchLeavesTheWeightsAsTheyWere() {
        // The last batch of the only epoch is bad: the run ends with the weights of one that stops before it.
        Set<Integer> last = firstEpoch().getLast();
        Dataset bad = withBad(Set.of(last.iterator().next()));
        for (Kind kind : Kind.values()) {
            Layer skipped = model();
            trainer(skipped, kind).withBudget(Budget.epochs(1)).withSkipping(1).fit(bad);
            Layer stopped = model();
            trainer(stopped, kind).withBudget(Budget.steps(5)).fit(bad);
            assertEquals(WeightsHash.of(stopped), WeightsHash.of(skipped), kind.name());
        }
    }

    @Test
    void tooManyInARowStopTheRunWithTheUsualError() {
        List<Set<Integer>> epoch = firstEpoch();
        Dataset bad = withBad(Set.of(
                epoch.get(1).iterator().next(),
                epoch.get(2).iterator().next(),
                epoch.get(3).iterator().next()));
        assertThrows(
                NonFiniteException.class,
                () -> trainer(model(), Kind.WHOLE).withSkipping(2).fit(bad));
        assertEquals(2, warnings().size());
        TrainingEvent.Stopped end = (TrainingEvent.Stopped) recorder.events().getLast();
        assertEquals(StopReason.FAILED, end.reason());
        assertEquals(1, end.step());
        trainer(model(), Kind.WHOLE)
                .withBudget(Budget.epochs(1))
                .withSkipping(3)
                .fit(bad);
        assertThrows(
                NonFiniteException.class, () -> trainer(model(), Kind.WHOLE).fit(bad));
    }

    @Test
    void anEpochWithoutAUsableBatchStopsTheRun() {
        Set<Integer> all = IntStream.range(0, ROWS).boxed().collect(Collectors.toSet());
        assertThrows(
                NonFiniteException.class,
                () -> trainer(model(), Kind.WHOLE).withSkipping(1000).fit(withBad(all)));
        assertEquals(5, warnings().size());
    }

    @Test
    void aRunThatSkipsResumesExactlyFromAnyStep() {
        List<Set<Integer>> epoch = firstEpoch();
        Dataset bad = withBad(
                Set.of(epoch.get(2).iterator().next(), epoch.get(3).iterator().next()));
        for (Kind kind : Kind.values()) {
            Layer whole = model();
            recorder = new TrainingEvent.Recorder();
            trainer(whole, kind).withSkipping(2).fit(bad);
            Warning lastOfWhole = warnings().getLast();
            for (int events = 1;
                    events < 18;
                    events += 1 + 4 * List.of(Kind.values()).indexOf(kind)) {
                CheckpointStore store =
                        CheckpointStore.open(Storage.fileSystem(), folder.resolve(kind + "-" + events), 2);
                Layer model = model();
                StopSignal signal = new StopSignal();
                int[] left = {events};
                trainer(model, kind)
                        .withSkipping(2)
                        .withCheckpoints(store, Cadence.everyEpoch())
                        .withStopSignal(signal)
                        .withListener(
                                event -> { // in the steps that are passed over, too
                                    boolean counts = event instanceof TrainingEvent.StepDone
                                            || event instanceof TrainingEvent.Warned;
                                    if (counts && --left[0] == 0) {
                                        signal.stop("test");
                                    }
                                })
                        .fit(bad);
                Layer resumed = model();
                recorder = new TrainingEvent.Recorder();
                trainer(resumed, kind)
                        .withSkipping(2)
                        .withCheckpoints(store, Cadence.everyEpoch())
                        .resume(bad, null);
                assertEquals(WeightsHash.of(whole), WeightsHash.of(resumed), kind + " stopped after " + events);
                if (!warnings().isEmpty()) {
                    assertEquals(lastOfWhole, warnings().getLast(), "the counts go on");
                }
            }
        }
    }

    @Test
    void aCheckpointThatCannotBeWrittenIsAWarningIfThatIsAllowed() {
        Path place = folder.resolve("run");
        Path aside = folder.resolve("aside");
        Layer undisturbed = model();
        trainer(undisturbed, Kind.WHOLE).fit(withBad(Set.of()));
        Layer model = model();
        CheckpointStore store = CheckpointStore.open(Storage.fileSystem(), place, 2);
        trainer(model, Kind.WHOLE)
                .withCheckpoints(store, Cadence.everySteps(3))
                .withCheckpointFailuresAllowed()
                .withListener(event -> {
                    if (event instanceof TrainingEvent.StepDone done) {
                        switch ((int) done.step()) {
                            case 4 -> block(place, aside);
                            case 8 -> unblock(place, aside);
                            default -> {}
                        }
                    }
                })
                .fit(withBad(Set.of()));
        assertEquals(WeightsHash.of(undisturbed), WeightsHash.of(model));
        assertEquals(List.of("E406"), warnings().stream().map(Warning::code).toList());
        assertTrue(
                warnings().getFirst().message().contains("last good step-00000003"),
                warnings().getFirst().message());
        List<Long> saved = recorder.events().stream()
                .filter(TrainingEvent.CheckpointSaved.class::isInstance)
                .map(event -> ((TrainingEvent.CheckpointSaved) event).step())
                .toList();
        assertEquals(List.of(3L, 9L, 12L, 15L, 18L), saved);
        assertFalse(Files.exists(place.resolve("step-00000006.tmp")));
    }

    private static void block(Path place, Path aside) {
        try {
            Files.move(place, aside);
            Files.createFile(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unblock(Path place, Path aside) {
        try {
            Files.delete(place);
            Files.move(aside, place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
