package dev.nudge.studio.server;

import dev.nudge.studio.record.RunReader;
import dev.nudge.studio.record.Wishes;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.List;

/// What the pages ask of runs.
final class RunRoutes {
    private static final int WIDEST = 4000;
    private static final int EVENTS = 1000;

    private final Runs runs;
    private final Streams streams;

    RunRoutes(Runs runs, Streams streams) {
        this.runs = runs;
        this.streams = streams;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/about", _ -> Answer.json(about())),
                Route.get("/api/runs", _ -> Answer.json(runs.list())),
                Route.get("/api/runs/{run}", request -> Answer.json(Runs.summary(runs.find(request.part("run"))))),
                Route.get("/api/runs/{run}/curve", this::curve),
                Route.get("/api/runs/{run}/events", this::events),
                Route.get("/api/runs/{run}/histograms", this::histograms),
                Route.get("/api/runs/{run}/export", this::export),
                Route.get("/api/runs/{run}/stream", request -> streams.listen(request.part("run"), request.last())),
                Route.post("/api/runs/{run}/wish", this::wish));
    }

    private JsonObject about() {
        return JsonObject.EMPTY
                .with("java", Runtime.version().toString())
                .with("processors", Runtime.getRuntime().availableProcessors())
                .with("runs", runs.name());
    }

    /// What is read of a run.
    private interface Reading {
        Json read(RunReader reader);
    }

    private Answer read(Request request, Reading reading) {
        Path path = runs.find(request.part("run"));
        try (RunReader reader = RunReader.open(path)) {
            return Answer.json(reading.read(reader));
        } catch (NudgeException e) {
            throw new RefusedException(404, "not_recorded", e.problem());
        }
    }

    private Answer curve(Request request) {
        String series = request.text("series").orElseThrow(() -> RefusedException.badRequest("series is missing"));
        long from = request.whole("from", 0);
        long to = request.whole("to", Long.MAX_VALUE);
        int width = Math.clamp(request.whole("width", 800), 1, WIDEST);
        return read(request, reader -> Runs.curve(reader.curve(series, from, to, width)));
    }

    private Answer events(Request request) {
        long after = request.whole("after", 0);
        return read(
                request,
                reader -> new JsonArray(reader.events(after, EVENTS).stream()
                        .<Json>map(Runs::event)
                        .toList()));
    }

    private Answer histograms(Request request) {
        String parameter =
                request.text("parameter").orElseThrow(() -> RefusedException.badRequest("parameter is missing"));
        return read(request, reader -> Runs.histograms(reader.histograms(parameter)));
    }

    private Answer export(Request request) {
        Path path = runs.find(request.part("run"));
        String name = request.part("run");
        try {
            return switch (request.text("format").orElse("zip")) {
                case "zip" -> file("application/zip", name + ".nudge-run", Export.zip(path));
                case "html" -> file("text/html; charset=utf-8", name + ".html", Export.html(path));
                case "json" -> Answer.json(Export.view(path));
                default -> throw RefusedException.badRequest("format must be one of zip, html, json");
            };
        } catch (NudgeException e) {
            throw e.code().equals("E014")
                    ? new RefusedException(503, "no_pages", e.problem())
                    : new RefusedException(404, "not_recorded", e.problem());
        }
    }

    private static Answer file(String type, String name, byte[] body) {
        return new Answer.Document(
                200, type, List.of("Content-Disposition", "attachment; filename=\"" + name + "\""), body);
    }

    private Answer wish(Request request) {
        Path path = runs.find(request.part("run"));
        JsonObject wish = request.object();
        try {
            if (RunReader.isRecorded(path)) {
                try (RunReader reader = RunReader.open(path)) {
                    String status = Runs.status(reader);
                    if (!List.of("running", "paused").contains(status)) {
                        throw new RefusedException(409, "not_running", "the run does not go on: " + status);
                    }
                }
            }
            Wishes.add(path, wish.text("kind"), wish.has("value") ? wish.text("value") : "");
        } catch (NudgeException e) {
            throw RefusedException.badRequest(e.problem());
        }
        return Answer.json(JsonObject.EMPTY.with("asked", true));
    }
}
