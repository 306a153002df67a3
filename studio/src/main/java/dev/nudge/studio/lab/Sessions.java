package dev.nudge.studio.lab;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The sessions of the playground: a bounded number, closed when nobody has asked for them for long.
public final class Sessions implements AutoCloseable {
    /// Without a request or a listener for so long, a session ends.
    static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(30); // younger ones are not ended for new ones
    private static final int MOST = 24;
    private static final int ID_BYTES = 8;
    private static final int MOST_STEPS = 20_000; // that a new session is taken through at once

    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final SecureRandom random = new SecureRandom();

    /// No sessions yet.
    public Sessions() {}

    /// A new session, or empty if there are too many that are in use.
    ///
    /// @param request a specification; with `changes`, as the state lists them, and `steps`, it begins
    ///                after these
    /// @throws dev.nudge.train.io.NudgeException if the specification is wrong
    public Optional<Session> create(JsonObject request) {
        Specification specification =
                Specification.of(request.without("changes").without("steps"));
        int steps = Limits.whole(request, "steps", 0, MOST_STEPS, 0);
        List<Lab.Change> changes = new ArrayList<>();
        for (Json change : request.has("changes") ? request.array("changes") : List.<Json>of()) {
            changes.add(change(JsonObject.EMPTY.with("changes", change).object("changes"), steps));
        }
        return add(Lab.again(specification, changes, steps));
    }

    private static Lab.Change change(JsonObject json, int steps) {
        int step = Limits.whole(json, "step", 0, steps, 0);
        return json.has("parameter")
                ? new Lab.Change.Weight(
                        step, json.text("parameter"), Session.index(json), Limits.number(json, "value", -1e6, 1e6, 0))
                : new Lab.Change.Rate(step, Specification.rate(json, "value", 0));
    }

    /// A new session that goes on from another, as the pages ask.
    ///
    /// @throws dev.nudge.train.io.NudgeException if the request is wrong
    public Optional<Session> fork(Session from, JsonObject request) {
        return add(Lab.of(from.forked(request)));
    }

    private Optional<Session> add(Lab lab) {
        lock.lock();
        try {
            sweep();
            if (sessions.size() >= MOST) {
                sessions.values().stream()
                        .filter(session -> !session.isRunning() && session.idleNanos() > SPARE_NANOS)
                        .max(Comparator.comparingLong(Session::idleNanos))
                        .ifPresent(this::remove);
            }
            if (sessions.size() >= MOST) {
                return Optional.empty();
            }
            byte[] bytes = new byte[ID_BYTES];
            random.nextBytes(bytes);
            Session session = new Session(HexFormat.of().formatHex(bytes), lab);
            sessions.put(session.id(), session);
            return Optional.of(session);
        } finally {
            lock.unlock();
        }
    }

    /// The session of this name, if it is still there.
    public Optional<Session> find(String id) {
        lock.lock();
        try {
            sweep();
            Session found = sessions.get(id);
            if (found != null) {
                found.touch();
            }
            return Optional.ofNullable(found);
        } finally {
            lock.unlock();
        }
    }

    private void sweep() {
        sessions.values().stream()
                .filter(session -> session.idleNanos() > IDLE_NANOS)
                .toList()
                .forEach(this::remove);
    }

    /// Ends a session.
    public void remove(Session session) {
        lock.lock();
        try {
            sessions.remove(session.id());
            session.close();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            sessions.values().forEach(Session::close);
            sessions.clear();
        } finally {
            lock.unlock();
        }
    }
}
