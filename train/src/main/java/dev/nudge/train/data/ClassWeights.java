package dev.nudge.train.data;

import java.util.Arrays;
import java.util.List;

/// Weights against classes of different size.
public final class ClassWeights {
    private ClassWeights() {}

    /// A weight for each class, `w_k = n / (K n_k)`, so that all classes weigh alike in the sum and the mean weight
    /// of a row is 1.
    ///
    /// `n` is the number of rows, `K` of classes that have rows, `n_k` of rows of class `k`.
    /// A class without rows has weight 0.
    ///
    /// Source: King and Zeng 2001, *Logistic Regression in Rare Events Data*, the weighting by `τ / ȳ` with equal
    /// shares of the classes.
    ///
    /// @throws IllegalArgumentException if the targets are not class indices
    public static List<Double> balanced(Dataset dataset) {
        long[] counts = new long[dataset.classes()];
        for (int label : dataset.labels()) {
            counts[label]++;
        }
        long present = Arrays.stream(counts).filter(count -> count > 0).count();
        return Arrays.stream(counts)
                .mapToObj(count -> count == 0 ? 0.0 : (double) dataset.size() / (present * count))
                .toList();
    }
}
