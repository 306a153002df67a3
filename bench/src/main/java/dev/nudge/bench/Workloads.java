package dev.nudge.bench;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Cell;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.Embedding;
import dev.nudge.nn.Flatten;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.GlobalAveragePool;
import dev.nudge.nn.Gpt;
import dev.nudge.nn.GruCell;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Residual;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The workloads that are measured, each for what it asks of a machine.
final class Workloads {
    private static final int GROUPS = 8;
    private static final int ROWS = 100_000;
    private static final int INDICES = 16;

    /// W1: a small network with plain gradient descent. W2: a wide one with Adam, where products and
    /// the optimizer's traffic count. W3: two large convolutions. W4: a residual network with
    /// normalization, thin and deep. W5: a small language model. W6: a recurrent network, where nothing
    /// but the batch is parallel. W7: a tiny network, where the cost of each operation counts. W8:
    /// residual blocks of 1 x 1 and grouped 3 x 3 convolutions, each too small for a product. W9: the
    /// other recurrent network. W10: 16 rows of a table of 100 000, where the optimizer moves all of
    /// them in each step and memory is the limit.
    static final List<Workload> ALL = List.of(
            layers("W1", 32, 128, Update.SGD, 784, 10, 1),
            layers("W2", 256, 2048, Update.ADAM, 784, 10, 2),
            pictures("W3", 64, 32, Shape.of(28, 28, 1), Workloads::convolutions, Update.ADAM),
            pictures("W4", 128, 16, Shape.of(32, 32, 3), Workloads::residual, Update.MOMENTUM),
            text("W5", 12, 128, Workloads::gpt, Update.ADAMW),
            text("W6", 32, 256, (width, key) -> recurrent(LstmCell::of, width, key), Update.ADAM),
            layers("W7", 32, 64, Update.ADAM, 20, 2, 2),
            pictures("W8", 64, 32, Shape.of(32, 32, 3), Workloads::grouped, Update.MOMENTUM),
            text("W9", 32, 256, (width, key) -> recurrent(GruCell::of, width, key), Update.ADAM),
            new Workload("W10", 256, 64, Shape.of(INDICES), ROWS, 10, false, Workloads::table, Update.ADAM));

    private Workloads() {}

    private static Workload pictures(
            String name, int batch, int width, Shape example, Workload.Network network, Update update) {
        return new Workload(name, batch, width, example, 0, 10, false, network, update);
    }

    private static Workload text(String name, int batch, int width, Workload.Network network, Update update) {
        return new Workload(name, batch, width, Shape.of(64), 65, 65, true, network, update);
    }

    /// `hidden` layers with ReLU after them, then one of the classes.
    private static Workload layers(
            String name, int batch, int width, Update update, int inputs, int classes, int hidden) {
        Workload.Network network = (wide, key) -> {
            int[] widths = new int[hidden + 2];
            Arrays.fill(widths, wide);
            widths[0] = inputs;
            widths[hidden + 1] = classes;
            return linear(key, widths);
        };
        return new Workload(name, batch, width, Shape.of(inputs), 0, classes, false, network, update);
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

    private static Layer convolutions(int width, RandomKey key) {
        return Sequential.of(
                Conv2d.of(1, width, 5, key.at(0)).withPadding(2),
                new Relu(),
                MaxPool2d.of(2),
                Conv2d.of(width, 2 * width, 5, key.at(1)).withPadding(2),
                new Relu(),
                MaxPool2d.of(2),
                new Flatten(),
                Linear.of(2 * width * 7 * 7, 512, key.at(2)),
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

    private static Layer residual(int width, RandomKey key) {
        List<Layer> layers =
                new ArrayList<>(List.of(convolution(3, width, 1, key.at(0)), BatchNorm.of(width), new Relu()));
        int in = width;
        for (int block = 0; block < 9; block++) {
            int out = width << (block / 3);
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
        layers.add(Linear.of(4 * width, 10, key.at(100)));
        return new Sequential(layers);
    }

    private static Conv2d convolution(int in, int out, int stride, RandomKey key) {
        return Conv2d.of(in, out, 3, key).withPadding(1).withStride(stride).withoutBias();
    }

    /// A stem and six blocks on three scales; a block is a 1 x 1, a grouped 3 x 3 and a 1 x 1
    /// convolution (Xie et al. 2017, arXiv:1611.05431, figure 3c, with a bottleneck of half the
    /// channels).
    private static Layer grouped(int width, RandomKey key) {
        List<Layer> layers =
                new ArrayList<>(List.of(convolution(3, width, 1, key.at(0)), BatchNorm.of(width), new Relu()));
        int in = width;
        for (int block = 0; block < 6; block++) {
            int inner = width << (block / 2);
            int stride = block % 2 == 0 && block > 0 ? 2 : 1;
            RandomKey keys = key.at(1 + block);
            Layer way = Sequential.of(
                    pointwise(in, inner, 1, keys.at(0)),
                    BatchNorm.of(inner),
                    new Relu(),
                    Conv2d.grouped(inner, inner, 3, GROUPS, keys.at(1), Initializers.heUniform())
                            .withPadding(1)
                            .withStride(stride)
                            .withoutBias(),
                    BatchNorm.of(inner),
                    new Relu(),
                    pointwise(inner, 2 * inner, 1, keys.at(2)),
                    BatchNorm.of(2 * inner));
            Residual residual = Residual.of(way);
            layers.add(
                    in == 2 * inner
                            ? residual
                            : residual.withProjection(Sequential.of(
                                    pointwise(in, 2 * inner, stride, keys.at(3)), BatchNorm.of(2 * inner))));
            layers.add(new Relu());
            in = 2 * inner;
        }
        layers.add(new GlobalAveragePool());
        layers.add(Linear.of(in, 10, key.at(100)));
        return new Sequential(layers);
    }

    private static Conv2d pointwise(int in, int out, int stride, RandomKey key) {
        return Conv2d.of(in, out, 1, key).withStride(stride).withoutBias();
    }

    private static Layer gpt(int width, RandomKey key) {
        Gpt.Config config = Gpt.Config.of(65, 64, 4, 4, width);
        return Gpt.of(config.withoutBias().withFeedForward(4 * config.width(), new Gelu()), key);
    }

    private static Layer recurrent(Cell.Factory cell, int width, RandomKey key) {
        return Sequential.of(
                Embedding.of(65, 64, key.at(0)),
                Recurrent.of(cell, 64, width, 1, key.at(1)),
                Linear.of(width, 65, key.at(2)));
    }

    /// The rows of 16 indices side by side, then two linear layers.
    private static Layer table(int width, RandomKey key) {
        return Sequential.of(
                Embedding.of(ROWS, width, key.at(0)),
                new Flatten(),
                Linear.of(INDICES * width, 256, key.at(1)),
                new Relu(),
                Linear.of(256, 10, key.at(2)));
    }
}
