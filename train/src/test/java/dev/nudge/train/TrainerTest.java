package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final long SEED = 7;

    @Test
    void aLoopWrittenByHandGivesTheSameBits() {
        Dataset train = Toy.points(50, 1);
        Keys keys = Keys.of(SEED);
        Layer byHand = Toy.model(keys, true);
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, byHand);
        long step = 0;
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (Batch batch : train.shuffle(keys.epoch(epoch)).batches(8)) {
                Pass training = keys.training(++step);
                Tensor prediction = byHand.forward(batch.inputs(), training);
                Tensor loss = Losses.crossEntropy(prediction, batch.targets());
                Gradients gradients = loss.backward(byHand.parameters().values());
                optimizer.step(gradients);
            }
        }
        Layer model = Toy.model(keys, true);
        FitResult result = Trainer.of(model, Losses.crossEntropy(), Optimizer.of(AdamW.of(), 0.01, model), SEED)
                .withBatch(8)
                .withBudget(Budget.epochs(3))
                .fit(train);
        assertEquals(WeightsHash.of(byHand), WeightsHash.of(model));
        assertEquals(21, result.steps());
    }
}
