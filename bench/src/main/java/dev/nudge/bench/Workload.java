package dev.nudge.bench;

import dev.nudge.nn.Layer;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Function;

/// A model and how it is trained, as the speed of training frameworks is compared on it.
///
/// Inputs are standard normal numbers or uniform tokens, targets are uniform, all in memory, so that nothing but the
/// training step is timed. The loss is cross-entropy.
///
/// @param name      as the comparison calls it
/// @param batch     examples per step
/// @param example   shape of one example
/// @param isText    whether an example is a sequence of tokens, each with a target of its own
/// @param classes   number of classes, of tokens where it is text
/// @param model     makes a freshly initialised network
/// @param optimizer of a network
record Workload(
        String name,
        int batch,
        Shape example,
        boolean isText,
        int classes,
        Function<RandomKey, Layer> model,
        Function<Layer, Optimizer> optimizer) {

    /// The same with another number of examples per step.
    Workload withBatch(int other) {
        return new Workload(name, other, example, isText, classes, model, optimizer);
    }

    /// Inputs of one step.
    Tensor inputs(RandomKey key) {
        int[] shape = batched();
        return isText ? tokens(key) : Tensor.data(Tensor.normal(key, shape).value());
    }

    /// Targets of one step.
    Tensor targets(RandomKey key) {
        return isText ? tokens(key) : uniform(key, batch);
    }

    private Tensor tokens(RandomKey key) {
        return uniform(key, batched());
    }

    private Tensor uniform(RandomKey key, int... shape) {
        int[] classes = new int[Math.toIntExact(Shape.of(shape).elements())];
        Arrays.setAll(classes, i -> key.below(i, this.classes));
        return Tensor.of(classes, shape);
    }

    private int[] batched() {
        int[] shape = new int[example.rank() + 1];
        shape[0] = batch;
        for (int i = 0; i < example.rank(); i++) {
            shape[i + 1] = example.extent(i);
        }
        return shape;
    }
}
