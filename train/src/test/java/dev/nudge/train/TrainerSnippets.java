package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Split;

/// The examples of the documentation, compiled and run.
final class TrainerSnippets {
    private TrainerSnippets() {}

    static Layer fit(Dataset examples) {
        // @start region=fit
        Keys keys = Keys.of(42);
        Split data = Split.threeWay(examples, 0.2, 0.2, keys.split());
        Layer model = Sequential.of(
                Linear.of(4, 8, keys.init().at(1)),
                new Relu(),
                Linear.of(8, 2, keys.init().at(2)));
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, model);
        FitResult result = Trainer.of(model, Losses.crossEntropy(), optimizer, 42)
                .withBatch(16)
                .withBudget(Budget.epochs(20))
                .withEarlyStopping(EarlyStopping.of(3))
                .fit(data.train(), data.validation());
        double testLoss =
                Evaluator.evaluate(model, Losses.crossEntropy(), data.test()).loss();
        // @end
        check(result.steps() > 0 && testLoss > 0);
        return model;
    }

    static Layer byHand(Dataset train, Keys keys, Layer model, int epochs) {
        // @start region=loop
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, model);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            for (Batch batch : train.shuffle(keys.epoch(epoch)).batches(16)) {
                Pass training = keys.training(optimizer.steps() + 1);
                Tensor prediction = model.forward(batch.inputs(), training); // forward pass
                Tensor loss = Losses.crossEntropy(prediction, batch.targets()); // how wrong?
                Gradients gradients = loss.backward(model.parameters().values()); // backward pass
                optimizer.step(gradients); // nudge the weights
            }
        }
        // @end
        return model;
    }

    static double finder(Layer model, Dataset train) {
        // @start region=finder
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.001, model); // its rate does not matter here
        RateSweep sweep = LearningRateFinder.of(100).run(model, Losses.crossEntropy(), optimizer, train, 32, 42);
        double rate = sweep.suggestion().orElse(0.001);
        // @end
        return rate;
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new AssertionError("the example did not train");
        }
    }
}
