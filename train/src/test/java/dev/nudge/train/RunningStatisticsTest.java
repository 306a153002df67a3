package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Frozen;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Tensor;
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

/// Running statistics are part of a model: they are trained, saved, resumed and brought back with its weights.
class RunningStatisticsTest {
    private static final long SEED = 5;
    private static final Dataset TRAIN = Toy.points(40, 1);
    private static final Dataset VALIDATION = Toy.points(16, 2);

    private final Layer model = model();

    private static Layer model() {
        Keys keys = Keys.of(SEED);
        return Sequential.of(
                Linear.of(4, 8, keys.init().at(1)).withoutBias(),
                BatchNorm.of(8),
                new Relu(),
                Linear.of(8, 2, keys.init().at(2)));
    }

    private static Trainer trainer(Layer model) {
        return Trainer.of(model, Losses.crossEntropy(), Optimizer.of(AdamW.of(), 0.05, model), SEED)
                .withBatch(8)
                .withBudget(Budget.epochs(4));
    }

    private static List<float[]> statistics(Layer model) {
        List<float[]> statistics = new ArrayList<>();
        for (Buffer buffer : model.buffers().values()) {
            statistics.add(buffer.tensor().toFloats());
        }
        return statistics;
    }

    @Test
    void aLoopWrittenByHandGivesTheSameBits() {
        Layer byHand = model();
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.05, byHand);
        Keys keys = Keys.of(SEED);
        long step = 0;
        for (int epoch = 1; epoch <= 4; epoch++) {
            for (Batch batch : TRAIN.shuffle(keys.epoch(epoch)).batches(8)) {
                Tensor prediction = byHand.forward(batch.inputs(), keys.training(++step));
                Tensor loss = Losses.crossEntropy(prediction, batch.targets());
                optimizer.step(loss.backward(byHand.parameters().values()));
            }
        }
        trainer(model).fit(TRAIN, VALIDATION);

        assertEquals(WeightsHash.of(byHand), WeightsHash.of(model));
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(statistics(byHand).get(i), statistics(model).get(i));
        }
    }

    @Test
    void theHashOfTheWeightsKnowsTheStatistics() {
        String before = WeightsHash.of(model);
        Buffer mean = model.buffers().firstEntry().getValue();
        mean.assign(mean.tensor().add(1).value());

        assertNotEquals(before, WeightsHash.of(model));
    }

    @Test
    void evaluationUsesTheStatisticsAndLeavesThemAlone() {
        trainer(model).fit(TRAIN);
        String before = WeightsHash.of(model);

        Scores whole = Evaluator.evaluate(model, Losses.crossEntropy(), VALIDATION);
        Scores one = Evaluator.evaluate(model, Losses.crossEntropy(), VALIDATION, 1, List.of());

        assertEquals(whole.loss(), one.loss(), 1e-6, "examples do not touch each other in use");
        assertEquals(before, WeightsHash.of(model));
    }

    @Test
    void aResumedRunGoesOnWithItsStatistics(@TempDir Path folder) {
        trainer(model).fit(TRAIN, VALIDATION);
        CheckpointStore store = CheckpointStore.open(Storage.fileSystem(), folder, 2);
        StopSignal signal = new StopSignal();
        trainer(model())
                .withCheckpoints(store, Cadence.everyEpoch())
                .withStopSignal(signal)
                .withListener(event -> {
                    if (event instanceof TrainingEvent.StepDone done && done.step() == 7) {
                        signal.stop("test");
                    }
                })
                .fit(TRAIN, VALIDATION);

        Layer resumed = model();
        trainer(resumed).withCheckpoints(store, Cadence.everyEpoch()).resume(TRAIN, VALIDATION);

        assertEquals(WeightsHash.of(model), WeightsHash.of(resumed));
    }

    @Test
    void theBestWeightsComeBackWithTheirStatistics() {
        Layer best = model();
        TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();
        FitResult result = Trainer.of(model, Losses.crossEntropy(), Optimizer.of(AdamW.of(), 0.3, model), SEED)
                .withBatch(8)
                .withBudget(Budget.epochs(12))
                .withEarlyStopping(EarlyStopping.of(3))
                .withListener(recorder)
                .fit(TRAIN, VALIDATION);
        int epochs = result.bestEpoch().orElseThrow();
        assertTrue(epochs < result.epochs(), "the run went on after epoch " + epochs);

        Trainer.of(best, Losses.crossEntropy(), Optimizer.of(AdamW.of(), 0.3, best), SEED)
                .withBatch(8)
                .withBudget(Budget.epochs(epochs))
                .fit(TRAIN, VALIDATION);

        assertEquals(WeightsHash.of(best), WeightsHash.of(model));
    }

    @Test
    void resumingWithOtherFrozenLayersIsRefused(@TempDir Path folder) {
        CheckpointStore store = CheckpointStore.open(Storage.fileSystem(), folder, 2);
        Layer first = Linear.of(4, 8, Keys.of(SEED).init());
        Layer last = Linear.of(8, 2, Keys.of(SEED).init());
        frozen(Sequential.of(new Frozen(first), new Relu(), last), store, 1).fit(TRAIN);

        NudgeException refused = assertThrows(
                NudgeException.class,
                () -> frozen(Sequential.of(first, new Relu(), last), store, 2).resume(TRAIN, null));

        assertEquals("E403", refused.code());
        assertTrue(refused.getMessage().contains("layers.0.weight"), refused.getMessage());
    }

    private static Trainer frozen(Layer model, CheckpointStore store, int epochs) {
        return Trainer.of(model, Losses.crossEntropy(), Optimizer.of(Sgd.of(), 0.05, model), SEED)
                .withBudget(Budget.epochs(epochs))
                .withCheckpoints(store, Cadence.everyEpoch());
    }
}
