package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;
import java.util.ArrayList;
import java.util.List;

/// The examples of the documentation, compiled and run.
final class FoldSnippets {
    private FoldSnippets() {}

    static List<Integer> sizes(Dataset dataset) {
        List<Integer> sizes = new ArrayList<>();
        // @start region=folds
        for (Fold fold : Fold.of(dataset, 5, RandomKey.of(42))) {
            // train a new model on fold.train(), see how it does on fold.validation()
            sizes.add(fold.validation().size());
        }
        // @end
        return sizes;
    }
}
