package dev.nudge.cli;

import dev.nudge.train.io.Json.JsonObject;

/// The contents of `run.json`: what is needed to repeat a run, to go on with it and to use its weights.
final class RunRecord {
    static final long FORMAT = 1;

    private RunRecord() {}

    /// The record of a run that has no result yet.
    static JsonObject begun(Experiment experiment) {
        JsonObject settings = JsonObject.EMPTY;
        for (var text : experiment.settings().texts().entrySet()) {
            settings = settings.with(text.getKey(), text.getValue());
        }
        TrainingData data = experiment.data();
        return JsonObject.EMPTY
                .with("format", FORMAT)
                .with("program", "nudge " + Main.VERSION)
                .with("settings", settings)
                .with(
                        "inputs",
                        JsonObject.EMPTY
                                .with("height", data.height())
                                .with("width", data.width())
                                .with("classes", data.classes())
                                .with("mean", data.scaling().mean())
                                .with("deviation", data.scaling().deviation()));
    }
}
