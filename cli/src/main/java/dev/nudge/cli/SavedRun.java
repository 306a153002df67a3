package dev.nudge.cli;

import dev.nudge.nn.Mlp;
import dev.nudge.train.Keys;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A trained network with images to try it on.
///
/// @param settings how it was trained
/// @param model    the network with its weights
/// @param data     images; only the test part matters
record SavedRun(RunSettings settings, Mlp model, TrainingData data) {
    /// Reads a run.
    ///
    /// @param other data to use in place of the run's own; null for its own
    /// @throws NudgeException if run, weights or data cannot be read or do not fit together
    static SavedRun load(String run, @Nullable String other, Problems problems) {
        if (other != null) {
            TrainingData.check(other, problems);
        }
        RunFolder folder = new RunFolder(Path.of(run));
        RunSettings settings = null;
        try {
            settings = SettingsReader.read(folder.settings(), problems);
        } catch (NudgeException e) {
            problems.add(Problem.of(e));
        }
        if (settings == null || !problems.isEmpty()) {
            throw new UsageException(problems.list());
        }
        JsonObject inputs = folder.read().object("inputs");
        int in = Math.toIntExact(inputs.integer("height") * inputs.integer("width"));
        int classes = Math.toIntExact(inputs.integer("classes"));
        Keys keys = Keys.of(settings.seed());
        Mlp model = settings.model().build(in, classes, settings.dropout(), keys.init());
        folder.loadWeights(model);
        TrainingData data = TrainingData.forRun(
                other == null ? settings.data() : other,
                settings.validation(),
                keys.split(),
                classes,
                new TrainingData.Scaling(inputs.number("mean"), inputs.number("deviation")));
        if (data.inputs() != in || data.classes() > classes) {
            throw new NudgeException(
                    "E312",
                    data.name(),
                    "does not fit the model - expected images of " + inputs.integer("height") + " x "
                            + inputs.integer("width") + " in " + classes + " classes, found " + data.height() + " x "
                            + data.width() + " in " + data.classes() + ".");
        }
        return new SavedRun(settings, model, data);
    }
}
