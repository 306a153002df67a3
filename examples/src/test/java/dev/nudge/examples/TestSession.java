package dev.nudge.examples;

import dev.nudge.train.FitResult;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs an example without files and without a console, as a small version unless the data are small themselves.
record TestSession(@Nullable Path data, long seed, boolean small, List<String> shown) implements Session {
    static TestSession of(@Nullable Path data) {
        return new TestSession(data, 42, true, new ArrayList<>());
    }

    @Override
    public FitResult fit(Trainer trainer, Dataset train, @Nullable Dataset validation) {
        return trainer.fit(train, validation);
    }

    @Override
    public void tell(String line) {}

    @Override
    public void show(String line) {
        shown.add(line);
    }

    /// A score of a result.
    static double score(Result result, String name) {
        Double score = result.scores().get(name);
        if (score == null) {
            throw new AssertionError("no score " + name + " in " + result.scores());
        }
        return score;
    }
}
