package dev.nudge.cli;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Mlp;
import dev.nudge.tensor.Type;
import dev.nudge.train.Keys;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.model.ModelFile;
import dev.nudge.train.model.ModelFormat;
import dev.nudge.train.model.Preprocessing;
import dev.nudge.train.model.Provenance;
import dev.nudge.train.model.Standardize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A trained network with images to try it on.
///
/// @param settings how it was trained
/// @param model    the network with its weights
/// @param data     images; only the test part matters
record SavedRun(RunSettings settings, Layer model, TrainingData data) {
    /// Reads a run or a model file.
    ///
    /// @param run   folder of a run, or a `.nudge` file
    /// @param other data to use in place of the run's own; null for its own
    /// @throws NudgeException if run, weights or data cannot be read or do not fit together
    static SavedRun load(String run, @Nullable String other, Problems problems) {
        if (other != null) {
            TrainingData.check(other, problems);
        }
        return Files.isRegularFile(Path.of(run)) ? ofFile(run, other, problems) : ofFolder(run, other, problems);
    }

    private static SavedRun ofFolder(String run, @Nullable String other, Problems problems) {
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
        Mlp model = settings.model()
                .build(in, classes, settings.dropout(), Keys.of(settings.seed()).init());
        folder.loadWeights(model);
        TrainingData.Scaling scaling = new TrainingData.Scaling(inputs.number("mean"), inputs.number("deviation"));
        return of(settings, model, other, in, classes, scaling);
    }

    private static SavedRun ofFile(String file, @Nullable String other, Problems problems) {
        problems.refuse();
        ModelFile saved = ModelFormat.of().read(Path.of(file));
        Type input = saved.input();
        boolean isOfTrain = saved.provenance().settings().keySet().stream().allMatch(RunSettings.NAMES::contains)
                && saved.provenance().settings().containsKey(RunSettings.DATA);
        if (!isOfTrain || input == null || !(saved.model() instanceof Layer model)) {
            throw new NudgeException(
                    "E346",
                    file,
                    "this model is not one of images - expected one that nudge train wrote. Look at it with nudge info,"
                            + " and use it from Java: Predictor.load.");
        }
        RunSettings settings = SettingsReader.read(saved.provenance().settings(), problems);
        if (settings == null) {
            throw new UsageException(problems.list());
        }
        TrainingData.Scaling scaling = TrainingData.Scaling.NONE;
        for (Preprocessing stage : saved.preprocessing()) {
            switch (stage) {
                case Standardize(var means, var deviations) ->
                    scaling = new TrainingData.Scaling(means.getFirst(), deviations.getFirst());
            }
        }
        return of(
                settings,
                model,
                other,
                input.shape().elements(),
                saved.classes().size(),
                scaling);
    }

    private static SavedRun of(
            RunSettings settings,
            Layer model,
            @Nullable String other,
            int in,
            int classes,
            TrainingData.Scaling scaling) {
        TrainingData data = TrainingData.forRun(
                other == null ? settings.data() : other,
                settings.validation(),
                Keys.of(settings.seed()).split(),
                classes,
                scaling);
        if (data.inputs() != in || data.classes() > classes) {
            throw new NudgeException(
                    "E312",
                    data.name(),
                    "does not fit the model - expected images of " + in + " pixels in " + classes + " classes, found "
                            + data.height() + " x " + data.width() + " in " + data.classes() + ".");
        }
        return new SavedRun(settings, model, data);
    }

    /// What the model file of an experiment holds.
    static ModelFile file(Experiment experiment, Layer model, Map<String, Double> scores) {
        TrainingData data = experiment.data();
        TrainingData.Scaling scaling = data.scaling();
        List<String> classes =
                IntStream.range(0, data.classes()).mapToObj(Integer::toString).toList();
        RunSettings settings = experiment.settings();
        ModelFile file = ModelFile.of(model, data.split().train().inputType())
                .withClasses(classes)
                .withProvenance(
                        new Provenance(settings.seed(), data.split().train().fingerprint(), settings.texts(), scores));
        return scaling.equals(TrainingData.Scaling.NONE)
                ? file
                : file.withPreprocessing(Standardize.of(scaling.mean(), scaling.deviation()));
    }
}
