package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.CrossEntropy;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Storage;
import dev.nudge.train.metric.Accuracy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final long SEED = 7;

    private final Layer model = Toy.model(Keys.of(SEED), true);
    private final TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();

    private Trainer trainer() {
        return trainer(0.01);
    }

    private Trainer trainer(double learningRate) {
        return Trainer.of(model, Losses.crossEntropy(), Optimizer.of(AdamW.of(), learningRate, model), SEED)
                .withBatch(8)
                .withBudget(Budget.epochs(3))
                .withListener(recorder);
    }

    private <E extends TrainingEvent> List<E> events(Class<E> kind) {
        return recorder.events().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Test
    void aLoopWrittenByHandGivesTheSameBits() {
        Dataset train = Toy.points(50, 1);
        Keys keys = Keys.of(SEED);
        Layer byHand = Toy.model(keys, true);
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, byHand);
        List<Double> losses = new ArrayList<>();
        long step = 0;
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (Batch batch : train.shuffle(keys.epoch(epoch)).batches(8)) {
                Pass training = keys.training(++step);
                Tensor prediction = byHand.forward(batch.inputs(), training);
                Tensor loss = Losses.crossEntropy(prediction, batch.targets());
                Gradients gradients = loss.backward(byHand.parameters().values());
                optimizer.step(gradients);
                losses.add(loss.item());
            }
        }
        FitResult result = trainer().fit(train);
        assertEquals(WeightsHash.of(byHand), WeightsHash.of(model));
        assertEquals(
                losses,
                events(TrainingEvent.StepDone.class).stream()
                        .map(TrainingEvent.StepDone::loss)
                        .toList());
        assertEquals(21, result.steps());
        assertEquals(150, result.examples());
    }

    @Test
    void aRunTellsItsPlanItsStepsItsEpochsAndItsEnd() {
        trainer().withMetrics(Accuracy.ofLogits()).fit(Toy.points(20, 1), Toy.points(10, 2));
        List<String> kinds = recorder.events().stream()
                .map(event -> event.getClass().getSimpleName())
                .toList();
        List<String> epoch = List.of("StepDone", "StepDone", "StepDone", "EpochDone");
        List<String> expected = new ArrayList<>(List.of("Started"));
        expected.addAll(epoch);
        expected.addAll(epoch);
        expected.addAll(epoch);
        expected.add("Stopped");
        assertEquals(expected, kinds);
        // 4 x 8 + 8 + 8 x 2 + 2 parameters; 20 examples in batches of 8 are 3 steps
        assertEquals(
                new TrainingEvent.Started(58, 20, 8, 3, 9, 1, 0),
                recorder.events().getFirst());
        Scores scores = events(TrainingEvent.EpochDone.class).getLast().validation();
        assertNotNull(scores);
        assertEquals(10, scores.examples());
        assertEquals(10, scores.metric(Accuracy.class).examples());
    }

    @Test
    void tenEpochsOfAHundredThousandExamplesInBatchesOfAHundredAreTenThousandSteps() {
        assertEquals(10_000, Budget.epochs(10).steps(1_000, 100_000, 100));
        assertEquals(8, Budget.examples(50).steps(3, 20, 8)); // 20 + 20 + 10 examples are 3 + 3 + 2 steps
    }

    @Test
    void aBudgetOfStepsExamplesOrTimeEndsInTheMiddleOfAnEpoch() {
        assertEquals(
                5, trainer().withBudget(Budget.steps(5)).fit(Toy.points(20, 1)).steps());
        assertEquals(
                4,
                trainer().withBudget(Budget.examples(25)).fit(Toy.points(20, 1)).steps());
        AtomicLong now = new AtomicLong();
        FitResult timed = trainer()
                .withClock(() -> now.addAndGet(1_000_000_000))
                .withBudget(Budget.time(Duration.ofSeconds(30)))
                .fit(Toy.points(20, 1));
        assertEquals(StopReason.BUDGET, timed.reason());
        assertTrue(timed.seconds() >= 30, timed.toString());
        assertEquals(
                2,
                trainer()
                        .withBudget(Budget.steps(2).and(Budget.epochs(2)))
                        .fit(Toy.points(20, 1))
                        .steps());
    }

    @Test
    void aLossThatIsGoodEnoughEndsTheRunAtTheEndOfItsEpoch() {
        FitResult result = trainer().withTargetLoss(1e9).fit(Toy.points(20, 1), Toy.points(10, 2));
        assertEquals(StopReason.TARGET_LOSS, result.reason());
        assertEquals(1, result.epochs());
        assertEquals(3, result.steps());
    }

    @Test
    void earlyStoppingGivesBackTheWeightsOfTheBestEpoch() {
        Map<Integer, String> weights = new LinkedHashMap<>();
        FitResult result = trainer(0.3) // too fast, so that the validation loss rises soon
                .withBudget(Budget.epochs(50))
                .withEarlyStopping(EarlyStopping.of(3))
                .withListener(event -> {
                    if (event instanceof TrainingEvent.EpochDone done) {
                        weights.put(done.epoch(), WeightsHash.of(model));
                    }
                })
                .fit(Toy.points(20, 1), Toy.points(40, 2));
        TrainingEvent.EpochDone best = events(TrainingEvent.EpochDone.class).stream()
                .min((a, b) -> Double.compare(loss(a), loss(b)))
                .orElseThrow();
        assertEquals(StopReason.EARLY_STOPPING, result.reason());
        assertEquals(best.epoch(), result.bestEpoch().orElseThrow());
        assertEquals(best.epoch() + 3, result.epochs());
        assertEquals(weights.get(best.epoch()), WeightsHash.of(model));
        assertEquals(
                loss(best),
                Evaluator.evaluate(model, Losses.crossEntropy(), Toy.points(40, 2))
                        .loss());
    }

    private static double loss(TrainingEvent.EpochDone done) {
        Scores validation = done.validation();
        return validation == null ? Double.NaN : validation.loss();
    }

    @Test
    void theBestWeightsComeBackWhenTheRunFails() {
        List<String> best = new ArrayList<>();
        Consumer<TrainingEvent> fails = event -> {
            switch (event) {
                case TrainingEvent.EpochDone done when done.best() -> best.add(WeightsHash.of(model));
                case TrainingEvent.StepDone done when done.epoch() == 3 -> throw new IllegalStateException("disk full");
                default -> {}
            }
        };
        Trainer failing = trainer(0.3).withEarlyStopping(EarlyStopping.of(9)).withListener(fails);
        assertThrows(NudgeException.class, () -> failing.fit(Toy.points(20, 1), Toy.points(40, 2)));
        assertEquals(best.getLast(), WeightsHash.of(model));
    }

    @Test
    void aSignalEndsTheRunAfterTheStepThatItIsIn() {
        StopSignal signal = new StopSignal();
        FitResult result = trainer()
                .withStopSignal(signal)
                .withListener(event -> {
                    if (event instanceof TrainingEvent.StepDone done && done.step() == 4) {
                        signal.stop("Ctrl-C");
                        signal.stop("twice");
                    }
                })
                .fit(Toy.points(20, 1));
        assertEquals(4, result.steps());
        assertEquals("Ctrl-C", result.why());
        assertEquals(StopReason.SIGNAL, result.reason());
    }

    @Test
    void aListenerThatThrowsStopsTheRunKeepsACheckpointAndIsQuotedOnce(@TempDir Path folder) {
        RuntimeException cause = new IllegalStateException("no such screen");
        List<TrainingEvent> heard = new ArrayList<>();
        Trainer failing = trainer()
                .withCheckpoints(CheckpointStore.open(Storage.fileSystem(), folder, 2), Cadence.everyEpoch())
                .withListener(event -> {
                    heard.add(event);
                    if (event instanceof TrainingEvent.StepDone done && done.step() == 5) {
                        throw cause;
                    }
                });
        NudgeException error = assertThrows(NudgeException.class, () -> failing.fit(Toy.points(20, 1)));
        assertEquals("E711", error.code());
        assertSame(cause, error.getCause());
        assertEquals(2, error.getMessage().split("no such screen").length);
        assertEquals(
                5,
                CheckpointStore.open(Storage.fileSystem(), folder, 2)
                        .newestValid()
                        .checkpoint()
                        .orElseThrow()
                        .step());
        assertTrue(heard.getLast() instanceof TrainingEvent.StepDone, "it is not called again");
        assertEquals(
                StopReason.FAILED,
                events(TrainingEvent.Stopped.class).getFirst().reason());
        assertEquals(9, trainer().fit(Toy.points(20, 1)).steps()); // a second, correct call works
    }

    @Test
    void twoThreadsCannotTrainOneModel() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Throwable> first = new ArrayList<>();
        Trainer trainer = trainer().withListener(event -> {
            if (event instanceof TrainingEvent.StepDone done && done.step() == 2) {
                begun.countDown();
                await(go);
            }
        });
        Thread thread = new Thread(() -> trainer.fit(Toy.points(20, 1)), "T1");
        thread.setUncaughtExceptionHandler((where, error) -> first.add(error));
        thread.start();
        begun.await();
        IllegalStateException error = assertThrows(
                IllegalStateException.class, () -> trainer.withBatch(4).fit(Toy.points(20, 1)));
        assertTrue(error.getMessage().contains("training on thread T1"), error.getMessage());
        Trainer second = Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Sgd.of(), 0.1, model), 1)
                .withBudget(Budget.steps(1));
        Layer larger = Sequential.of(Linear.of(4, 4, Keys.of(1).init()), model);
        Trainer sharing = Trainer.of(larger, Losses.crossEntropy(), Optimizer.of(Sgd.of(), 0.1, larger), 1)
                .withBudget(Budget.steps(1));
        for (Trainer other : List.of(second, sharing)) {
            for (Runnable training : List.<Runnable>of(
                    () -> other.fit(Toy.points(20, 1)), () -> other.resume(Toy.points(20, 1), null))) {
                IllegalStateException refused = assertThrows(IllegalStateException.class, training::run);
                assertTrue(refused.getMessage().contains("training on thread T1"), refused.getMessage());
            }
        }
        go.countDown();
        thread.join();
        assertEquals(List.of(), first, "the first run was not disturbed");
        assertEquals(1, second.fit(Toy.points(20, 1)).steps()); // all claims were given back, the partial ones too
        assertEquals(1, sharing.fit(Toy.points(20, 1)).steps());
    }

    @Test
    void weightsThatAreChangedByHandDuringTheRunAreNoticed() {
        Trainer trainer = trainer().withListener(event -> {
            if (event instanceof TrainingEvent.StepDone done && done.step() == 2) {
                model.parameters().values().forEach(parameter -> parameter.assign(parameter.storage()));
            }
        });
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> trainer.fit(Toy.points(20, 1)));
        assertTrue(error.getMessage().contains("changed during training, before step 3"), error.getMessage());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aNumberThatIsNoNumberStopsTheSameStepAndNamesItsRow(@TempDir Path folder) {
        int bad = 13;
        float[] inputs = new float[20 * 4];
        inputs[4 * bad + 2] = Float.NaN;
        Dataset train = ArrayDataset.of(inputs, Shape.of(4), new int[20], 2);
        int[] order = train.shuffle(Keys.of(SEED).epoch(1)).order();
        int place = 0;
        while (order[place] != bad) {
            place++;
        }
        int step = place / 4 + 1;
        CheckpointStore store = CheckpointStore.open(Storage.fileSystem(), folder, 2);
        Trainer trainer = trainer().withBatch(4).withCheckpoints(store, Cadence.everySteps(1));
        NonFiniteException error = assertThrows(NonFiniteException.class, () -> trainer.fit(train));
        assertEquals(step, error.step());
        assertEquals(step - 1, events(TrainingEvent.StepDone.class).size());
        String why = events(TrainingEvent.Stopped.class).getFirst().why();
        assertTrue(why.contains("batch " + step + "; rows of the data: 13)"), why);
        long saved = store.newestValid().checkpoint().map(found -> found.step()).orElse(0L);
        assertEquals(step - 1, saved);
    }

    @Test
    void weightsThatOverflowInTheirUpdateAreNeitherSavedNorPassedOver(@TempDir Path folder) {
        CheckpointStore store = CheckpointStore.open(Storage.fileSystem(), folder, 2);
        Dataset train = ArrayDataset.of(new float[] {1000}, Shape.of(1), new float[1], Shape.of(1));
        for (boolean saves : new boolean[] {true, false}) {
            Layer line = Linear.of(1, 1, Keys.of(SEED).init());
            Trainer trainer = Trainer.of(
                            line, Losses.meanSquaredError(), Optimizer.of(Sgd.of(), step -> 1e38, line), SEED)
                    .withSkipping(3)
                    .withBudget(Budget.epochs(1))
                    .withListener(recorder);
            Trainer saving = saves ? trainer.withCheckpoints(store, Cadence.everySteps(1)) : trainer;
            NonFiniteException error = assertThrows(NonFiniteException.class, () -> saving.fit(train));
            assertEquals("E703", error.code());
            assertTrue(error.getMessage().contains("the update of step 1 overflowed"), error.getMessage());
        }
        assertEquals(2, events(TrainingEvent.StepDone.class).size(), "the steps looked well");
        assertTrue(store.newestValid().checkpoint().isEmpty());
    }

    @Test
    void evaluationIsTheSameEveryTimeAndInBatchesOfAnySize() {
        Dataset data = Toy.points(101, 3);
        Scores once = Evaluator.evaluate(model, Losses.crossEntropy(), data, Accuracy.ofLogits());
        assertEquals(once, Evaluator.evaluate(model, Losses.crossEntropy(), data, Accuracy.ofLogits()));
        for (int size : new int[] {1, 7, 100}) {
            Scores other = Evaluator.evaluate(model, Losses.crossEntropy(), data, size, List.of(Accuracy.ofLogits()));
            assertEquals(once.loss(), other.loss(), 1e-6);
            assertEquals(once.metrics(), other.metrics());
        }
    }

    @Test
    void aWeightedMeanDoesNotDependOnTheSizeOfTheBatches() {
        Dataset data = Toy.points(101, 3);
        CrossEntropy weighted = Losses.crossEntropy().withClassWeights(1, 7);
        CrossEntropy some = Losses.crossEntropy().withIgnoreIndex(0); // batches of one row without any that counts
        for (CrossEntropy loss : List.of(weighted, some)) {
            // By hand, as the sum of single losses over the sum of their weights.
            double sum = 0;
            double weights = 0;
            for (Batch one : data.ordered().batches(1)) {
                int label = (int) one.targets().value().longAt(0);
                double weight = loss.equals(weighted) ? (label == 1 ? 7 : 1) : label;
                Tensor logits = model.forward(one.inputs(), Pass.inference());
                sum += weight * Losses.crossEntropy(logits, one.targets()).item();
                weights += weight;
            }
            for (int size : new int[] {1, 7, 100, 101}) {
                Scores scores = Evaluator.evaluate(model, loss, data, size, List.of());
                assertEquals(sum / weights, scores.loss(), 1e-6, "in batches of " + size);
                assertEquals(101, scores.examples());
            }
        }
        CrossEntropy none = Losses.crossEntropy().withClassWeights(0, 1).withIgnoreIndex(1);
        assertEquals("E704", refusal(() -> Evaluator.evaluate(model, none, data)));
    }

    @Test
    void threadsAndTheKindOfExecutionDoNotChangeABit() {
        String expected = wide(PlannedExecution.of(CpuBackend.of(1)));
        for (int threads = 2; threads <= 4; threads++) {
            assertEquals(expected, wide(PlannedExecution.of(CpuBackend.of(threads))), threads + " threads");
        }
        assertEquals(expected, wide(EagerExecution.of(CpuBackend.of(1))), "eager");
    }

    /// Weights after a few steps of a model that is large enough to be shared out over threads.
    private static String wide(Execution execution) {
        Keys keys = Keys.of(SEED);
        Layer wide = Toy.wide(keys);
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, wide);
        Execution.with(
                execution,
                () -> Trainer.of(wide, Losses.crossEntropy(), optimizer, SEED)
                        .withBatch(96)
                        .withBudget(Budget.epochs(2))
                        .fit(Toy.points(400, 1), Toy.points(50, 2)));
        return WeightsHash.of(wide);
    }

    @Test
    void whatCannotBeTrainedIsRefused() {
        Dataset none = Toy.points(0, 1);
        assertEquals("E501", refusal(() -> trainer().fit(none)));
        assertEquals("E501", refusal(() -> Evaluator.evaluate(model, Losses.crossEntropy(), none)));
        assertEquals(
                "E622",
                refusal(() -> trainer().withEarlyStopping(EarlyStopping.of(1)).fit(Toy.points(9, 1))));
        assertEquals(
                "E611", refusal(() -> trainer().withBatch(10).withDropLast().fit(Toy.points(9, 1))));
        assertThrows(IllegalArgumentException.class, () -> trainer().withBatch(0));
        assertThrows(IllegalArgumentException.class, () -> Budget.epochs(0));
        assertThrows(IllegalArgumentException.class, () -> EarlyStopping.of(-1));
        assertThrows(IllegalStateException.class, () -> trainer().resume(Toy.points(9, 1), null));
    }

    private static String refusal(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(NudgeException.class, call).code();
    }
}
