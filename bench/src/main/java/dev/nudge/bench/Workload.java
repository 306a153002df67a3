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
///
/// @param name   `W1`: a small network with plain gradient descent; `W2`: a wide one with Adam, where products and
///               optimizer traffic count; `W7`: a tiny one with Adam, where the cost of each operation counts
/// @param batch  examples per step
/// @param adam   Adam, else plain gradient descent
/// @param widths numbers per example, then units per layer
record Workload(String name, int batch, boolean adam, List<Integer> widths) {
    /// The workloads that can be measured.
    static final List<Workload> ALL = List.of(
            new Workload("W1", 32, false, List.of(784, 128, 10)),
            new Workload("W2", 256, true, List.of(784, 2048, 2048, 10)),
            new Workload("W7", 32, true, List.of(20, 64, 64, 2)));

    /// Numbers per example.
    int inputs() {
        return widths.getFirst();
    }

    /// Number of classes.
    int classes() {
        return widths.getLast();
    }

    /// A freshly initialised network: linear layers with ReLU between them.
    Layer model(RandomKey key) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i + 1 < widths.size(); i++) {
            if (i > 0) {
                layers.add(new Relu());
            }
            layers.add(Linear.of(widths.get(i), widths.get(i + 1), key.at(i)));
        }
        return new Sequential(layers);
    }

    /// The optimizer of the workload, for `model`.
    Optimizer optimizer(Layer model) {
        return adam ? Optimizer.of(Adam.of(), 0.001, model) : Optimizer.of(Sgd.of(), 0.1, model);
    }
}
