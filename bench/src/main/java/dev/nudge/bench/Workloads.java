package dev.nudge.bench;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.Embedding;
import dev.nudge.nn.Flatten;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.GlobalAveragePool;
import dev.nudge.nn.Gpt;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Residual;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ParameterGroup;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The workloads that are measured, each for what it asks of a machine.
final class Workloads {
    /// W1: a small network with plain gradient descent. W2: a wide one with Adam, where products and the optimizer's
    /// traffic count. W3: two large convolutions. W4: a residual network with normalization, thin and deep. W5: a
    /// small language model. W6: a recurrent network, where nothing but the batch is parallel. W7: a tiny network,
    /// where the cost of each operation counts.
    static final List<Workload> ALL = List.of(
            layers("W1", 32, Workloads::sgd, 784, 128, 10),
            layers("W2", 256, Workloads::adam, 784, 2048, 2048, 10),
            new Workload("W3", 64, Shape.of(28, 28, 1), false, 10, Workloads::convolutions, Workloads::adam),
            new Workload("W4", 128, Shape.of(32, 32, 3), false, 10, Workloads::residual, Workloads::momentum),
            new Workload("W5", 12, Shape.of(64), true, 65, Workloads::gpt, Workloads::decayedMatrices),
            new Workload("W6", 32, Shape.of(64), true, 65, Workloads::recurrent, Workloads::adam),
            layers("W7", 32, Workloads::adam, 20, 64, 64, 2));

    private Workloads() {}

    private static Optimizer sgd(Layer model) {
        return Optimizer.of(Sgd.of(), 0.1, model);
    }

    private static Optimizer momentum(Layer model) {
        return Optimizer.of(Momentum.of(), 0.1, model);
    }

    private static Optimizer adam(Layer model) {
        return Optimizer.of(Adam.of(), 0.001, model);
    }

    private static Optimizer decayedMatrices(Layer model) {
        AdamW rule = AdamW.of().withBetas(0.9, 0.99).withWeightDecay(0.1);
        return Optimizer.of(rule, 0.001, model)
                .withGroups(ParameterGroup.of(path -> path.contains("orm.weight"), rule.withWeightDecay(0)));
    }

    /// Linear layers with ReLU between them.
    private static Workload layers(String name, int batch, Function<Layer, Optimizer> optimizer, int... widths) {
        return new Workload(
                name,
                batch,
                Shape.of(widths[0]),
                false,
                widths[widths.length - 1],
                key -> linear(key, widths),
                optimizer);
    }

    private static Layer linear(RandomKey key, int... widths) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i + 1 < widths.length; i++) {
            if (i > 0) {
                layers.add(new Relu());
            }
            layers.add(Linear.of(widths[i], widths[i + 1], key.at(i)));
        }
        return new Sequential(layers);
    }

    private static Layer convolutions(RandomKey key) {
        return Sequential.of(
                Conv2d.of(1, 32, 5, key.at(0)).withPadding(2),
                new Relu(),
                MaxPool2d.of(2),
                Conv2d.of(32, 64, 5, key.at(1)).withPadding(2),
                new Relu(),
                MaxPool2d.of(2),
                new Flatten(),
                Linear.of(64 * 7 * 7, 512, key.at(2)),
                new Relu(),
                Linear.of(512, 10, key.at(3)));
    }

    /// Every other pixel, and zeros for the new channels: the way around a block that changes the shape.
    private record Shortcut(int channels) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor half = MaxPool2d.of(1, 2).forward(x, pass);
            return half.pad(new int[] {0, 0, 0, channels / 2}, new int[] {0, 0, 0, channels / 2});
        }
    }

    private static Layer residual(RandomKey key) {
        List<Layer> layers = new ArrayList<>(List.of(convolution(3, 16, 1, key.at(0)), BatchNorm.of(16), new Relu()));
        int in = 16;
        for (int block = 0; block < 9; block++) {
            int out = 16 << (block / 3);
            Layer way = Sequential.of(
                    convolution(in, out, out / in, key.at(1 + 2 * block)),
                    BatchNorm.of(out),
                    new Relu(),
                    convolution(out, out, 1, key.at(2 + 2 * block)),
                    BatchNorm.of(out));
            Residual residual = Residual.of(way);
            layers.add(in == out ? residual : residual.withProjection(new Shortcut(out - in)));
            layers.add(new Relu());
            in = out;
        }
        layers.add(new GlobalAveragePool());
        layers.add(Linear.of(64, 10, key.at(100)));
        return new Sequential(layers);
    }

    private static Conv2d convolution(int in, int out, int stride, RandomKey key) {
        return Conv2d.of(in, out, 3, key).withPadding(1).withStride(stride).withoutBias();
    }

    private static Layer gpt(RandomKey key) {
        Gpt.Config config = Gpt.Config.of(65, 64, 4, 4, 128);
        return Gpt.of(config.withoutBias().withFeedForward(4 * config.width(), new Gelu()), key);
    }

    private static Layer recurrent(RandomKey key) {
        return Sequential.of(
                Embedding.of(65, 64, key.at(0)),
                Recurrent.of(LstmCell::of, 64, 256, 1, key.at(1)),
                Linear.of(256, 65, key.at(2)));
    }
}
