package dev.nudge.train.data;

import dev.nudge.train.data.Mixing.Mixup;

/// The examples of the documentation, compiled and run.
final class MixedSnippets {
    private MixedSnippets() {}

    static Dataset mixed(Dataset train) {
        // @start region=mix
        Dataset mixed = MixedDataset.of(train, new Mixup(0.2)); // for Losses.crossEntropy()
        // @end
        return mixed;
    }
}
