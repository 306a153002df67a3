package dev.nudge.examples;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.Dropout;
import dev.nudge.nn.Flatten;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.RandomKey;
import dev.nudge.train.Budget;
import dev.nudge.train.Evaluator;
import dev.nudge.train.FitResult;
import dev.nudge.train.Scores;
import dev.nudge.train.Trainer;
import dev.nudge.train.metric.Accuracy;

/// Tells apart ten kinds of clothes with two convolutions, beside a linear model of the pixels.
///
/// Data: Fashion-MNIST, Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747, MIT licence. Shirts, pullovers and
/// coats look alike at 28 by 28 pixels; people agree with the labels in 83.5 % of cases, as its authors found.
final class Fashion implements Example {
    @Override
    public String name() {
        return "fashion";
    }

    @Override
    public String summary() {
        return "kinds of clothes: two convolutions on Fashion-MNIST";
    }

    @Override
    public String data() {
        return "folder with the four files of Fashion-MNIST (train-images-idx3-ubyte.gz, ...)";
    }

    // ---- the models -----------------------------------------------------------------------------------------------

    /// A template for each kind: as much as a weighted sum of pixels can tell.
    private static Layer linear(RandomKey key) {
        return Sequential.of(new Flatten(), Linear.of(784, 10, key, Initializers.glorotUniform()));
    }

    /// From `[batch, 28, 28, 1]` to ten logits. Dropout makes every layer expect that some of what it sees is
    /// missing, so that it does not learn single pictures by heart.
    private static Layer network(RandomKey key) {
        return Sequential.of(
                Conv2d.of(1, 32, 3, key.at(1)).withSamePadding().withoutBias(), // [batch, 28, 28, 32]
                BatchNorm.of(32),
                new Relu(),
                MaxPool2d.of(2), // [batch, 14, 14, 32]
                Conv2d.of(32, 64, 3, key.at(2)).withSamePadding().withoutBias(), // [batch, 14, 14, 64]
                BatchNorm.of(64),
                new Relu(),
                MaxPool2d.of(2), // [batch, 7, 7, 64]
                new Flatten(),
                new Dropout(0.3),
                Linear.of(7 * 7 * 64, 256, key.at(3)).withoutBias(),
                BatchNorm.of(256),
                new Relu(),
                new Dropout(0.3),
                Linear.of(256, 10, key.at(4), Initializers.glorotUniform()));
    }

    private static Trainer trainer(Layer model, double peak, int epochs, Pictures pictures, Session session) {
        int batch = session.small() ? 64 : 128;
        long steps = (long) epochs * (pictures.train().size() / batch);
        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(0.05), Schedules.oneCycle(peak, steps), model);
        return Trainer.of(model, Losses.crossEntropy(), optimizer, session.seed())
                .withBatch(batch)
                .withDropLast()
                .withBudget(Budget.epochs(epochs))
                .withMetrics(Accuracy.ofLogits());
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Pictures pictures = Pictures.read(session.requiredData(this), session);

        Layer linear = linear(session.keys().init().at(1));
        trainer(linear, 0.003, 3, pictures, session).fit(pictures.train());
        double baseline = accuracy(linear, pictures).metric(Accuracy.class).value();

        Layer network = network(session.keys().init().at(2));
        FitResult fit = session.fit(
                trainer(network, 0.01, session.small() ? 3 : 6, pictures, session),
                pictures.train(),
                pictures.validation());
        Scores scores = accuracy(network, pictures);
        double accuracy = scores.metric(Accuracy.class).value();
        session.show("test accuracy       %.4f".formatted(accuracy));
        session.show("linear model        %.4f".formatted(baseline));
        return Result.of(network, fit)
                .with("testAccuracy", accuracy)
                .with("testLoss", scores.loss())
                .with(
                        "validationLoss",
                        Evaluator.evaluate(network, Losses.crossEntropy(), pictures.validation())
                                .loss())
                .with("baselineAccuracy", baseline);
    }

    private static Scores accuracy(Layer model, Pictures pictures) {
        return Evaluator.evaluate(model, Losses.crossEntropy(), pictures.test(), Accuracy.ofLogits());
    }
}
