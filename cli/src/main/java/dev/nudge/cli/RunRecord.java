package dev.nudge.cli;

import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.studio.record.RunFile;
import dev.nudge.train.LossBounds;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The contents of `run.json`: what is needed to repeat a run, to go on with it and to use its weights.
final class RunRecord {
    private RunRecord() {}

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /// What the record of every run begins with.
    ///
    /// @param kind `train` or `example`
    static JsonObject begun(String kind, long seed) {
        return RunFile.begun("nudge " + Main.VERSION, kind, RunFile.RUNNING, seed)
                .with("machine", machine());
    }

    private static List<Json> names(TrainingData data) {
        return data.names().stream().<Json>map(JsonText::new).toList();
    }

    /// The record of a run that has no result yet.
    static JsonObject begun(Experiment experiment) {
        JsonObject settings = JsonObject.EMPTY;
        for (var text : experiment.settings().texts().entrySet()) {
            settings = settings.with(text.getKey(), text.getValue());
        }
        TrainingData data = experiment.data();
        Split split = data.split();
        JsonObject record = begun("train", experiment.settings().seed())
                .with("settings", settings)
                .with(
                        "data",
                        JsonObject.EMPTY
                                .with("training", split.train().fingerprint())
                                .with("validation", split.validation().fingerprint())
                                .with("test", split.test().fingerprint()));
        return bounded(record, experiment.loss(), split.train())
                .with(
                        "inputs",
                        JsonObject.EMPTY
                                .with("height", data.size().height())
                                .with("width", data.size().width())
                                .with("channels", data.size().channels())
                                .with("classes", data.classes())
                                .with("names", new JsonArray(names(data)))
                                .with("mean", data.scaling().mean())
                                .with("deviation", data.scaling().deviation()));
    }

    /// The record of the run of an example, of which is known by now how it trains and on what.
    ///
    /// @param begun with the settings that the example was called with
    static JsonObject described(JsonObject begun, Trainer trainer, Dataset train, @Nullable Dataset validation) {
        JsonObject settings = begun.object("settings");
        for (var setting : trainer.settings().entrySet()) {
            settings = settings.with(setting.getKey(), setting.getValue());
        }
        JsonObject data = JsonObject.EMPTY.with("training", train.fingerprint());
        JsonObject record = begun.with("settings", settings)
                .with("data", validation == null ? data : data.with("validation", validation.fingerprint()));
        return bounded(record, trainer.lossFunction(), train)
                .with(
                        "inputs",
                        JsonObject.EMPTY
                                .with("type", train.inputType().toString())
                                .with("targets", train.targetType().toString())
                                .with("classes", train.classes())
                                .with("examples", train.size()));
    }

    /// Adds the losses by which to tell how good that of the run is, where they are known.
    private static JsonObject bounded(JsonObject record, Loss loss, Dataset train) {
        LossBounds bounds = LossBounds.of(loss instanceof ClassLoss ? Losses.meanSquaredError() : loss, train);
        JsonObject bounded = record;
        if (bounds.knowNothing().isPresent()) {
            bounded = bounded.with("knowNothing", bounds.knowNothing().getAsDouble());
        }
        return bounds.floor().isEmpty()
                ? bounded
                : bounded.with("lossFloor", bounds.floor().getAsDouble());
    }

    /// What the run runs on.
    private static JsonObject machine() {
        return JsonObject.EMPTY
                .with("java", Runtime.version().toString())
                .with("vm", System.getProperty("java.vm.name", ""))
                .with(
                        "os",
                        System.getProperty("os.name", "") + " " + System.getProperty("os.version", "") + " "
                                + System.getProperty("os.arch", ""))
                .with("cpu", processor())
                .with("processors", Runtime.getRuntime().availableProcessors());
    }

    /// The processor's name where the system tells, else its kind.
    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElseGet(() -> System.getProperty("os.arch", ""));
        } catch (IOException | RuntimeException _) {
            return System.getProperty("os.arch", "");
        }
    }
}
