package dev.nudge.studio.server;

import dev.nudge.studio.record.Curve;
import dev.nudge.studio.record.RunReader;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Tells the pages what is new in the runs that they show.
///
/// One thread per run that is looked at reads what was added, folds and encodes it once, and puts the same text into
/// the
/// slot of every client. A client that has not taken the last text misses this one and is told so; it then asks for the
/// curve, which has no gap. So a slow client holds up nobody, and a run costs the same for one client as for many.
final class Streams implements AutoCloseable {
    private static final long TICK_NANOS = 250_000_000;
    private static final int WIDTH = 64; // points of a curve in one message
    private static final int EVENTS = 200;

    static final long PING_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Runs runs;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Streams(Runs runs) {
        this.runs = runs;
    }

    /// Sends what is new in `run` to a client until it goes away.
    ///
    /// @throws RefusedException if there is no such run
    Answer listen(String run) {
        Path path = runs.find(run);
        return new Answer.Events(sink -> {
            Mailbox client = new Mailbox();
            Watch watch = watches.compute(run, (_, present) -> {
                Watch joined = present == null ? new Watch(run, path) : present;
                joined.clients.add(client);
                return joined;
            });
            try {
                while (!closed) {
                    String text = client.take();
                    if (text == null) {
                        sink.emit("ping", "{}");
                    } else {
                        sink.emit("run", text);
                    }
                }
            } finally {
                watch.clients.remove(client);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    /// Holds the next text for a client, which takes it when it can: nobody waits for a slow one.
    private static final class Mailbox {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition filled = lock.newCondition();
        private @Nullable String text;
        private boolean missed;

        /// Offers a text; `gap` is what to say in its place to a client that has missed one.
        void offer(String next, String gap) {
            lock.lock();
            try {
                if (text != null) {
                    missed = true;
                    return;
                }
                text = missed ? gap : next;
                missed = false;
                filled.signal();
            } finally {
                lock.unlock();
            }
        }

        /// The next text, or null if there was none for long.
        @Nullable
        String take() {
            lock.lock();
            try {
                long left = PING_NANOS;
                while (text == null && left > 0) {
                    left = filled.awaitNanos(left);
                }
                String taken = text;
                text = null;
                return taken;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RefusedException(503, "stopping", "the server stops");
            } finally {
                lock.unlock();
            }
        }
    }

    /// Follows one run.
    private final class Watch {
        private final Set<Mailbox> clients = ConcurrentHashMap.newKeySet();
        private final Map<String, Long> seen = new HashMap<>();
        private final String run;
        private final Path path;
        private long event;
        private String status = "";

        Watch(String run, Path path) {
            this.run = run;
            this.path = path;
            Thread.ofVirtual().name("nudge-watch-" + run).start(this::follow);
        }

        private void follow() {
            try {
                RunReader reader = null;
                while (!closed && goesOn()) {
                    if (reader == null && RunReader.isRecorded(path)) {
                        reader = RunReader.open(path);
                        skipWhatIsThere(reader);
                    }
                    if (reader != null) {
                        String text = news(reader);
                        if (text != null) {
                            String gap = message().with("gap", true).compact();
                            clients.forEach(client -> client.offer(text, gap));
                        }
                    }
                    LockSupport.parkNanos(TICK_NANOS);
                }
                if (reader != null) {
                    reader.close();
                }
            } catch (NudgeException e) {
                String text = message().with("problem", e.problem()).compact();
                clients.forEach(client -> client.offer(text, text));
            }
            watches.remove(run, this);
        }

        /// Ends with the last client; one who comes at this moment begins a new watch.
        private boolean goesOn() {
            boolean[] empty = {false};
            watches.computeIfPresent(run, (_, present) -> {
                empty[0] = present == this && clients.isEmpty();
                return empty[0] ? null : present;
            });
            return !empty[0];
        }

        private JsonObject message() {
            return JsonObject.EMPTY.with("run", run);
        }

        private void skipWhatIsThere(RunReader reader) {
            for (String series : reader.series()) {
                Curve all = reader.curve(series, 0, Long.MAX_VALUE, 1);
                seen.put(series, all.steps().length == 0 ? -1 : all.steps()[0]);
            }
            List<RunReader.Event> events = reader.events(0, Integer.MAX_VALUE);
            event = events.isEmpty() ? 0 : events.getLast().id();
        }

        private @Nullable String news(RunReader reader) {
            JsonObject curves = JsonObject.EMPTY;
            for (String series : reader.series()) {
                long last = seen.getOrDefault(series, -1L);
                Curve added = reader.curve(series, last + 1, Long.MAX_VALUE, WIDTH);
                if (added.steps().length > 0) {
                    curves = curves.with(series, Runs.curve(added));
                    seen.put(series, added.steps()[added.steps().length - 1]);
                }
            }
            List<RunReader.Event> events = reader.events(event, EVENTS);
            if (!events.isEmpty()) {
                event = events.getLast().id();
            }
            String now = Runs.status(reader);
            if (curves.members().isEmpty() && events.isEmpty() && now.equals(status)) {
                return null;
            }
            status = now;
            return message()
                    .with("status", status)
                    .with("curves", curves)
                    .with(
                            "events",
                            new JsonArray(events.stream().<Json>map(Runs::event).toList()))
                    .compact();
        }
    }
}
