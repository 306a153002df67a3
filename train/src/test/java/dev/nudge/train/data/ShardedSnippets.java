package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import java.nio.file.Path;

/// The examples of the documentation, compiled and run.
final class ShardedSnippets {
    private ShardedSnippets() {}

    static Dataset through(Dataset examples, Path folder) {
        // @start region=shards
        ShardedDataset.write(examples.shuffle(RandomKey.of(42)), folder, 10_000); // once
        Dataset train = ShardedDataset.of(folder).withWindow(8);
        // @end
        return train;
    }
}
