package dev.nudge.bench;

import dev.nudge.nn.Layer;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/// A model and how it is trained, as the speed of training frameworks is compared on it.
///
/// Inputs are standard normal numbers or uniform tokens, targets are uniform, all in memory, so that
/// nothing but the training step is timed. The loss is cross-entropy. The numbers depend on the key
/// alone, so that everything that is compared trains on the same.
///
/// @param name       as the comparison calls it
/// @param batch      examples per step
/// @param width      of the network: of its hidden layers, its first convolution, its embeddings or its state
/// @param example    shape of one example
/// @param vocabulary number of tokens where an example is made of these, 0 where it is made of numbers
/// @param classes    number of classes of a target
/// @param everywhere whether each token of an example has a target of its own
/// @param network    makes a freshly initialised network
/// @param update     how it is trained
public record Workload(
        String name,
        int batch,
        int width,
        Shape example,
        int vocabulary,
        int classes,
        boolean everywhere,
        Network network,
        Update update) {

    /// Makes a network of a width.
    @FunctionalInterface
    public interface Network {
        /// A freshly initialised network.
        ///
        /// @throws IllegalArgumentException if there is none of that width
        Layer of(int width, RandomKey key);
    }

    /// The workload of that name, in capitals or not.
    ///
    /// @throws IllegalArgumentException naming those that there are, if it is none of them
    public static Workload named(String name) {
        return Workloads.ALL.stream()
                .filter(candidate -> candidate.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown workload " + name + "; there are "
                        + String.join(
                                ", ", Workloads.ALL.stream().map(Workload::name).toList())));
    }

    /// The same with another number of examples per step.
    Workload withBatch(int other) {
        return new Workload(name, other, width, example, vocabulary, classes, everywhere, network, update);
    }

    /// The same with a network of another width.
    Workload withWidth(int other) {
        return new Workload(name, batch, other, example, vocabulary, classes, everywhere, network, update);
    }

    /// Shape of the inputs of one step: the batch, then that of an example.
    public int[] shape() {
        int[] shape = new int[example.rank() + 1];
        shape[0] = batch;
        for (int i = 0; i < example.rank(); i++) {
            shape[i + 1] = example.extent(i);
        }
        return shape;
    }

    /// Inputs of step `index` where an example is made of numbers, in the order of [#shape()].
    public float[] numbers(int index) {
        // Not from counters as in training, which would take as long as the first step of a small network.
        SplittableRandom random = new SplittableRandom(key(index).at(0).bits(0));
        float[] numbers = new float[Math.toIntExact(elements())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /// Inputs of step `index` where an example is made of tokens, in the order of [#shape()].
    public int[] tokens(int index) {
        return uniform(key(index).at(1), elements(), vocabulary);
    }

    /// Targets of step `index`: one for each example, or one for each token.
    public int[] targets(int index) {
        return uniform(key(index).at(2), everywhere ? elements() : batch, classes);
    }

    private static RandomKey key(int index) {
        return RandomKey.of(1).at(index);
    }

    private long elements() {
        return (long) batch * example.elements();
    }

    private static int[] uniform(RandomKey key, long count, int bound) {
        int[] numbers = new int[Math.toIntExact(count)];
        Arrays.setAll(numbers, i -> key.below(i, bound));
        return numbers;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s with batch %d and width %d", name, batch, width);
    }
}
