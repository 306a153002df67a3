package dev.nudge.examples;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.GlobalAveragePool;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Residual;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.Budget;
import dev.nudge.train.Evaluator;
import dev.nudge.train.FitResult;
import dev.nudge.train.Scores;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.Augmentation;
import dev.nudge.train.data.AugmentedDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.metric.Accuracy;
import java.util.ArrayList;
import java.util.List;

/// Twenty layers that learn because each pair of them only has to find what is missing: a residual network.
///
/// Deep networks used to be harder to train than shallow ones. Here the input of every block is added to its
/// output, so a block that has learned nothing changes nothing, and the gradient reaches the first layer as it
/// left the last.
///
/// Source: He, Zhang, Ren and Sun 2016, *Deep residual learning for image recognition*, arXiv:1512.03385,
/// section 4.2, with `n = 3` and shortcuts of option A. There it trains for 64 000 steps on CIFAR-10; one cycle
/// of the learning rate makes do with far fewer.
final class Resnet20 implements Example {
    @Override
    public String name() {
        return "resnet20";
    }

    @Override
    public String summary() {
        return "a residual network of twenty layers on CIFAR-10 or Fashion-MNIST";
    }

    @Override
    public String data() {
        return "folder with the binary version of CIFAR-10 (data_batch_1.bin, ...), or with the files of Fashion-MNIST";
    }

    // ---- the model ------------------------------------------------------------------------------------------------

    /// The way around a block that halves height and width and has more channels: every other pixel, and zeros for
    /// the new channels. It has nothing to learn.
    ///
    /// @param channels number of new channels
    record Shortcut(int channels) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor half = MaxPool2d.of(1, 2).forward(x, pass); // windows of one pixel, two apart
            return half.pad(new int[4], new int[] {0, 0, 0, channels});
        }
    }

    /// Two convolutions, and what went into them.
    private static Layer block(int in, int out, RandomKey key) {
        int stride = in == out ? 1 : 2;
        Residual residual = Residual.of(Sequential.of(
                convolution(in, out, key.at(1)).withStride(stride),
                BatchNorm.of(out),
                new Relu(),
                convolution(out, out, key.at(2)),
                BatchNorm.of(out)));
        return Sequential.of(in == out ? residual : residual.withProjection(new Shortcut(out - in)), new Relu());
    }

    /// 3 by 3 with padding that keeps the size; no bias, since the normalization behind takes it away.
    private static Conv2d convolution(int in, int out, RandomKey key) {
        return Conv2d.of(in, out, 3, key, Initializers.heNormal())
                .withPadding(1)
                .withoutBias();
    }

    /// From `[batch, height, width, in]` to ten logits: `6 blocks + 2` layers in three stages, each with half the
    /// height and twice the channels of the one before.
    static Layer network(int in, int width, int blocks, RandomKey key) {
        List<Layer> layers = new ArrayList<>();
        layers.add(convolution(in, width, key.at(0)));
        layers.add(BatchNorm.of(width));
        layers.add(new Relu());
        int channels = width;
        for (int stage = 0; stage < 3; stage++) {
            for (int i = 0; i < blocks; i++) {
                int out = width << stage;
                layers.add(block(channels, out, key.at(1 + layers.size())));
                channels = out;
            }
        }
        layers.add(new GlobalAveragePool());
        layers.add(Linear.of(channels, 10, key.at(100), Initializers.glorotUniform()));
        return new Sequential(layers);
    }

    private static Trainer trainer(Layer model, int epochs, Dataset train, Session session) {
        int batch = session.small() ? 32 : 128;
        long steps = (long) epochs * (train.size() / batch);
        Optimizer optimizer = Optimizer.of(Momentum.ofNesterov().withL2(2e-4), Schedules.oneCycle(0.1, steps), model);
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
        // Nothing that a network of this size learns by heart comes twice: every picture is moved and mirrored anew.
        Dataset train = AugmentedDataset.of(
                pictures.train(),
                Augmentation.Subject.OBJECTS,
                new Augmentation.Shift(session.small() ? 1 : 2),
                new Augmentation.Mirror());

        int in = train.inputType().shape().extent(-1);
        Layer network = session.small()
                ? network(in, 8, 1, session.keys().init())
                : network(in, 16, 3, session.keys().init());
        FitResult fit =
                session.fit(trainer(network, session.small() ? 4 : 12, train, session), train, pictures.validation());
        Scores scores = Evaluator.evaluate(network, Losses.crossEntropy(), pictures.test(), Accuracy.ofLogits());
        double accuracy = scores.metric(Accuracy.class).value();
        session.show("test accuracy       %.4f".formatted(accuracy));
        return Result.of(network, fit)
                .with("testAccuracy", accuracy)
                .with("testLoss", scores.loss())
                .with(
                        "validationLoss",
                        Evaluator.evaluate(network, Losses.crossEntropy(), pictures.validation())
                                .loss());
    }
}
