package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.Checkpoint;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Storage;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
    private static final long SEED = 11;
    private static final Dataset TRAIN = Toy.points(30, 1);
    private static final Dataset VALIDATION = Toy.points(12, 2);

    @TempDir
    private Path folder;

    private CheckpointStore store() {
        return store(folder.resolve("run"));
    }

    private static CheckpointStore store(Path place) {
        return CheckpointStore.open(Storage.fileSystem(), place, 2);
    }

    private static Trainer trainer(Layer model, CheckpointStore store) {
        return Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.01, model), SEED)
                .withBatch(8)
                .withBudget(Budget.epochs(4))
                .withEarlyStopping(EarlyStopping.of(4))
                .withCheckpoints(store, Cadence.everyEpoch());
    }

    private static Layer model() {
        return Toy.model(Keys.of(SEED), true);
    }

    private static UnaryOperator<Trainer> stopAt(long step) {
        StopSignal signal = new StopSignal();
        return trainer -> trainer.withStopSignal(signal).withListener(event -> {
            if (event instanceof TrainingEvent.StepDone done && done.step() == step) {
                signal.stop("test");
            }
        });
    }

    /// Weights of the run that is not stopped.
    private String whole() {
        Layer model = model();
        trainer(model, store(folder.resolve("whole"))).fit(TRAIN, VALIDATION);
        return WeightsHash.of(model);
    }

    /// The checkpoint of a run stopped in the middle of its second epoch.
    private Checkpoint stopped() {
        stopAt(6).apply(trainer(model(), store())).fit(TRAIN, VALIDATION);
        return store().newestValid().checkpoint().orElseThrow();
    }

    private CheckpointStore changed(Checkpoint checkpoint) {
        CheckpointStore changed = store(folder.resolve("changed-" + System.nanoTime()));
        changed.save(checkpoint);
        return changed;
    }

    private static Checkpoint withState(Checkpoint from, Json.JsonObject state) {
        return new Checkpoint(from.runId(), from.step(), from.parameters(), from.optimizer(), state);
    }

    private static NudgeException refused(Trainer trainer, Dataset train, Dataset validation) {
        return assertThrows(NudgeException.class, () -> trainer.resume(train, validation));
    }

    @Test
    void noFieldOfTheStateCanBeLeftOut() {
        Checkpoint checkpoint = stopped();
        assertTrue(checkpoint.state().members().size() >= 15);
        for (String key : checkpoint.state().members().keySet()) {
            Layer model = model();
            String before = WeightsHash.of(model);
            CheckpointStore without =
                    changed(withState(checkpoint, checkpoint.state().without(key)));
            assertEquals(
                    "E401", refused(trainer(model, without), TRAIN, VALIDATION).code(), key);
            assertEquals(before, WeightsHash.of(model), "a refused resume changes nothing");
        }
    }

    @Test
    void everyNumberOfTheStateMatters() {
        String whole = whole();
        Checkpoint checkpoint = stopped();
        for (String key : List.of("epoch", "batch", "optimizerSteps", "best", "waited")) {
            Json.JsonObject state = checkpoint.state();
            Json.JsonObject other = key.equals("best")
                    ? state.with(key, -1.0)
                    : state.with(key, state.integer(key) + (key.equals("waited") ? 4 : 1));
            Layer model = model();
            trainer(model, changed(withState(checkpoint, other))).resume(TRAIN, VALIDATION);
            assertNotEquals(whole, WeightsHash.of(model), key);
        }
        Layer model = model();
        trainer(model, store()).resume(TRAIN, VALIDATION);
        assertEquals(whole, WeightsHash.of(model));
    }

    @Test
    void theRunningLossGoesOnFromItsSum() {
        Checkpoint checkpoint = stopped();
        Json.JsonObject state = checkpoint.state();
        TrainingEvent.Recorder right = new TrainingEvent.Recorder();
        TrainingEvent.Recorder wrong = new TrainingEvent.Recorder();
        trainer(model(), changed(checkpoint)).withListener(right).resume(TRAIN, VALIDATION);
        trainer(model(), changed(withState(checkpoint, state.with("lossSum", state.number("lossSum") + 30))))
                .withListener(wrong)
                .resume(TRAIN, VALIDATION);
        assertEquals(trainingLoss(right) + 1, trainingLoss(wrong), 1e-12); // a mean over 30 examples
    }

    private static double trainingLoss(TrainingEvent.Recorder recorder) {
        return recorder.events().stream()
                .filter(TrainingEvent.EpochDone.class::isInstance)
                .map(TrainingEvent.EpochDone.class::cast)
                .findFirst()
                .orElseThrow()
                .trainingLoss();
    }

    @Test
    void noTensorCanBeLeftOut() {
        Checkpoint checkpoint = stopped();
        for (String name : checkpoint.parameters().keySet()) {
            Map<String, TensorData> fewer = new LinkedHashMap<>(checkpoint.parameters());
            fewer.remove(name);
            CheckpointStore without = changed(new Checkpoint(
                    checkpoint.runId(), checkpoint.step(), fewer, checkpoint.optimizer(), checkpoint.state()));
            assertEquals(
                    "E402",
                    refused(trainer(model(), without), TRAIN, VALIDATION).code(),
                    name);
        }
        for (String name : checkpoint.optimizer().keySet()) {
            Map<String, TensorData> fewer = new LinkedHashMap<>(checkpoint.optimizer());
            fewer.remove(name);
            CheckpointStore without = changed(new Checkpoint(
                    checkpoint.runId(), checkpoint.step(), checkpoint.parameters(), fewer, checkpoint.state()));
            assertEquals(
                    "E402",
                    refused(trainer(model(), without), TRAIN, VALIDATION).code(),
                    name);
        }
    }

    @Test
    void anotherModelIsRefusedWithTheFirstDifference() {
        stopped();
        Keys keys = Keys.of(SEED);
        Layer wider = Sequential.of(
                Linear.of(4, 9, keys.init().at(1)),
                new Relu(),
                Linear.of(9, 2, keys.init().at(2)));
        NudgeException shapes = refused(trainer(wider, store()), TRAIN, VALIDATION);
        assertEquals("E402", shapes.code());
        assertTrue(
                shapes.getMessage().contains("layers.0.weight F32 [4, 9], found layers.0.weight F32 [4, 8]"),
                shapes.getMessage());
        for (Layer other : List.of(
                Toy.model(keys, false),
                Sequential.of(
                        Linear.of(4, 8, keys.init().at(1)),
                        new Tanh(),
                        Linear.of(8, 2, keys.init().at(2))))) {
            assertEquals(
                    "E402", refused(trainer(other, store()), TRAIN, VALIDATION).code());
        }
    }

    @Test
    void otherDataAreRefusedUnlessTheyAreAllowed() {
        stopped();
        Dataset other = Toy.points(30, 3);
        assertEquals(
                "E404", refused(trainer(model(), store()), other, VALIDATION).code());
        assertEquals("E404", refused(trainer(model(), store()), TRAIN, other).code());
        assertEquals(
                "E404",
                refused(trainer(model(), store()), Toy.points(31, 1), VALIDATION)
                        .code());
        FitResult result = trainer(model(), store()).withChangesAllowed().resume(other, VALIDATION);
        assertEquals(4, result.epochs());
    }

    @Test
    void anotherSeedIsRefused() {
        stopped();
        Layer model = model();
        Trainer other = Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Adam.of(), 0.01, model), SEED + 1)
                .withBatch(8)
                .withEarlyStopping(EarlyStopping.of(4))
                .withCheckpoints(store(), Cadence.everyEpoch());
        NudgeException error = refused(other, TRAIN, VALIDATION);
        assertEquals("E404", error.code());
        assertTrue(error.getMessage().contains("expected 11, found 12"), error.getMessage());
    }

    @Test
    void anotherSettingIsRefusedByName() {
        stopped();
        NudgeException batch = refused(trainer(model(), store()).withBatch(9), TRAIN, VALIDATION);
        assertEquals("E403", batch.code());
        assertTrue(batch.getMessage().contains("batch size differs - expected 8, found 9"), batch.getMessage());
        Layer model = model();
        for (Optimizer other : List.of(
                Optimizer.of(Sgd.of(), 0.01, model),
                Optimizer.of(Adam.of(), 0.02, model),
                Optimizer.of(Adam.of(), Schedules.cosine(0.01, 50), model),
                Optimizer.of(Adam.of().withL2(0.1), 0.01, model))) {
            Trainer changed = Trainer.of(model, Losses.crossEntropy(), other, SEED)
                    .withBatch(8)
                    .withEarlyStopping(EarlyStopping.of(4))
                    .withCheckpoints(store(), Cadence.everyEpoch());
            assertEquals("E403", refused(changed, TRAIN, VALIDATION).code());
        }
        assertEquals(
                "E403",
                refused(trainer(model(), store()).withEarlyStopping(EarlyStopping.of(5)), TRAIN, VALIDATION)
                        .code());
    }

    @Test
    void aNewerFormatIsRefused() {
        Checkpoint checkpoint = stopped();
        CheckpointStore newer = changed(withState(checkpoint, checkpoint.state().with("format", 7)));
        NudgeException error = refused(trainer(model(), newer), TRAIN, VALIDATION);
        assertEquals("E405", error.code());
        assertTrue(error.getMessage().contains("format 7, this program reads up to 1"), error.getMessage());
    }

    @Test
    void aFinishedRunIsDoneUnlessFewerEpochsAreAskedFor() {
        String whole = whole();
        Path place = folder.resolve("whole");
        Layer model = model();
        FitResult again = trainer(model, store(place)).resume(TRAIN, VALIDATION);
        assertEquals(whole, WeightsHash.of(model));
        assertEquals(16, again.steps());
        Trainer fewer = trainer(model(), store(place)).withBudget(Budget.epochs(3));
        NudgeException error = refused(fewer, TRAIN, VALIDATION);
        assertEquals("E410", error.code());
        assertTrue(error.getMessage().contains("finished 4 epochs, asked for 3"), error.getMessage());
    }

    @Test
    void aRunCanBeGivenMoreEpochs() {
        Layer longer = model();
        trainer(longer, store(folder.resolve("longer")))
                .withBudget(Budget.epochs(6))
                .fit(TRAIN, VALIDATION);
        whole();
        Layer model = model();
        trainer(model, store(folder.resolve("whole")))
                .withBudget(Budget.epochs(6))
                .resume(TRAIN, VALIDATION);
        assertEquals(WeightsHash.of(longer), WeightsHash.of(model));
    }

    @Test
    void withoutACheckpointARunBeginsAtTheStart() {
        Layer model = model();
        TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();
        trainer(model, store()).withListener(recorder).resume(TRAIN, VALIDATION);
        assertEquals(whole(), WeightsHash.of(model));
        assertFalse(recorder.events().stream().anyMatch(TrainingEvent.Resumed.class::isInstance));
    }

    @Test
    void aDamagedCheckpointIsPassedOverWithAWarning() throws IOException {
        stopped();
        Path newest;
        try (var list = Files.list(folder.resolve("run"))) {
            newest = list.max(java.util.Comparator.naturalOrder()).orElseThrow();
        }
        Path weights = newest.resolve("tensors.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        Layer model = model();
        TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();
        trainer(model, store()).withListener(recorder).resume(TRAIN, VALIDATION);
        assertEquals(whole(), WeightsHash.of(model));
        assertTrue(
                recorder.events().stream()
                        .anyMatch(event -> event instanceof TrainingEvent.Warned warned
                                && warned.warning().code().equals("W401")),
                recorder.events().toString());
    }

    @Test
    void aCheckpointThatCannotBeWrittenStopsTheRunAndNamesTheLastGoodOne() throws IOException {
        Path place = folder.resolve("run");
        TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();
        Trainer trainer = trainer(model(), store())
                .withCheckpoints(store(), Cadence.everySteps(3))
                .withListener(recorder)
                .withListener(event -> {
                    if (event instanceof TrainingEvent.StepDone done && done.step() == 5) {
                        block(place.resolve("step-00000006.tmp").getParent());
                    }
                });
        NudgeException error = assertThrows(NudgeException.class, () -> trainer.fit(TRAIN, VALIDATION));
        assertEquals("E406", error.code());
        assertTrue(error.getMessage().contains("step 6"), error.getMessage());
        assertTrue(error.getMessage().contains("last good step-00000003"), error.getMessage());
        TrainingEvent.Stopped stopped =
                (TrainingEvent.Stopped) recorder.events().getLast();
        assertEquals(6, stopped.step());
        assertEquals(StopReason.FAILED, stopped.reason());
    }

    /// Puts a file in the place of the folder, which nobody can write into then.
    private static void block(Path folder) {
        try {
            Files.move(folder, folder.resolveSibling("moved"));
            Files.createFile(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A layer that notes which rows are trained on: each row's first number is its own.
    private record Noting(Linear inner, List<Integer> rows) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            float[] numbers = x.toFloats();
            if (x.shape().extent(0) != 2) { // two rows are what a description of the model looks at
                IntStream.range(0, numbers.length / 2).forEach(i -> rows.add((int) numbers[2 * i]));
            }
            return inner.forward(x, pass);
        }

        @Override
        public SequencedMap<String, Parameter> parameters() {
            return inner.parameters();
        }

        @Override
        public SequencedMap<String, Buffer> buffers() {
            return inner.buffers();
        }
    }

    @Test
    void everyRowIsSeenOnceAnEpochThoughTheRunIsStopped() {
        float[] numbers = new float[60];
        IntStream.range(0, 30).forEach(row -> numbers[2 * row] = row);
        Dataset rows = ArrayDataset.of(numbers, Shape.of(2), new float[30], Shape.of(1));
        List<Integer> seen = new ArrayList<>();
        for (long stop : new long[] {2, 7, 8, 11, 100}) {
            Layer noting = new Noting(Linear.of(2, 1, RandomKey.of(1)), seen);
            Trainer trainer = Trainer.of(noting, Losses.meanSquaredError(), Optimizer.of(Sgd.of(), 1e-6, noting), SEED)
                    .withBatch(7) // 7 7 7 7 and 2, which are not noted, so drop them
                    .withDropLast()
                    .withBudget(Budget.epochs(3))
                    .withCheckpoints(store(), Cadence.everyEpoch());
            stopAt(stop).apply(trainer).resume(rows, null);
        }
        List<Integer> expected = new ArrayList<>();
        for (int epoch = 1; epoch <= 3; epoch++) {
            int[] order = rows.shuffle(Keys.of(SEED).epoch(epoch)).order();
            IntStream.range(0, 28).forEach(i -> expected.add(order[i]));
        }
        assertEquals(expected, seen);
    }
}
