package dev.nudge.cli;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Mlp;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
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
        Path path = Path.of(run);
        if (Files.isRegularFile(path)) {
            return ofFile(run, other, problems);
        }
        RunFolder folder = new RunFolder(path);
        boolean isExample = RunFolder.isRun(path)
                && folder.read().has(RunFolder.EXAMPLE)
                && Files.isRegularFile(folder.modelFile());
        return isExample ? ofFile(folder.modelFile().toString(), other, problems) : ofFolder(folder, other, problems);
    }

    private static SavedRun ofFolder(RunFolder folder, @Nullable String other, Problems problems) {
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
        return of(settings, model, other, Shape.of(in), classes, scaling);
    }

    private static SavedRun ofFile(String file, @Nullable String other, Problems problems) {
        problems.refuse();
        ModelFile saved = ModelFormat.of().read(Path.of(file));
        Type input = saved.input();
        Map<String, String> origin = saved.provenance().settings();
        boolean isExample = origin.containsKey(RunFolder.EXAMPLE);
        boolean isKnown = origin.containsKey(RunSettings.DATA)
                && (isExample || origin.keySet().stream().allMatch(RunSettings.NAMES::contains));
        if (!isKnown || input == null || !isOfImages(input, saved) || !(saved.model() instanceof Layer model)) {
            throw new NudgeException(
                    "E346",
                    file,
                    "this model is not one of grey images in classes - expected one that nudge train, or an example"
                            + " with such images, wrote. Look at it with nudge info, and use it from Java:"
                            + " Predictor.load.");
        }
        Map<String, String> known =
                isExample ? Map.of(RunSettings.DATA, origin.getOrDefault(RunSettings.DATA, "")) : origin;
        RunSettings settings = SettingsReader.read(known, problems);
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
        return of(settings, model, other, input.shape(), saved.classes().size(), scaling);
    }

    /// Whether inputs are rows of pixels or `[height, width, 1]`.
    private static boolean isOfImages(Type input, ModelFile saved) {
        Shape shape = input.shape();
        return input.dtype() == DType.F32
                && !saved.classes().isEmpty()
                && (shape.rank() == 1 || (shape.rank() == 3 && shape.extent(2) == 1));
    }

    private static SavedRun of(
            RunSettings settings,
            Layer model,
            @Nullable String other,
            Shape in,
            int classes,
            TrainingData.Scaling scaling) {
        boolean flat = in.rank() == 1;
        TrainingData data = TrainingData.forRun(
                other == null ? settings.data() : other,
                settings.validation(),
                Keys.of(settings.seed()).split(),
                classes,
                scaling,
                flat);
        Shape found = flat ? Shape.of(data.inputs()) : Shape.of(data.height(), data.width(), 1);
        if (!found.equals(in) || data.classes() > classes) {
            String wanted = flat ? in.elements() + " pixels" : in.extent(0) + " x " + in.extent(1);
            throw new NudgeException(
                    "E312",
                    data.name(),
                    "does not fit the model - expected images of " + wanted + " in " + classes + " classes, found "
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
