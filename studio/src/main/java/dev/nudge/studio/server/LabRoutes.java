package dev.nudge.studio.server;

import dev.nudge.studio.lab.Presets;
import dev.nudge.studio.lab.Rates;
import dev.nudge.studio.lab.Session;
import dev.nudge.studio.lab.Sessions;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/// What the pages ask of the playground.
final class LabRoutes implements AutoCloseable {
    private static final int WIDEST = 4000;
    private static final long TICK_NANOS = 100_000_000;

    private final Sessions sessions;
    private final Runs runs;
    private volatile boolean closed;

    /// @param runs where sessions that are kept go
    LabRoutes(Sessions sessions, Runs runs) {
        this.sessions = sessions;
        this.runs = runs;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/api/lab", request -> created(() -> sessions.create(request.object()))),
                Route.get(
                        "/api/lab/{lab}",
                        request -> Answer.json(session(request).whole())),
                Route.get(
                        "/api/lab/{lab}/history",
                        request -> Answer.json(
                                session(request).history(Math.clamp(request.whole("width", 800), 1, WIDEST)))),
                Route.get("/api/lab/{lab}/stream", request -> stream(session(request))),
                changing("step", Session::step),
                changing("run", Session::run),
                changing("pause", (session, _) -> session.pause()),
                changing("reset", (session, _) -> session.reset()),
                changing("set", Session::set),
                asking("trace", Session::trace),
                asking("check", Session::check),
                asking("sharpness", Session::sharpness),
                Route.get("/api/presets", _ -> Answer.json(Presets.all())),
                Route.post("/api/rates", request -> {
                    try {
                        return Answer.json(Rates.compare(request.object()));
                    } catch (NudgeException e) {
                        throw RefusedException.badRequest(e.problem());
                    }
                }),
                Route.post("/api/lab/{lab}/fork", request -> {
                    Session from = session(request);
                    return created(() -> sessions.fork(from, request.object()));
                }),
                Route.post("/api/lab/{lab}/record", request -> record(session(request), request.object())),
                Route.post("/api/lab/{lab}/close", request -> {
                    sessions.remove(session(request));
                    return Answer.json(JsonObject.EMPTY.with("closed", true));
                }));
    }

    private Session session(Request request) {
        return sessions.find(request.part("lab"))
                .orElseThrow(() -> RefusedException.notFound(
                        "there is no such session; one that nobody has looked at for ten minutes is closed"));
    }

    /// What makes a session.
    private interface Making {
        Optional<Session> make();
    }

    private static Answer created(Making making) {
        try {
            return Answer.json(
                    201,
                    making.make()
                            .orElseThrow(() -> new RefusedException(
                                    429, "too_many", "there are too many sessions; close one of them"))
                            .whole());
        } catch (NudgeException e) {
            throw RefusedException.badRequest(e.problem());
        }
    }

    private Answer record(Session session, JsonObject request) {
        try {
            Optional<String> name = request.has("name") ? Optional.of(request.text("name")) : Optional.empty();
            Path run = session.record(seed -> runs.create(name, "playground-" + seed));
            return Answer.json(201, JsonObject.EMPTY.with("run", String.valueOf(run.getFileName())));
        } catch (NudgeException e) {
            throw e.code().equals("E012")
                    ? new RefusedException(500, "not_written", "the run cannot be written")
                    : RefusedException.badRequest(e.problem());
        }
    }

    private Route changing(String name, BiConsumer<Session, JsonObject> change) {
        return Route.post("/api/lab/{lab}/" + name, request -> {
            Session session = session(request);
            try {
                change.accept(session, request.object());
            } catch (NudgeException e) {
                throw RefusedException.badRequest(e.problem());
            }
            return Answer.json(session.state());
        });
    }

    private Route asking(String name, BiFunction<Session, JsonObject, JsonObject> question) {
        return Route.post("/api/lab/{lab}/" + name, request -> {
            Session session = session(request);
            try {
                return Answer.json(question.apply(session, request.object()));
            } catch (NudgeException e) {
                throw RefusedException.badRequest(e.problem());
            }
        });
    }

    // One thread for each client that looks: what it sends is the state of the moment, so a slow one misses pictures.
    private Answer stream(Session session) {
        return new Answer.Events(sink -> {
            long seen = -1;
            long idle = 0;
            while (!closed && !session.isClosed()) {
                long version = session.version();
                session.touch();
                if (version != seen) {
                    seen = version;
                    idle = 0;
                    sink.emit("lab", Long.toString(version), session.state().compact());
                } else if (++idle * TICK_NANOS > Streams.PING_NANOS) {
                    idle = 0;
                    sink.emit("ping", "", "{}");
                }
                LockSupport.parkNanos(TICK_NANOS);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        sessions.close();
    }
}
