package dev.nudge.studio.server;

import dev.nudge.studio.record.Curve;
import dev.nudge.studio.record.RunFile;
import dev.nudge.studio.record.RunReader;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The runs in a folder, as the pages see them.
final class Runs {
    private static final double SILENT_SECONDS = 5; // a run that goes on is heard of twice a second

    private static final String UNRECORDED =
            "Nothing was recorded of this run (nudge train --no-record), so there are no curves.";

    private final Path folder;

    Runs(Path folder) {
        this.folder = folder;
    }

    /// Name of the folder; where it lies is nobody's business.
    String name() {
        return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    /// The folder of a run.
    ///
    /// @throws RefusedException if there is no such run, or its folder leads out of the folder of runs
    Path find(String run) {
        if (!run.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
            throw new RefusedException(400, "path_outside_workspace", "a run is named by the name of its folder");
        }
        Path path = folder.resolve(run);
        try {
            if (!Files.isDirectory(path) || !isRun(path)) {
                throw RefusedException.notFound("there is no such run");
            }
            if (!path.toRealPath().startsWith(folder.toRealPath())) {
                throw new RefusedException(403, "path_outside_workspace", "the run lies outside the folder of runs");
            }
        } catch (IOException _) {
            throw RefusedException.notFound("the run cannot be read");
        }
        return path;
    }

    /// A new folder for a run.
    ///
    /// @param name  its name, or empty
    /// @param named what it is named for without a name, with a number behind
    /// @throws RefusedException if there is one of this name, or it cannot be made
    Path create(Optional<String> name, String named) {
        if (name.isPresent() && !name.get().matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
            throw RefusedException.badRequest("name must be 1 to 64 letters, digits, dots, dashes and underscores");
        }
        try {
            Files.createDirectories(folder);
            for (int number = 1; ; number++) {
                Path path = folder.resolve(name.orElse(named + "-" + number));
                try {
                    return Files.createDirectory(path);
                } catch (FileAlreadyExistsException _) {
                    if (name.isPresent()) {
                        throw new RefusedException(409, "exists", "there is a run of this name; choose another");
                    }
                }
            }
        } catch (IOException e) {
            throw new RefusedException(500, "not_written", "the folder of runs cannot be written");
        }
    }

    private static boolean isRun(Path path) {
        return Files.isRegularFile(path.resolve(RunFile.NAME)) || RunReader.isRecorded(path);
    }

    /// All runs, the newest first.
    JsonArray list() {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> all = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            all.filter(path -> Files.isDirectory(path) && isRun(path)).forEach(folders::add);
        } catch (IOException _) {
            throw RefusedException.notFound("the folder of runs cannot be read");
        }
        return new JsonArray(folders.stream()
                .map(Runs::summary)
                .sorted(Comparator.comparingDouble((JsonObject run) -> -begun(run)))
                .<Json>map(run -> run)
                .toList());
    }

    private static double begun(JsonObject run) {
        return run.find("begun") instanceof JsonNumber number ? number.asDouble() : 0;
    }

    /// What a run is and how far it has come.
    static JsonObject summary(Path path) {
        JsonObject summary = JsonObject.EMPTY.with("id", String.valueOf(path.getFileName()));
        summary = summary.with("record", record(path));
        if (!RunReader.isRecorded(path)) {
            return summary.with("status", "unrecorded").with("message", UNRECORDED);
        }
        try (RunReader reader = RunReader.open(path)) {
            List<RunReader.Event> events = reader.events(0, Integer.MAX_VALUE);
            summary = summary.with("status", status(reader, events))
                    .with(
                            "series",
                            new JsonArray(reader.series().stream()
                                    .<Json>map(JsonText::new)
                                    .toList()));
            if (!events.isEmpty()) {
                summary = summary.with("begun", events.getFirst().time());
            }
            for (RunReader.Event event : events) {
                if (event.kind().equals("started")) {
                    summary = summary.with("started", event.detail());
                }
            }
            Curve loss = reader.curve("loss", 0, Long.MAX_VALUE, 1);
            if (loss.steps().length > 0) {
                summary = summary.with("step", loss.steps()[0]).with("loss", last(reader, "loss", loss.steps()[0]));
            }
            Curve validation = reader.curve("validationLoss", 0, Long.MAX_VALUE, 1);
            if (validation.steps().length > 0) {
                summary = summary.with(
                                "validationLoss",
                                last(reader, "validationLoss", validation.steps()[0]))
                        .with("bestValidationLoss", number(validation.low()[0]));
            }
            return summary;
        } catch (NudgeException e) {
            return summary.with("status", "unreadable").with("problem", e.problem());
        }
    }

    private static Json last(RunReader reader, String series, long step) {
        return number(reader.curve(series, step, step, 1).mean()[0]);
    }

    /// Whether a run goes on, how it ended, or that it was lost.
    static String status(RunReader reader) {
        return status(reader, reader.events(0, Integer.MAX_VALUE));
    }

    private static String status(RunReader reader, List<RunReader.Event> events) {
        Optional<RunReader.Event> last = events.reversed().stream()
                .filter(event ->
                        List.of("started", "stopped", "pause", "continue").contains(event.kind()))
                .findFirst();
        if (last.isPresent() && last.get().kind().equals("stopped")) {
            return last.get().detail().has("reason") ? last.get().detail().text("reason") : "stopped";
        }
        double alive = reader.meta("alive").map(Double::parseDouble).orElse(0.0);
        if (System.currentTimeMillis() * 1e-3 - alive >= SILENT_SECONDS) {
            return "lost";
        }
        return last.isPresent() && last.get().kind().equals("pause") ? "paused" : "running";
    }

    private static Json record(Path path) {
        Path file = path.resolve(RunFile.NAME);
        try {
            return Files.isRegularFile(file)
                    ? Json.parse(Files.readAllBytes(file), RunFile.NAME, JsonRules.CONFIGURATION)
                    : new JsonNull();
        } catch (IOException | NudgeException _) {
            return new JsonNull();
        }
    }

    static Json curve(Curve curve) {
        return JsonObject.EMPTY
                .with("points", curve.points())
                .with("steps", JsonArray.of(curve.steps()))
                .with("low", numbers(curve.low()))
                .with("mean", numbers(curve.mean()))
                .with("high", numbers(curve.high()));
    }

    static Json event(RunReader.Event event) {
        return JsonObject.EMPTY
                .with("id", event.id())
                .with("time", event.time())
                .with("step", event.step())
                .with("kind", event.kind())
                .with("detail", event.detail());
    }

    static JsonArray histograms(List<RunReader.Spread> spreads) {
        return new JsonArray(spreads.stream()
                .<Json>map(spread -> JsonObject.EMPTY
                        .with("step", spread.step())
                        .with("low", spread.low())
                        .with("high", spread.high())
                        .with("counts", JsonArray.of(spread.counts())))
                .toList());
    }

    private static JsonArray numbers(double[] values) {
        return new JsonArray(Arrays.stream(values).mapToObj(Runs::number).toList());
    }

    /// A number for JSON; null for NaN and the infinities, which a picture shows as a gap.
    static Json number(double value) {
        return Double.isFinite(value) ? JsonNumber.of(value) : new JsonNull();
    }
}
