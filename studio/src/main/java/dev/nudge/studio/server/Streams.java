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
import java.util.Optional;
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
/// the slot of every client. A client that has not taken the last text misses this one and is told
/// so; it then asks for the curve, which has no gap. So a slow client holds up nobody, and a run
/// costs the same for one client as for many.
///
/// Each message is named by how far the record had come. A client that comes back names its last one, and is told that
/// it has missed something unless the record has come no further.
final class Streams implements AutoCloseable {
    private static final long TICK_NANOS = 250_000_000;
    private static final int WIDTH = 64; // points of a curve in one message

    static final long PING_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Runs runs;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final Set<Mailbox> listening = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Streams(Runs runs) {
        this.runs = runs;
    }

    /// Sends what is new in `run` to a client until it goes away.
    ///
    /// @param last the last message that the client has, if it has come back
    /// @throws RefusedException if there is no such run
    Answer listen(String run, Optional<String> last) {
        Path path = runs.find(run);
        return new Answer.Events(sink -> {
            Mailbox client = new Mailbox(last.orElse(null));
            listening.add(client);
            Watch watch = watches.compute(run, (_, present) -> {
                Watch joined = present == null ? new Watch(run, path) : present;
                joined.clients.add(client);
                return joined;
            });
            try {
                while (!closed) {
                    Message message = client.take();
                    if (message != null) {
                        sink.emit("run", message.id(), message.text());
                    } else if (client.isOver()) {
                        return;
                    } else {
                        sink.emit("ping", "", "{}");
                    }
                }
            } finally {
                watch.clients.remove(client);
                listening.remove(client);
            }
        });
    }

    /// Lets all clients go.
    @Override
    public void close() {
        closed = true;
        listening.forEach(Mailbox::end);
    }

    /// What a client is sent.
    ///
    /// @param id how far the record had come
    private record Message(String id, String text) {}

    /// Holds the next text for a client, which takes it when it can: nobody waits for a slow one.
    private static final class Mailbox {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition filled = lock.newCondition();
        private @Nullable Message message;
        private @Nullable String last; // message of a client that has come back and has not been looked at yet
        private boolean missed;
        private boolean over;

        Mailbox(@Nullable String last) {
            this.last = last;
        }

        /// Offers a message; `gap` is what to say in its place to a client that has missed one.
        void offer(Message next, Message gap) {
            lock.lock();
            try {
                if (message != null) {
                    missed = true;
                    return;
                }
                message = missed ? gap : next;
                missed = false;
                filled.signal();
            } finally {
                lock.unlock();
            }
        }

        /// Offers the gap to a client that has come back with another message than that before the next.
        void meet(Message gap) {
            lock.lock();
            try {
                if (last != null && !last.equals(gap.id())) {
                    missed = true;
                    offer(gap, gap);
                }
                last = null;
            } finally {
                lock.unlock();
            }
        }

        /// The next message, or null if there was none for long or there will be none.
        @Nullable
        Message take() {
            lock.lock();
            try {
                long left = PING_NANOS;
                while (message == null && left > 0 && !over) {
                    left = filled.awaitNanos(left);
                }
                Message taken = message;
                message = null;
                return taken;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                over = true;
                return null;
            } finally {
                lock.unlock();
            }
        }

        /// There will be no more messages than the one that may be there.
        void end() {
            lock.lock();
            try {
                over = true;
                filled.signal();
            } finally {
                lock.unlock();
            }
        }

        boolean isOver() {
            lock.lock();
            try {
                return over;
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
                        Message before = message(message().with("gap", true));
                        clients.forEach(client -> client.meet(before));
                        JsonObject news = news(reader);
                        if (news != null) {
                            Message next = message(news);
                            Message gap = message(message().with("gap", true));
                            clients.forEach(client -> client.offer(next, gap));
                        }
                    }
                    LockSupport.parkNanos(TICK_NANOS);
                }
                if (reader != null) {
                    reader.close();
                }
            } catch (NudgeException e) {
                Message problem = message(message().with("problem", e.problem()));
                clients.forEach(client -> client.offer(problem, problem));
            }
            watches.remove(run, this);
            clients.forEach(Mailbox::end); // who still listens comes back, and is watched for anew
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

        /// A message at this point: any more points or events would make another.
        private Message message(JsonObject content) {
            long steps = 0;
            for (long last : seen.values()) {
                steps += last + 1;
            }
            return new Message(event + "-" + steps, content.compact());
        }

        private void skipWhatIsThere(RunReader reader) {
            for (String series : reader.series()) {
                Curve all = reader.curve(series, 0, Long.MAX_VALUE, 1);
                seen.put(series, all.steps().length == 0 ? -1 : all.steps()[0]);
            }
            List<RunReader.Event> events = reader.events(0, Integer.MAX_VALUE);
            event = events.isEmpty() ? 0 : events.getLast().id();
        }

        private @Nullable JsonObject news(RunReader reader) {
            String now = Runs.status(reader); // before all else: it must not come without what led to it
            JsonObject curves = JsonObject.EMPTY;
            for (String series : reader.series()) {
                long last = seen.getOrDefault(series, -1L);
                Curve added = reader.curve(series, last + 1, Long.MAX_VALUE, WIDTH);
                if (added.steps().length > 0) {
                    curves = curves.with(series, Runs.curve(added));
                    seen.put(series, added.steps()[added.steps().length - 1]);
                }
            }
            List<RunReader.Event> events = reader.events(event, Integer.MAX_VALUE);
            if (!events.isEmpty()) {
                event = events.getLast().id();
            }
            if (curves.members().isEmpty() && events.isEmpty() && now.equals(status)) {
                return null;
            }
            status = now;
            return message()
                    .with("status", status)
                    .with("curves", curves)
                    .with(
                            "events",
                            new JsonArray(events.stream().<Json>map(Runs::event).toList()));
        }
    }
}
