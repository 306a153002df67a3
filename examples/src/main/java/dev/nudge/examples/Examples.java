package dev.nudge.examples;

import java.util.List;

/// The examples that there are.
public final class Examples {
    private Examples() {}

    /// All examples, the simple ones first.
    public static List<Example> all() {
        return List.of(
                new Tabular(),
                new Housing(),
                new Forecast(),
                new Recommender(),
                new Lenet(),
                new Fashion(),
                new Resnet20(),
                new Spam(),
                new Formality(),
                new Sentiment(),
                new Names(),
                new CharGpt());
    }
}
