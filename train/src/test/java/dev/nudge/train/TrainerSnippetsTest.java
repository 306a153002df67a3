package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.metric.Accuracy;
import org.junit.jupiter.api.Test;

class TrainerSnippetsTest {
    @Test
    void theExampleLearns() {
        Layer model = TrainerSnippets.fit(Toy.points(500, 1));
        double accuracy = Evaluator.evaluate(model, Losses.crossEntropy(), Toy.points(500, 2), Accuracy.ofLogits())
                .metric(Accuracy.class)
                .value();
        assertEquals(1, accuracy, 0.1);
    }

    @Test
    void theFinderFindsARate() {
        double rate = TrainerSnippets.finder(Toy.model(Keys.of(5), false), Toy.points(100, 1));

        assertEquals(0.1, rate, 0.0999);
    }

    @Test
    void theLoopWrittenByHandIsTheTrainersLoop() {
        Dataset train = Toy.points(50, 1);
        Keys keys = Keys.of(5);
        Layer byHand = TrainerSnippets.byHand(train, keys, Toy.model(keys, true), 3);
        Layer model = Toy.model(keys, true);
        Trainer.of(model, Losses.crossEntropy(), Optimizer.of(AdamW.of(), 0.01, model), 5)
                .withBatch(16)
                .withBudget(Budget.epochs(3))
                .fit(train);
        assertEquals(WeightsHash.of(model), WeightsHash.of(byHand));
    }
}
