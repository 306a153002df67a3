package dev.nudge.examples;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Conv2d;
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

/// Reads handwritten digits with a convolutional network, as banks have done with cheques since the 1990s.
///
/// A *convolution* looks at each 5 by 5 square of the picture through the same few weights: what is worth
/// seeing in one corner is worth seeing everywhere. *Pooling* keeps the largest of four neighbours, so that a
/// stroke may lie a pixel to the left. Two such stages find strokes, then parts of digits; two linear layers
/// decide.
///
/// Source: LeCun et al. 1998, *Gradient-based learning applied to document recognition*; widths as in the LeNet
/// that came with Caffe, with the ReLU and the batch normalization that the field has learned since.
final class Lenet implements Example {
    @Override
    public String name() {
        return "lenet";
    }

    @Override
    public String summary() {
        return "handwritten digits: a convolutional network on MNIST, also within a single epoch";
    }

    @Override
    public String data() {
        return "folder with the four files of MNIST (train-images-idx3-ubyte.gz, ...)";
    }

    // ---- the model ------------------------------------------------------------------------------------------------

    /// From `[batch, 28, 28, 1]` to ten logits.
    private static Layer network(RandomKey key) {
        return Sequential.of(
                Conv2d.of(1, 20, 5, key.at(1)).withoutBias(), // [batch, 24, 24, 20]
                BatchNorm.of(20), // takes away any bias before it
                new Relu(),
                MaxPool2d.of(2), // [batch, 12, 12, 20]
                Conv2d.of(20, 50, 5, key.at(2)).withoutBias(), // [batch, 8, 8, 50]
                BatchNorm.of(50),
                new Relu(),
                MaxPool2d.of(2), // [batch, 4, 4, 50]
                new Flatten(),
                Linear.of(800, 500, key.at(3)).withoutBias(),
                BatchNorm.of(500),
                new Relu(),
                Linear.of(500, 10, key.at(4), Initializers.glorotUniform()));
    }

    /// One cycle: the learning rate rises to a peak at which training would not go well for long, and falls to
    /// nearly nothing. So even a single epoch has its fast and its careful part (Smith and Topin 2017,
    /// arXiv:1708.07120).
    private static Trainer trainer(Layer model, int epochs, Pictures pictures, Session session) {
        int batch = 64;
        long steps = (long) epochs * (pictures.train().size() / batch);
        Optimizer optimizer = Optimizer.of(AdamW.of(), Schedules.oneCycle(0.01, steps), model);
        return Trainer.of(model, Losses.crossEntropy(), optimizer, session.seed())
                .withBatch(batch)
                .withDropLast() // the statistics of a few left over would mislead
                .withBudget(Budget.epochs(epochs))
                .withMetrics(Accuracy.ofLogits());
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Pictures pictures = Pictures.read(session.requiredData(this), session);

        Layer hasty = network(session.keys().init().at(1));
        trainer(hasty, 1, pictures, session).fit(pictures.train());
        double oneEpoch = Evaluator.evaluate(hasty, Losses.crossEntropy(), pictures.test(), Accuracy.ofLogits())
                .metric(Accuracy.class)
                .value();
        session.tell("after a single epoch of its own: test accuracy %.4f".formatted(oneEpoch));

        Layer network = network(session.keys().init().at(2));
        FitResult fit = session.fit(
                trainer(network, session.small() ? 3 : 5, pictures, session), pictures.train(), pictures.validation());
        Scores scores = Evaluator.evaluate(network, Losses.crossEntropy(), pictures.test(), Accuracy.ofLogits());
        double accuracy = scores.metric(Accuracy.class).value();
        session.show("test accuracy       %.4f".formatted(accuracy));
        session.show("within one epoch    %.4f".formatted(oneEpoch));
        return Result.of(network, fit)
                .with("testAccuracy", accuracy)
                .with("testLoss", scores.loss())
                .with(
                        "validationLoss",
                        Evaluator.evaluate(network, Losses.crossEntropy(), pictures.validation())
                                .loss())
                .with("oneEpochAccuracy", oneEpoch);
    }
}
