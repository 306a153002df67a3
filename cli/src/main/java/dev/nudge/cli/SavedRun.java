package dev.nudge.cli;

import dev.nudge.images.ImageSize;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Mlp;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.train.Keys;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.model.Categories;
import dev.nudge.train.model.MinMax;
import dev.nudge.train.model.ModelFile;
import dev.nudge.train.model.ModelFormat;
import dev.nudge.train.model.Pixels;
import dev.nudge.train.model.Preprocessing;
import dev.nudge.train.model.Provenance;
import dev.nudge.train.model.Standardize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
        if (other != null && !Files.isRegularFile(Path.of(other))) {
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
        ImageSize size = size(
                inputs.integer("height"),
                inputs.integer("width"),
                inputs.has("channels") ? inputs.integer("channels") : 1);
        List<String> names = inputs.has("names")
                ? inputs.array("names").stream().map(SavedRun::name).toList()
                : numbers(Math.toIntExact(inputs.integer("classes")));
        Mlp model = settings.model()
                .build(
                        size.shape().elements(),
                        names.size(),
                        settings.dropout(),
                        Keys.of(settings.seed()).init());
        folder.loadWeights(model);
        TrainingData.Scaling scaling = new TrainingData.Scaling(inputs.number("mean"), inputs.number("deviation"));
        return of(settings, model, other, size, Shape.of(size.shape().elements()), names, scaling);
    }

    private static ImageSize size(long height, long width, long channels) {
        return new ImageSize(Math.toIntExact(height), Math.toIntExact(width), Math.toIntExact(channels));
    }

    private static String name(Json json) {
        return json instanceof Json.JsonText(String text) ? text : json.compact();
    }

    private static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    private static SavedRun ofFile(String file, @Nullable String other, Problems problems) {
        problems.refuse();
        ModelFile saved = ModelFormat.of().read(Path.of(file));
        Type input = saved.input();
        Map<String, String> origin = saved.provenance().settings();
        boolean isExample = origin.containsKey(RunFolder.EXAMPLE);
        boolean isKnown = origin.containsKey(RunSettings.DATA)
                && (isExample || origin.keySet().stream().allMatch(RunSettings.NAMES::contains));
        if (!isKnown
                || input == null
                || input.dtype() != DType.F32
                || saved.classes().isEmpty()
                || !(saved.model() instanceof Layer model)) {
            throw notOfImages(file);
        }
        Map<String, String> known = new LinkedHashMap<>(origin);
        known.keySet().retainAll(isExample ? List.of(RunSettings.DATA, RunSettings.KERNELS) : RunSettings.NAMES);
        RunSettings settings = SettingsReader.read(known, problems);
        if (settings == null) {
            throw new UsageException(problems.list());
        }
        TrainingData.Scaling scaling = TrainingData.Scaling.NONE;
        ImageSize size = size(input.shape());
        for (Preprocessing stage : saved.preprocessing()) {
            switch (stage) {
                case Standardize(var means, var deviations) ->
                    scaling = new TrainingData.Scaling(means.getFirst(), deviations.getFirst());
                case Pixels pixels -> size = new ImageSize(pixels.height(), pixels.width(), pixels.channels());
                case MinMax _, Categories _ -> throw notOfImages(file);
            }
        }
        if (size == null || size.shape().elements() != input.shape().elements()) {
            throw notOfImages(file);
        }
        return of(settings, model, other, size, input.shape(), saved.classes(), scaling);
    }

    /// The size of images that a model takes as they are; null if it takes them flat.
    private static @Nullable ImageSize size(Shape input) {
        return input.rank() == 3 && (input.extent(2) == 1 || input.extent(2) == 3)
                ? size(input.extent(0), input.extent(1), input.extent(2))
                : null;
    }

    private static NudgeException notOfImages(String file) {
        return new NudgeException(
                "E346",
                file,
                "this model is not one of images in classes - expected one that nudge train, or an example with"
                        + " images, wrote. Look at it with nudge info, and use it from Java: Predictor.load.");
    }

    private static SavedRun of(
            RunSettings settings,
            Layer model,
            @Nullable String other,
            ImageSize size,
            Shape input,
            List<String> names,
            TrainingData.Scaling scaling) {
        Dataset nothing = ArrayDataset.of(new float[0], size.shape(), new int[0], names.size());
        TrainingData trained = new TrainingData("", new Split(nothing, nothing, nothing), size, names, scaling);
        TrainingData data = TrainingData.forRun(
                other == null ? settings.data() : other,
                settings,
                Keys.of(settings.seed()).split(),
                trained,
                input);
        return new SavedRun(settings, model, data);
    }

    /// What the model file of an experiment holds.
    static ModelFile file(Experiment experiment, Layer model, Map<String, Double> scores) {
        TrainingData data = experiment.data();
        RunSettings settings = experiment.settings();
        return ModelFile.of(model, data.split().train().inputType())
                .withClasses(data.names())
                .withProvenance(
                        new Provenance(settings.seed(), data.split().train().fingerprint(), settings.texts(), scores))
                .withPreprocessing(data.preprocessing().toArray(Preprocessing[]::new));
    }
}
