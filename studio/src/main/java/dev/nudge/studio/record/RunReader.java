package dev.nudge.studio.record;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Reads what was recorded of a run, while it goes on or afterwards. For use by one thread at a time.
public final class RunReader implements AutoCloseable {
    private final Path folder;
    private final Connection connection;

    private RunReader(Path folder, Connection connection) {
        this.folder = folder;
        this.connection = connection;
    }

    /// Whether a run was recorded in `folder`.
    public static boolean isRecorded(Path folder) {
        return Files.isRegularFile(RunDatabase.file(folder));
    }

    /// Opens the record of the run in `folder`.
    ///
    /// @throws NudgeException (E300) if there is none that can be read
    public static RunReader open(Path folder) {
        if (!isRecorded(folder)) {
            throw new NudgeException(
                    "E300",
                    folder.toString(),
                    "nothing is recorded here - expected a folder with " + RunDatabase.NAME + ".");
        }
        try {
            return new RunReader(folder, RunDatabase.read(folder));
        } catch (SQLException e) {
            throw unreadable(folder, e);
        }
    }

    private static NudgeException unreadable(Path folder, SQLException cause) {
        return new NudgeException(
                "E300", RunDatabase.file(folder).toString(), "cannot be read (" + cause.getMessage() + ").", cause);
    }

    /// A question to the database.
    private interface Query<R> {
        R ask() throws SQLException;
    }

    private <R> R ask(Query<R> query) {
        try {
            return query.ask();
        } catch (SQLException e) {
            throw unreadable(folder, e);
        }
    }

    /// A number that changes when something was written since.
    public long version() {
        return ask(() -> {
            try (PreparedStatement select = connection.prepareStatement("PRAGMA data_version");
                    ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        });
    }

    /// A text about the run, such as `alive`: the time in seconds at which it was last seen alive.
    public Optional<String> meta(String key) {
        return ask(() -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT value FROM meta WHERE key = ?")) {
                select.setString(1, key);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(row.getString(1)) : Optional.<String>empty();
                }
            }
        });
    }

    /// The curves there are.
    public List<String> series() {
        return ask(() -> {
            List<String> names = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("SELECT name FROM series ORDER BY id");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        });
    }

    /// The part of a curve from one step to another, in `width` points at most.
    ///
    /// @return an empty curve if there is no such series
    public Curve curve(String name, long from, long to, int width) {
        return ask(() -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT count(*), min(first), max(last), sum(count) FROM chunks WHERE series ="
                            + " (SELECT id FROM series WHERE name = ?) AND last >= ? AND first <= ?")) {
                bind(select, name, from, to);
                try (ResultSet row = select.executeQuery()) {
                    int chunks = row.next() ? row.getInt(1) : 0;
                    if (chunks == 0) {
                        return new Fold(0, 0, 1).curve();
                    }
                    long first = Math.max(from, row.getLong(2));
                    long last = Math.min(to, row.getLong(3));
                    // Many chunks: each is a point. Few: their points are looked at.
                    return chunks > width
                            ? ofChunks(name, from, to, new Fold(first, last, width))
                            : ofPoints(name, from, to, new Fold(first, last, width));
                }
            }
        });
    }

    private static void bind(PreparedStatement select, String name, long from, long to) throws SQLException {
        select.setString(1, name);
        select.setLong(2, from);
        select.setLong(3, to);
    }

    private Curve ofChunks(String name, long from, long to, Fold fold) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT last, count, finite, low, high, sum FROM chunks WHERE series ="
                        + " (SELECT id FROM series WHERE name = ?) AND last >= ? AND first <= ? ORDER BY first")) {
            bind(select, name, from, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    fold.add(
                            rows.getLong(1),
                            rows.getInt(2),
                            rows.getInt(3),
                            rows.getDouble(4),
                            rows.getDouble(5),
                            rows.getDouble(6));
                }
            }
        }
        return fold.curve();
    }

    private Curve ofPoints(String name, long from, long to, Fold fold) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT first, count, steps, points FROM chunks WHERE series ="
                        + " (SELECT id FROM series WHERE name = ?) AND last >= ? AND first <= ? ORDER BY first")) {
            bind(select, name, from, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Chunk chunk = Chunk.read(rows.getLong(1), rows.getInt(2), rows.getBytes(3), rows.getBytes(4));
                    for (int i = 0; i < chunk.count(); i++) {
                        if (chunk.step(i) >= from && chunk.step(i) <= to) {
                            double value = chunk.value(i);
                            fold.add(chunk.step(i), 1, Double.isFinite(value) ? 1 : 0, value, value, value);
                        }
                    }
                }
            }
        }
        return fold.curve();
    }

    /// Gathers points in intervals of equal width.
    private static final class Fold {
        private final long first;
        private final double perStep;
        private final Range[] ranges;
        private final long[] last;
        private long points;

        Fold(long first, long last, int width) {
            this.first = first;
            int intervals = (int) Math.min(width, last - first + 1);
            this.perStep = (double) intervals / (last - first + 1);
            this.ranges = new Range[intervals];
            this.last = new long[intervals];
            Arrays.setAll(ranges, _ -> new Range());
            Arrays.fill(this.last, -1);
        }

        void add(long step, int count, int finite, double low, double high, double sum) {
            int at = Math.clamp((long) ((step - first) * perStep), 0, ranges.length - 1);
            last[at] = step;
            points += count;
            if (finite > 0) {
                ranges[at].add(finite, low, high, sum);
            }
        }

        Curve curve() {
            int[] used =
                    IntStream.range(0, last.length).filter(i -> last[i] >= 0).toArray();
            long[] steps = Arrays.stream(used).mapToLong(i -> last[i]).toArray();
            return new Curve(
                    points, steps, values(used, Range::low), values(used, Range::mean), values(used, Range::high));
        }

        private double[] values(int[] used, ToDoubleFunction<Range> figure) {
            return Arrays.stream(used)
                    .mapToDouble(i -> ranges[i].count() == 0 ? Double.NaN : figure.applyAsDouble(ranges[i]))
                    .toArray();
        }
    }

    /// Something that happened.
    ///
    /// @param id     counts from 1
    /// @param time   seconds since 1970
    /// @param step   steps done then
    /// @param kind   such as `started`, `epoch`, `checkpoint`, `warning`, `stopped`
    /// @param detail what is to be said of it
    public record Event(long id, double time, long step, String kind, JsonObject detail) {}

    /// What happened after the event with number `id`, at most `limit` of it.
    public List<Event> events(long id, int limit) {
        return ask(() -> {
            List<Event> events = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT id, time, step, kind, detail FROM events WHERE id > ? ORDER BY id LIMIT ?")) {
                select.setLong(1, id);
                select.setInt(2, limit);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Json detail = Json.parse(
                                rows.getString(5).getBytes(StandardCharsets.UTF_8), "event", JsonRules.CONFIGURATION);
                        events.add(new Event(
                                rows.getLong(1),
                                rows.getDouble(2),
                                rows.getLong(3),
                                rows.getString(4),
                                detail instanceof JsonObject object ? object : JsonObject.EMPTY));
                    }
                }
            }
            return events;
        });
    }

    /// How the elements of a parameter were spread after a step.
    ///
    /// @param step   steps done then
    /// @param low    least finite element
    /// @param high   greatest finite element
    /// @param counts elements in each of the bins of equal width between
    public record Spread(long step, double low, double high, long[] counts) {}

    /// The histograms of a parameter, in order of the steps.
    public List<Spread> histograms(String parameter) {
        return ask(() -> {
            List<Spread> spreads = new ArrayList<>();
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT step, low, high, counts FROM histograms WHERE series ="
                            + " (SELECT id FROM series WHERE name = ?) ORDER BY step")) {
                select.setString(1, parameter);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        ByteBuffer bytes = ByteBuffer.wrap(rows.getBytes(4)).order(ByteOrder.LITTLE_ENDIAN);
                        long[] counts = new long[bytes.remaining() / Long.BYTES];
                        bytes.asLongBuffer().get(counts);
                        spreads.add(new Spread(rows.getLong(1), rows.getDouble(2), rows.getDouble(3), counts));
                    }
                }
            }
            return spreads;
        });
    }

    /// Writes all that has been recorded up to now into a database of its own.
    ///
    /// @param file must not exist yet
    public void copy(Path file) {
        ask(() -> {
            try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
                copy.setString(1, file.toString());
                return copy.execute();
            }
        });
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unreadable(folder, e);
        }
    }
}
