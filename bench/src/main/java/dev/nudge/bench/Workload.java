package dev.nudge.bench;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.RandomKey;
import java.util.ArrayList;
import java.util.List;

/// A model and how it is trained, as the speed of training frameworks is compared on it.
///
/// Inputs are standard normal numbers and labels are uniform, eight distinct batches in memory, so that nothing but the
/// training step is timed.
enum Workload {
    /// A small network with plain gradient descent.
    W1(32, false, 784, 128, 10),
    /// A wide network with Adam: products and optimizer traffic.
    W2(256, true, 784, 2048, 2048, 10),
    /// A tiny network with Adam: overhead per operation.
    W7(32, true, 20, 64, 64, 2);

    private final int batch;
    private final boolean adam;
    private final int[] widths;

    Workload(int batch, boolean adam, int... widths) {
        this.batch = batch;
        this.adam = adam;
        this.widths = widths;
    }

    /// Examples per step.
    int batch() {
        return batch;
    }

    /// Numbers per example.
    int inputs() {
        return widths[0];
    }

    /// Number of classes.
    int classes() {
        return widths[widths.length - 1];
    }

    /// A freshly initialised network: linear layers with ReLU between them.
    Layer model(RandomKey key) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i + 1 < widths.length; i++) {
            if (i > 0) {
                layers.add(new Relu());
            }
            layers.add(Linear.of(widths[i], widths[i + 1], key.at(i)));
        }
        return new Sequential(layers);
    }

    /// The optimizer of the workload, for `model`.
    Optimizer optimizer(Layer model) {
        return adam ? Optimizer.of(Adam.of(), 0.001, model) : Optimizer.of(Sgd.of(), 0.1, model);
    }
}
