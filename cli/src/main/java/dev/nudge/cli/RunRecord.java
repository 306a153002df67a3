package dev.nudge.cli;

import dev.nudge.train.data.Split;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The contents of `run.json`: what is needed to repeat a run, to go on with it and to use its weights.
final class RunRecord {
    static final long FORMAT = 1;

    private RunRecord() {}

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /// The number of the members' meaning, for the studio.
    static final long SCHEMA = 1;

    /// Member that says how the run fares: `running` (which the record of a killed run says for ever),
    /// `done`, `interrupted` or `failed`.
    static final String STATUS = "status";

    static final String RUNNING = "running";
    static final String DONE = "done";
    static final String INTERRUPTED = "interrupted";
    static final String FAILED = "failed";

    /// What the record of every run begins with.
    static JsonObject begun(long seed) {
        return JsonObject.EMPTY
                .with("format", FORMAT)
                .with("schema", SCHEMA)
                .with("program", "nudge " + Main.VERSION)
                .with(STATUS, RUNNING)
                .with("begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .with("seed", seed)
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
        Double knowNothing =
                knowNothing(experiment.settings().loss(), split.train().labels(), data.classes());
        return begun(experiment.settings().seed())
                .with("settings", settings)
                .with(
                        "data",
                        JsonObject.EMPTY
                                .with("training", split.train().fingerprint())
                                .with("validation", split.validation().fingerprint())
                                .with("test", split.test().fingerprint()))
                .with("knowNothing", knowNothing == null ? new JsonNull() : JsonNumber.of(knowNothing))
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

    /// The loss of a network that does not look at its input and knows only how often each class occurs, which a
    /// network
    /// has to beat to have learnt anything: of cross-entropy the entropy of the classes,
    /// `-Σ s·ln s` over their shares `s` (`ln K` where `K` classes are equally frequent); of the squared error
    /// `Σ s·(1-s) / K`.
    ///
    /// @param loss    name of the loss, as in the settings
    /// @param labels  the class of each example
    /// @param classes number of classes
    /// @return null for a loss of which there is no closed form
    static @Nullable Double knowNothing(String loss, int[] labels, int classes) {
        double[] shares = new double[classes];
        for (int label : labels) {
            shares[label] += 1.0 / labels.length;
        }
        double total = 0;
        for (double share : shares) {
            total += switch (loss) {
                case "cross-entropy" -> share > 0 ? -share * Math.log(share) : 0;
                case "mse" -> share * (1 - share) / classes;
                default -> Double.NaN;
            };
        }
        return Double.isNaN(total) ? null : total;
    }
}
