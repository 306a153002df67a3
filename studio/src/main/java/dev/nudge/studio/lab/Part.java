package dev.nudge.studio.lab;

import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The points to train on, to validate on, or to test with.
///
/// @param xy       coordinates, x1 and x2 of each point in turn
/// @param labels   class of each point
/// @param inputs   what the network is given, row by row
/// @param features numbers in one input
/// @param outputs  outputs of the network: with one, a target is the label as a number, else the label
record Part(float[] xy, int[] labels, float[] inputs, int features, int outputs) {
    static Part of(Dataset points, List<String> features, int outputs) {
        if (points.size() == 0) {
            return new Part(new float[0], new int[0], new float[0], features.size(), outputs);
        }
        Batch all = points.batch(IntStream.range(0, points.size()).toArray());
        float[] xy = all.inputs().toFloats();
        return new Part(xy, all.targets().toInts(), Choices.features(features, xy), features.size(), outputs);
    }

    int size() {
        return labels.length;
    }

    /// Inputs of these rows. Shape: `[rows, features]`.
    Tensor inputs(int... rows) {
        float[] chosen = new float[rows.length * features];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(inputs, rows[i] * features, chosen, i * features, features);
        }
        return Tensor.of(chosen, rows.length, features);
    }

    /// Targets of these rows. Shape: `[rows, 1]` with one output, else `[rows]`.
    Tensor targets(int... rows) {
        int[] chosen = Arrays.stream(rows).map(row -> labels[row]).toArray();
        if (outputs > 1) {
            return Tensor.of(chosen, rows.length);
        }
        float[] numbers = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            numbers[i] = chosen[i];
        }
        return Tensor.of(numbers, rows.length, 1);
    }

    int[] rows() {
        return IntStream.range(0, size()).toArray();
    }

    /// Share of each class.
    double[] shares() {
        double[] shares = new double[Math.max(2, outputs)];
        for (int label : labels) {
            shares[label] += 1.0 / labels.length;
        }
        return shares;
    }
}
