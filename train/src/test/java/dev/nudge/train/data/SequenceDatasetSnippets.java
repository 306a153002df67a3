package dev.nudge.train.data;

/// The examples of the documentation, compiled and run.
final class SequenceDatasetSnippets {
    private SequenceDatasetSnippets() {}

    static Dataset sequences() {
        // @start region=sequences
        int padding = 0;
        int[][] sentences = {{7, 3, 4}, {5}, {9, 9, 2, 6}};
        Dataset train = SequenceDataset.of(sentences, new int[] {1, 0, 1}, 2, padding);
        // @end
        return train;
    }
}
