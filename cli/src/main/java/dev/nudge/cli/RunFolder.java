package dev.nudge.cli;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Model;
import dev.nudge.studio.record.Recorder;
import dev.nudge.studio.record.RunFile;
import dev.nudge.tensor.Variable;
import dev.nudge.train.Trainer;
import dev.nudge.train.TrainingEvent;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.Storage;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folder of one run: `run.json` with its settings, `checkpoints`, `model.safetensors` with the
/// weights, and `model.nudge` with the whole model.
///
/// @param path the folder
record RunFolder(Path path) {
    private static final Path RUNS = Path.of("runs");
    private static final Pattern NUMBERED = Pattern.compile(".*-([0-9]{1,9})");
    private static final String WEIGHTS = "model.safetensors";
    private static final String MODEL = "model.nudge";
    private static final String CHECKPOINTS = "checkpoints";

    /// Member of `run.json` that names the example.
    static final String EXAMPLE = "example";

    /// Refuses a folder that holds something already.
    static void checkFree(Path path, boolean overwrite, Problems problems) {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            problems.add(
                    "E007",
                    "--out",
                    NudgeException.quote(path.toString()) + " is a file - expected a folder that is"
                            + " new or empty.");
            return;
        }
        try {
            if (isEmpty(path)) {
                return;
            }
        } catch (IOException e) {
            problems.add(
                    "E012", "--out", "cannot read " + NudgeException.quote(path.toString()) + " (" + reason(e) + ").");
            return;
        }
        if (!overwrite) {
            problems.add(
                    "E007",
                    "--out",
                    "folder " + NudgeException.quote(path.toString()) + " is not empty - expected a"
                            + " new or empty one. Use --resume to go on with its run, or --overwrite to begin anew.");
        } else if (!isRun(path)) {
            problems.add(
                    "E007",
                    "--out",
                    "folder " + NudgeException.quote(path.toString()) + " holds no run to overwrite -"
                            + " expected one with " + RunFile.NAME + ". Choose another folder.");
        }
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }

    static boolean isRun(Path path) {
        return Files.isRegularFile(path.resolve(RunFile.NAME));
    }

    /// The run that was begun last in `runs`.
    static Optional<RunFolder> newest() {
        try (Stream<Path> folders = Files.exists(RUNS) ? Files.list(RUNS) : Stream.empty()) {
            return folders.filter(RunFolder::isRun)
                    .max(Comparator.comparingInt(RunFolder::number))
                    .map(RunFolder::new);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static int number(Path folder) {
        Matcher matcher = NUMBERED.matcher(String.valueOf(folder.getFileName()));
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /// Makes the folder, or a numbered one in `runs`.
    ///
    /// @throws NudgeException (E012) if it cannot be written
    static RunFolder create(Optional<Path> wanted, String data, long seed, boolean overwrite) {
        Path path = wanted.orElse(RUNS);
        try {
            if (wanted.isPresent()) {
                Files.createDirectories(path);
                RunFolder folder = new RunFolder(path);
                if (overwrite) {
                    folder.clear();
                }
                return folder;
            }
            Files.createDirectories(RUNS);
            int number = 1;
            try (Stream<Path> folders = Files.list(RUNS)) {
                number += folders.mapToInt(RunFolder::number).max().orElse(0);
            }
            while (true) {
                path = RUNS.resolve(data + "-" + seed + "-" + number++);
                try {
                    return new RunFolder(Files.createDirectory(path));
                } catch (FileAlreadyExistsException _) {
                    // another run was faster: try the next number
                }
            }
        } catch (IOException e) {
            throw new NudgeException(
                    "E012",
                    path.toString(),
                    "cannot write the folder (" + reason(e) + "). Choose another with --out.",
                    e);
        }
    }

    private void clear() throws IOException {
        Files.deleteIfExists(path.resolve(RunFile.NAME));
        Files.deleteIfExists(path.resolve(WEIGHTS));
        Files.deleteIfExists(path.resolve(MODEL));
        Recorder.clear(path);
        Path checkpoints = path.resolve(CHECKPOINTS);
        if (Files.isDirectory(checkpoints)) {
            List<Path> all;
            try (Stream<Path> files = Files.walk(checkpoints)) {
                all = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
    }

    // ---- what is in it --------------------------------------------------------------------------------------------

    /// The trainer, with what happens recorded here for the studio and for TensorBoard; a run that cannot be recorded
    /// goes on all the same.
    ///
    /// @param record what `run.json` says when the run begins
    Trainer recorded(Trainer trainer, JsonObject record, Console console) {
        Recorder recorder;
        try {
            recorder = Recorder.in(path, trainer.model(), record.without(RunFile.STATUS));
        } catch (IOException e) {
            console.warn("warning: the run is not recorded (" + e.getMessage() + ").");
            return trainer;
        }
        return trainer.withSteering(recorder).withListener(event -> {
            recorder.accept(event);
            if (event instanceof TrainingEvent.Stopped && recorder.failure() != null) {
                console.warn("warning: " + recorder.failure() + ".");
            }
        });
    }

    CheckpointStore checkpoints() {
        return CheckpointStore.open(Storage.fileSystem(), path.resolve(CHECKPOINTS), CheckpointStore.DEFAULT_KEPT);
    }

    Path weightsFile() {
        return path.resolve(WEIGHTS);
    }

    /// The model with all that using it takes; there once the run came to its end.
    Path modelFile() {
        return path.resolve(MODEL);
    }

    /// Reads `run.json`.
    ///
    /// @throws NudgeException (E300) if this is no run, (E603) if the file is damaged
    JsonObject read() {
        Path file = path.resolve(RunFile.NAME);
        if (!isRun(path)) {
            throw new NudgeException(
                    "E300",
                    path.toString(),
                    "no run here - expected a folder with " + RunFile.NAME + ", as train writes it.");
        }
        try {
            if (Json.parse(Files.readAllBytes(file), file.toString(), JsonRules.CONFIGURATION)
                    instanceof JsonObject object) {
                return object;
            }
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + reason(e) + ").", e);
        }
        throw new NudgeException("E603", file.toString(), "expected an object {...}.");
    }

    /// The settings in `run.json`, as texts. One that does not say whose kernels computed is from before there was a
    /// choice.
    SequencedMap<String, String> settings() {
        try {
            JsonObject run = read();
            if (run.has(EXAMPLE)) {
                throw new NudgeException(
                        "E300",
                        path.toString(),
                        "this is a run of the example " + run.text(EXAMPLE)
                                + " - expected one of nudge train. Go on with" + " it by: nudge example --resume "
                                + path);
            }
            JsonObject object = run.object("settings");
            SequencedMap<String, String> texts = new LinkedHashMap<>();
            for (String name : object.members().keySet()) {
                if (!RunSettings.NAMES.contains(name)) {
                    throw new NudgeException(
                            "E601", name, "unknown key" + Suggestions.hint(name, RunSettings.NAMES) + ".");
                }
                texts.put(name, object.text(name));
            }
            texts.putIfAbsent(RunSettings.KERNELS, Execute.JAVA);
            return texts;
        } catch (NudgeException e) {
            throw e.code().equals("E300") || e.where().contains(RunFile.NAME)
                    ? e
                    : new NudgeException(e.code(), path.resolve(RunFile.NAME) + " " + e.where(), e.problem(), e);
        }
    }

    /// Replaces `run.json` in one move.
    ///
    /// @throws NudgeException (E012) if it cannot be written
    void write(JsonObject run) {
        try {
            RunFile.write(path, run);
        } catch (IOException e) {
            throw new NudgeException(
                    "E012", path.resolve(RunFile.NAME).toString(), "cannot be written (" + reason(e) + ").", e);
        }
    }

    /// Writes parameters and buffers of `model` in one move.
    ///
    /// @throws NudgeException (E012) if they cannot be written
    void writeWeights(Model model) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        variables(model).forEach((name, variable) -> tensors.put(name, TensorData.of(variable.storage())));
        replace(weightsFile(), out -> Safetensors.write(out, tensors, Map.of("format", "nudge")));
    }

    /// What writes a file.
    interface Body {
        void write(OutputStream out) throws IOException;
    }

    /// Writes a file in one move, so that it is there whole or not at all.
    ///
    /// @throws NudgeException (E012) if it cannot be written
    static void replace(Path file, Body body) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                body.write(out);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new NudgeException("E012", file.toString(), "cannot be written (" + reason(e) + ").", e);
        }
    }

    /// What a model has learned, by path.
    private static SequencedMap<String, Variable> variables(Model model) {
        SequencedMap<String, Variable> variables = new LinkedHashMap<>(model.parameters());
        variables.putAll(model.buffers());
        return variables;
    }

    /// Gives `model` the weights of this run; those of the newest checkpoint if it did not come to its end.
    ///
    /// @throws NudgeException (E312) if they are not of this model, else as for [Safetensors#read]
    void loadWeights(Layer model) {
        String where = weightsFile().toString();
        Map<String, TensorData> found;
        try {
            found = Files.exists(weightsFile())
                    ? Safetensors.read(weightsFile()).tensors()
                    : newestCheckpoint();
        } catch (IOException e) {
            throw new NudgeException("E300", where, "cannot be read (" + reason(e) + ").", e);
        }
        Map<String, TensorData> wanted = new LinkedHashMap<>();
        SequencedMap<String, Variable> variables = variables(model);
        variables.forEach((name, variable) -> wanted.put(name, TensorData.of(variable.storage())));
        List<String> differences = TensorData.differences(wanted, found);
        if (!differences.isEmpty()) {
            throw new NudgeException("E312", where, String.join("; ", differences) + ".");
        }
        variables.forEach((name, variable) -> {
            TensorData data = found.get(name);
            if (data != null) {
                variable.assign(data.value());
            }
        });
    }

    private Map<String, TensorData> newestCheckpoint() {
        Map<String, TensorData> all = CheckpointStore.look(Storage.fileSystem(), path.resolve(CHECKPOINTS))
                .newestValid()
                .checkpoint()
                .orElseThrow(() -> new NudgeException(
                        "E300",
                        path.toString(),
                        "the run has no weights yet - expected " + WEIGHTS + " or a checkpoint. Train with --resume "
                                + path + "."))
                .parameters();
        String best = "best/";
        boolean hasBest = all.keySet().stream().anyMatch(name -> name.startsWith(best));
        Map<String, TensorData> weights = new LinkedHashMap<>();
        all.forEach((name, data) -> {
            if (name.startsWith(best) == hasBest) {
                weights.put(hasBest ? name.substring(best.length()) : name, data);
            }
        });
        return weights;
    }
}
