package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Examples of which a shuffled pass draws some more often than others, with replacement.
///
/// In order they come once each. A shuffled pass has as many draws as there are rows; draw `i` is row `r` with
/// probability `w_r / Σ w`. It follows from the key of the epoch and from `i` alone, so a resumed run goes on with
/// the same draws. Some rows come twice in a pass and others not at all.
public final class WeightedDataset implements Dataset {
    // Keeps the draws apart from those that shuffle.
    private static final long STREAM = 0x776569676874L;

    private final Dataset dataset;
    private final double[] weights;
    private final double[] sums; // of the weights up to each row

    private WeightedDataset(Dataset dataset, double[] weights) {
        this.dataset = dataset;
        this.weights = weights;
        this.sums = weights.clone();
        for (int row = 1; row < sums.length; row++) {
            sums[row] += sums[row - 1];
        }
    }

    /// The examples with a weight each.
    ///
    /// @throws IllegalArgumentException if there is not one weight for each row, one is negative or not finite, or
    /// all are 0
    public static WeightedDataset of(Dataset dataset, double... weights) {
        if (weights.length != dataset.size()) {
            throw new IllegalArgumentException("weighted data set: expected a weight for each of " + dataset.size()
                    + " rows, found " + weights.length);
        }
        boolean any = false;
        for (int row = 0; row < weights.length; row++) {
            if (!(weights[row] >= 0 && weights[row] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("weighted data set: the weight of row " + row
                        + " must be at least 0 and finite, found " + weights[row]);
            }
            any |= weights[row] > 0;
        }
        if (!any) {
            throw new IllegalArgumentException("weighted data set: at least one weight must be above 0");
        }
        return new WeightedDataset(dataset, weights.clone());
    }

    /// The examples with weights under which all classes are drawn alike often.
    ///
    /// @throws IllegalArgumentException if the targets are not class indices
    public static WeightedDataset balanced(Dataset dataset) {
        List<Double> byClass = ClassWeights.balanced(dataset);
        return of(
                dataset,
                Arrays.stream(dataset.labels()).mapToDouble(byClass::get).toArray());
    }

    @Override
    public int size() {
        return dataset.size();
    }

    @Override
    public boolean isRagged() {
        return dataset.isRagged();
    }

    @Override
    public Type inputType() {
        return dataset.inputType();
    }

    @Override
    public Type targetType() {
        return dataset.targetType();
    }

    @Override
    public int classes() {
        return dataset.classes();
    }

    @Override
    public Batch batch(int... rows) {
        return dataset.batch(rows);
    }

    @Override
    public Tensor targets(int... rows) {
        return dataset.targets(rows);
    }

    @Override
    public String fingerprint() {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * weights.length);
        bytes.asDoubleBuffer().put(weights);
        return Fingerprint.of(dataset.fingerprint().getBytes(StandardCharsets.UTF_8), bytes.array());
    }

    @Override
    public Dataset subset(int... rows) {
        return of(
                dataset.subset(rows),
                Arrays.stream(rows).mapToDouble(row -> weights[row]).toArray());
    }

    @Override
    public Epoch shuffle(RandomKey key) {
        RandomKey draws = key.at(STREAM);
        int[] order = new int[size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = row(draws.uniform(i) * sums[sums.length - 1]);
        }
        // The wrapped data set makes the pass, so that what it does to a shuffled pass is done here too.
        return dataset.shuffle(key).withOrder(order);
    }

    /// The first row whose sum of weights is above `point`: one of weight 0 is never it.
    private int row(double point) {
        int low = 0;
        int high = sums.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] > point) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
