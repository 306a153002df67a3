package dev.nudge.studio.lab;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// A [Lab] that several requests look at and change, and that goes on by itself when asked to.
public final class Session {
    private static final int MOST_STEPS = 10_000; // of one request
    private static final long TURN_NANOS = 10_000_000; // for which a session that runs keeps others waiting
    private static final long NAP_NANOS = 20_000_000;
    private static final double FASTEST = 1e6;

    private final String id;
    private final ReentrantLock lock = new ReentrantLock(true);
    private Lab lab;
    private volatile boolean running;
    private volatile double stepsPerSecond;
    private volatile long until;
    private final AtomicLong version = new AtomicLong();
    private volatile long used = System.nanoTime();
    private volatile boolean closed;
    private @Nullable JsonObject picture; // the state of version `pictured`, made once for all who look
    private long pictured;
    private int runner; // number of the thread that may go on

    Session(String id, Lab lab) {
        this.id = id;
        this.lab = lab;
    }

    /// Name in addresses.
    public String id() {
        return id;
    }

    /// A number that is another one after every change.
    public long version() {
        return version.get();
    }

    /// Whether it goes on by itself.
    public boolean isRunning() {
        return running;
    }

    /// Whether it has been closed.
    public boolean isClosed() {
        return closed;
    }

    /// Marks that somebody is interested.
    public void touch() {
        used = System.nanoTime();
    }

    long idleNanos() {
        return System.nanoTime() - used;
    }

    /// What `question` finds out, while nobody changes the session.
    <R> R ask(Function<Lab, R> question) {
        touch();
        lock.lock();
        try {
            return question.apply(lab);
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable body) {
        touch();
        lock.lock();
        try {
            body.run();
        } finally {
            version.incrementAndGet();
            lock.unlock();
        }
    }

    // ---- what the pages ask -----------------------------------------------------------------------------------------

    /// All that there is to know at first: specification, points and state.
    public JsonObject whole() {
        return merged(JsonObject.EMPTY.with("id", id), ask(Picture::fixed)).with("state", state());
    }

    /// The members of both; of one that both have, the second.
    private static JsonObject merged(JsonObject first, JsonObject second) {
        Map<String, Json> members = new LinkedHashMap<>(first.members());
        members.putAll(second.members());
        return new JsonObject(members);
    }

    /// What changes from step to step.
    public JsonObject state() {
        return ask(it -> {
            if (picture == null || pictured != version.get()) {
                picture = merged(
                        JsonObject.EMPTY.with("id", id).with("running", running).with("stepsPerSecond", stepsPerSecond),
                        Picture.state(it));
                pictured = version.get();
            }
            return picture;
        });
    }

    /// The curves so far, in `width` points at most.
    public JsonObject history(int width) {
        return ask(it -> it.history().toJson(width));
    }

    /// The next iteration in numbers, or the one on chosen rows; nothing changes.
    public JsonObject trace(JsonObject request) {
        Limits.known(request, "trace", List.of("rows"));
        return ask(it -> {
            if (!request.has("rows")) {
                return Trace.ofNext(it);
            }
            List<Json> rows = request.array("rows");
            int[] chosen = new int[rows.size()];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = Limits.whole(
                        JsonObject.EMPTY.with("rows", rows.get(i)),
                        "rows",
                        0,
                        it.train().size() - 1,
                        0);
            }
            if (chosen.length == 0 || chosen.length > it.train().size()) {
                throw Limits.refused("rows", "1 to " + it.train().size() + " rows", "" + chosen.length);
            }
            return Trace.ofRows(it, chosen);
        });
    }

    /// One gradient beside its central difference, of the next batch.
    public JsonObject check(JsonObject request) {
        return ask(it -> Trace.check(it, request.text("parameter"), index(request)));
    }

    /// How strongly the loss bends here, and the learning rate that it bears.
    public JsonObject sharpness(JsonObject request) {
        Limits.known(request, "sharpness", List.of());
        return ask(it -> Sharpness.of(it).toJson(it.step()));
    }

    /// Writes the session as it is now down as a run: `run.json`, the curves, the file for TensorBoard.
    ///
    /// @param place makes the folder of the run, given the seed
    /// @return the folder
    /// @throws NudgeException (E611) before the first step, (E012) if it cannot be written
    public Path record(LongFunction<Path> place) {
        SessionRecord record = ask(SessionRecord::of);
        Path folder = place.apply(record.specification().seed());
        record.write(folder); // which takes a while; the session can go on meanwhile
        return folder;
    }

    /// Takes `steps` steps now.
    public void step(JsonObject request) {
        int steps = Limits.whole(request, "steps", 1, MOST_STEPS, 1);
        change(() -> lab.step(steps));
    }

    /// Goes on by itself, as many steps a second as are asked for, or as fast as it can.
    public void run(JsonObject request) {
        double speed = Limits.number(request, "stepsPerSecond", 0, FASTEST, 0);
        long last = Limits.whole(request, "until", 0, Integer.MAX_VALUE, Integer.MAX_VALUE);
        change(() -> {
            stepsPerSecond = speed;
            until = last;
            running = lab.problem() == null && lab.step() < last;
            if (running) {
                int number = ++runner;
                Thread.ofPlatform().daemon().name("nudge-lab-" + id).start(() -> goOn(number));
            }
        });
    }

    /// Stops going on.
    public void pause() {
        change(() -> running = false);
    }

    /// Goes back to the start.
    public void reset() {
        change(() -> {
            running = false;
            lab = Lab.of(lab.specification());
        });
    }

    /// Changes the learning rate or one weight.
    public void set(JsonObject request) {
        Limits.known(request, "set", List.of("learningRate", "parameter", "index", "value"));
        change(() -> {
            if (request.has("learningRate")) {
                lab.setRate(Specification.rate(request, "learningRate", 0));
            }
            if (request.has("parameter")) {
                double value = request.number("value");
                if (!(Math.abs(value) <= 1e6)) {
                    throw Limits.refused("value", "in [-1e6, 1e6]", Double.toString(value));
                }
                lab.setWeight(request.text("parameter"), index(request), value);
            }
        });
    }

    static List<Integer> index(JsonObject request) {
        List<Integer> index = new ArrayList<>();
        for (Json each : request.array("index")) {
            if (!(each instanceof JsonNumber number) || !number.isLong() || Math.abs(number.asDouble()) > 1e6) {
                throw Limits.refused("index", "whole numbers", each.compact());
            }
            index.add((int) number.asLong());
        }
        return index;
    }

    /// The specification of a fork: that of this session with the members of `request` in the place of its own, from
    /// the start, from the weights of now, or from those of the epoch with the best validation loss.
    Specification forked(JsonObject request) {
        Limits.known(request, "fork", List.of("from", "specification"));
        String from = Limits.word(request, "from", List.of("start", "now", "best"), "start");
        JsonObject changes = request.has("specification") ? request.object("specification") : JsonObject.EMPTY;
        return ask(it -> {
            JsonObject own = it.specification().toJson();
            JsonObject merged = merged(own, changes);
            if (changes.has("data")) {
                merged = merged.with("data", merged(own.object("data"), changes.object("data")));
            }
            Specification wanted = Specification.of(merged);
            History.Look best = it.history().best();
            return switch (from) {
                case "now" -> wanted.withWeights(it.network());
                case "best" ->
                    best == null
                            ? wanted
                            : wanted.withWeights(it.again(best.step()).network());
                default -> wanted;
            };
        });
    }

    /// Ends the session.
    public void close() {
        closed = true;
        running = false;
        version.incrementAndGet();
    }

    // ---- on its own thread ------------------------------------------------------------------------------------------

    private void goOn(int number) {
        long begun = System.nanoTime();
        double owed = stepsPerSecond > 0 ? 1 : 0; // the first step at once
        while (running) {
            double speed = stepsPerSecond;
            lock.lock();
            try {
                if (!running || number != runner) {
                    return;
                }
                long now = System.nanoTime();
                owed = Math.min(owed + speed * (now - begun) * 1e-9, Math.max(1, speed)); // a second's at most
                begun = now;
                boolean changed = false;
                while (running && (speed == 0 || owed >= 1) && System.nanoTime() - now < TURN_NANOS) {
                    lab.step(1);
                    owed -= 1;
                    changed = true;
                    running = lab.problem() == null && lab.step() < until;
                }
                owed = speed == 0 ? 0 : owed;
                if (changed) {
                    version.incrementAndGet();
                }
                if (idleNanos() > Sessions.IDLE_NANOS) {
                    running = false;
                }
            } finally {
                lock.unlock();
            }
            if (speed > 0 && owed < 1) {
                LockSupport.parkNanos(Math.min(NAP_NANOS, (long) ((1 - owed) / speed * 1e9)));
            }
        }
    }
}
