package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Averaging;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.nn.optim.Sam;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.nn.optim.WeightAverage;
import dev.nudge.tensor.Gradients;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Accumulation, sharpness-aware minimization, plateaus and averages in a trainer; that stopped runs end like whole
/// ones is in [ResumePropertyTest].
class TrainerOptionsTest {
    private static final long SEED = 5;
    private static final Dataset TRAIN = Toy.points(30, 1);
    private static final Dataset VALIDATION = Toy.points(12, 2);
    private static final Keys KEYS = Keys.of(SEED);

    private static float[] weights(Layer model) {
        List<Float> all = new ArrayList<>();
        Weights.variables(model).values().forEach(variable -> {
            for (float element : variable.tensor().toFloats()) {
                all.add(element);
            }
        });
        float[] weights = new float[all.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = all.get(i);
        }
        return weights;
    }

    private static Trainer trainer(Layer model, Optimizer optimizer) {
        return Trainer.of(model, Losses.crossEntropy(), optimizer, SEED)
                .withBatch(8)
                .withBudget(Budget.epochs(3));
    }

    @Test
    void aBatchInPartsTakesTheStepsOfTheWholeBatch() {
        Layer whole = Toy.model(KEYS, false);
        Layer parts = Toy.model(KEYS, false);
        FitResult first = trainer(whole, Optimizer.of(Adam.of(), 0.01, whole)).fit(TRAIN);
        FitResult second = trainer(parts, Optimizer.of(Adam.of(), 0.01, parts))
                .withAccumulation(3)
                .fit(TRAIN);

        assertEquals(first.steps(), second.steps(), "steps are those of whole batches");
        assertArrayEquals(weights(whole), weights(parts), 1e-5f);
    }

    @Test
    void aLoopByHandInPartsGivesTheSameBits() {
        Layer model = Toy.model(KEYS, true);
        trainer(model, Optimizer.of(Adam.of(), 0.01, model)).withAccumulation(2).fit(TRAIN);
        Layer own = Toy.model(KEYS, true);
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, own);
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (Batch batch : TRAIN.shuffle(KEYS.epoch(epoch)).batches(8)) {
                long step = optimizer.steps() + 1;
                List<Batch> parts = batch.parts(2);
                for (int i = 0; i < parts.size(); i++) {
                    Batch part = parts.get(i);
                    optimizer.accumulate(
                            gradients(own, part, KEYS.training(step).at(i)), part.size());
                }
                optimizer.step();
            }
        }

        assertEquals(WeightsHash.of(own), WeightsHash.of(model));
    }

    private static Gradients gradients(Layer model, Batch batch, dev.nudge.nn.Pass pass) {
        return Losses.crossEntropy()
                .of(model.forward(batch.inputs(), pass), batch.targets())
                .backward(model.parameters().values());
    }

    @Test
    void partsAreOfEqualSizeAndInOrder() {
        Batch batch = TRAIN.batch(new int[] {3, 1, 4, 1, 5, 9, 2});
        List<Batch> parts = batch.parts(3);

        assertEquals(List.of(2, 2, 3), parts.stream().map(Batch::size).toList());
        assertArrayEquals(new int[] {4, 1}, parts.get(1).rows());
        assertArrayEquals(
                TRAIN.batch(new int[] {4, 1}).inputs().toFloats(),
                parts.get(1).inputs().toFloats());
        assertArrayEquals(
                TRAIN.batch(new int[] {5, 9, 2}).targets().toInts(),
                parts.get(2).targets().toInts());
        assertEquals(7, batch.parts(100).size());
        assertThrows(IllegalArgumentException.class, () -> batch.parts(0));
    }

    @Test
    void sharpnessAwareTrainingTakesBothGradientsOfABatchWithTheSameRandomNumbers() {
        Layer model = Toy.model(KEYS, true);
        trainer(model, Optimizer.of(Adam.of(), 0.01, model).withSam(Sam.of())).fit(TRAIN);
        Layer own = Toy.model(KEYS, true);
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, own).withSam(Sam.of());
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (Batch batch : TRAIN.shuffle(KEYS.epoch(epoch)).batches(8)) {
                long step = optimizer.steps() + 1;
                optimizer.step(() -> gradients(own, batch, KEYS.training(step)));
            }
        }

        assertEquals(WeightsHash.of(own), WeightsHash.of(model));
        assertThrows(
                IllegalArgumentException.class, () -> trainer(own, optimizer).withAccumulation(2));
    }

    @Test
    void aPlateauLowersTheRateOfTheEpochsThatFollow() {
        Layer model = Toy.model(KEYS, false);
        TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();
        trainer(model, Optimizer.of(Sgd.of(), 0.1, model))
                .withBudget(Budget.epochs(5))
                .withPlateau(ReduceOnPlateau.of(1).withFactor(0.5).withMinDelta(1000))
                .withListener(recorder)
                .fit(TRAIN, VALIDATION);

        for (TrainingEvent event : recorder.events()) {
            if (event instanceof TrainingEvent.StepDone done) {
                double expected = 0.1 * Math.pow(0.5, Math.max(0, done.epoch() - 2)); // the first epoch is the best
                assertEquals(expected, done.learningRate(), 1e-12, "epoch " + done.epoch());
            }
        }
    }

    @Test
    void aPlateauWithoutValidationDataIsRefusedBeforeTheFirstStep() {
        Layer model = Toy.model(KEYS, false);
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, model);
        Trainer trainer = trainer(model, optimizer).withPlateau(ReduceOnPlateau.of(1));

        assertEquals(
                "E622",
                assertThrows(NudgeException.class, () -> trainer.fit(TRAIN)).code());
        assertEquals(0, optimizer.steps());
    }

    @Test
    void theAverageIsValidatedAndKept() {
        Layer model = Toy.model(KEYS, true);
        TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();
        trainer(model, Optimizer.of(Adam.of(), 0.05, model))
                .withAveraging(Averaging.ema(0.9))
                .withListener(recorder)
                .fit(TRAIN, VALIDATION);
        Layer own = Toy.model(KEYS, true);
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.05, own);
        WeightAverage average = WeightAverage.of(Averaging.ema(0.9), own);
        List<Double> losses = new ArrayList<>();
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (Batch batch : TRAIN.shuffle(KEYS.epoch(epoch)).batches(8)) {
                optimizer.step(gradients(own, batch, KEYS.training(optimizer.steps() + 1)));
                average.update();
            }
            losses.add(average.with(() ->
                    Evaluator.evaluate(own, Losses.crossEntropy(), VALIDATION).loss()));
        }
        String raw = WeightsHash.of(own);
        average.apply();

        assertEquals(
                losses,
                recorder.events().stream()
                        .filter(TrainingEvent.EpochDone.class::isInstance)
                        .map(event -> ((TrainingEvent.EpochDone) event).validation())
                        .map(Scores::loss)
                        .toList());
        assertEquals(WeightsHash.of(own), WeightsHash.of(model));
        assertNotEquals(raw, WeightsHash.of(model));
    }

    @Test
    void aCheckpointWithoutItsAverageOrPlateauIsRefused(@TempDir Path folder) {
        Layer model = Toy.model(KEYS, false);
        CheckpointStore store = CheckpointStore.open(Storage.fileSystem(), folder, 2);
        trainer(model, Optimizer.of(Sgd.of(), 0.1, model))
                .withCheckpoints(store, Cadence.everyEpoch())
                .fit(TRAIN, VALIDATION);
        Trainer other = trainer(model, Optimizer.of(Sgd.of(), 0.1, model))
                .withCheckpoints(store, Cadence.everyEpoch())
                .withAveraging(Averaging.ema(0.9))
                .withBudget(Budget.epochs(4));

        NudgeException refused = assertThrows(NudgeException.class, () -> other.resume(TRAIN, VALIDATION));
        assertEquals("E403", refused.code());
        assertTrue(refused.getMessage().contains("weight average"), refused.getMessage());
        assertEquals(4, other.withChangesAllowed().resume(TRAIN, VALIDATION).epochs());
    }

    // ---- running statistics ---------------------------------------------------------------------------------------

    @Test
    void recomputedStatisticsAreTheMeanOverTheBatches() {
        BatchNorm norm = BatchNorm.of(4).withMomentum(0.3);
        RunningStatistics.recompute(norm, TRAIN.ordered().batches(10));
        double[] mean = new double[4];
        double[] variance = new double[4];
        for (int batch = 0; batch < 3; batch++) {
            for (int feature = 0; feature < 4; feature++) {
                double sum = 0;
                double squares = 0;
                for (int row = 10 * batch; row < 10 * (batch + 1); row++) {
                    sum += TRAIN.batch(new int[] {row}).inputs().toFloats()[feature];
                }
                for (int row = 10 * batch; row < 10 * (batch + 1); row++) {
                    squares += Math.pow(TRAIN.batch(new int[] {row}).inputs().toFloats()[feature] - sum / 10, 2);
                }
                mean[feature] += sum / 10 / 3;
                variance[feature] += squares / 9 / 3;
            }
        }

        assertArrayEquals(mean, norm.runningMean().tensor().toDoubles(), 1e-6);
        assertArrayEquals(variance, norm.runningVariance().tensor().toDoubles(), 1e-6);
    }

    @Test
    void aModelWithoutStatisticsIsLeftAlone() {
        Layer model = Toy.model(KEYS, true);
        String before = WeightsHash.of(model);
        RunningStatistics.recompute(model, TRAIN.ordered().batches(10));

        assertEquals(before, WeightsHash.of(model));
    }

    @Test
    void theAverageGetsStatisticsOfItsOwn() {
        Layer model = Sequential.of(
                Linear.of(4, 8, KEYS.init().at(1)),
                BatchNorm.of(8),
                new Relu(),
                Linear.of(8, 2, KEYS.init().at(2)));
        trainer(model, Optimizer.of(Adam.of(), 0.05, model))
                .withAveraging(Averaging.swa(2, 2))
                .fit(TRAIN, VALIDATION);
        String found = WeightsHash.of(model);

        RunningStatistics.recompute(model, TRAIN.ordered().batches(8).dropLast());

        assertEquals(found, WeightsHash.of(model), "they were collected for these weights");
    }

    @Test
    void aRateThatSomebodyHasSetHoldsOverAResume(@TempDir Path folder) {
        Steering slower = (step, _) -> step == 2 ? 0.001 : null;
        Layer whole = Toy.model(KEYS, true);
        TrainingEvent.Recorder events = new TrainingEvent.Recorder();
        trainer(whole, Optimizer.of(Adam.of(), 0.01, whole))
                .withSteering(slower)
                .withListener(events)
                .fit(TRAIN);
        List<Double> rates = events.events().stream()
                .filter(TrainingEvent.StepDone.class::isInstance)
                .map(event -> ((TrainingEvent.StepDone) event).learningRate())
                .toList();
        assertEquals(List.of(0.01, 0.01, 0.001, 0.001), rates.subList(0, 4));
        assertTrue(events.events().contains(new TrainingEvent.RateSet(2, 0.001)));

        CheckpointStore store = CheckpointStore.open(Storage.fileSystem(), folder, CheckpointStore.DEFAULT_KEPT);
        Layer parts = Toy.model(KEYS, true);
        FitResult first = trainer(parts, Optimizer.of(Adam.of(), 0.01, parts))
                .withCheckpoints(store, Cadence.everyEpoch())
                .withSteering((step, stop) -> {
                    if (step == 5) {
                        stop.stop("enough");
                    }
                    return slower.after(step, stop);
                })
                .fit(TRAIN);
        assertEquals(5, first.steps());
        Layer resumed = Toy.model(KEYS, true);
        trainer(resumed, Optimizer.of(Adam.of(), 0.01, resumed))
                .withCheckpoints(store, Cadence.everyEpoch())
                .resume(TRAIN, null);
        assertEquals(WeightsHash.of(whole), WeightsHash.of(resumed));
    }
}
