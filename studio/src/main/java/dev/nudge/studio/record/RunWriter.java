package dev.nudge.studio.record;

import dev.nudge.train.io.Json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes `metrics.sqlite`; not for several threads.
final class RunWriter implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement chunk;
    private final PreparedStatement event;
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<Chunk> tails = new ArrayList<>(); // by series id
    private final List<Boolean> changed = new ArrayList<>();
    private boolean begun; // a transaction: from the first write after a commit, so that others can write in between

    private RunWriter(Connection connection) throws SQLException {
        this.connection = connection;
        this.chunk = connection.prepareStatement("INSERT OR REPLACE INTO chunks VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        this.event = connection.prepareStatement("INSERT INTO events(time, step, kind, detail) VALUES(?, ?, ?, ?)");
    }

    /// Opens the file, and goes on with the curves that are in it up to step `kept`; later points are of a part of the
    /// run that will be done again, and are dropped.
    static RunWriter open(Path folder, long kept) throws SQLException {
        RunWriter writer = new RunWriter(RunDatabase.write(folder));
        writer.resume(kept);
        return writer;
    }

    private void begin() throws SQLException {
        if (!begun) {
            execute("BEGIN IMMEDIATE");
            begun = true;
        }
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private void resume(long kept) throws SQLException {
        begin();
        try (PreparedStatement select = connection.prepareStatement("SELECT id, name FROM series ORDER BY id");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ids.put(rows.getString(2), rows.getInt(1));
                register(rows.getInt(1));
            }
        }
        for (int id : ids.values()) {
            Chunk tail = null;
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT first, count, steps, points FROM chunks WHERE series = ? AND last >= ? OR series = ? AND"
                            + " first = (SELECT max(first) FROM chunks WHERE series = ?) ORDER BY first LIMIT 1")) {
                select.setInt(1, id);
                select.setLong(2, kept);
                select.setInt(3, id);
                select.setInt(4, id);
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) {
                        tail = Chunk.read(row.getLong(1), row.getInt(2), row.getBytes(3), row.getBytes(4));
                    }
                }
            }
            if (tail == null) {
                continue;
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM chunks WHERE series = ? AND first >= ?")) {
                delete.setInt(1, id);
                delete.setLong(2, tail.first());
                delete.executeUpdate();
            }
            for (int i = 0; i < tail.count() && tail.step(i) <= kept; i++) {
                add(id, tail.step(i), tail.value(i));
            }
        }
        for (String table : List.of("events", "histograms")) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE step > ?")) {
                delete.setLong(1, kept);
                delete.executeUpdate();
            }
        }
        commit();
    }

    private void register(int id) {
        while (tails.size() <= id) {
            tails.add(new Chunk());
            changed.add(false);
        }
    }

    /// The number of a series, which is new if need be.
    int series(String name) throws SQLException {
        Integer known = ids.get(name);
        if (known != null) {
            return known;
        }
        begin();
        int id = ids.size() + 1;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO series VALUES(?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, name);
            insert.executeUpdate();
        }
        ids.put(name, id);
        register(id);
        return id;
    }

    void add(int series, long step, double value) throws SQLException {
        Chunk tail = tails.get(series);
        tail.add(step, value);
        changed.set(series, true);
        if (tail.isFull()) {
            write(series, tail);
            tails.set(series, new Chunk());
            changed.set(series, false);
        }
    }

    private void write(int series, Chunk tail) throws SQLException {
        begin();
        Range range = new Range();
        for (int i = 0; i < tail.count(); i++) {
            range.add(tail.value(i));
        }
        chunk.setInt(1, series);
        chunk.setLong(2, tail.first());
        chunk.setLong(3, tail.last());
        chunk.setInt(4, tail.count());
        chunk.setLong(5, range.count());
        chunk.setDouble(6, range.low());
        chunk.setDouble(7, range.high());
        chunk.setDouble(8, range.sum());
        chunk.setBytes(9, tail.stepBytes());
        chunk.setBytes(10, tail.valueBytes());
        chunk.executeUpdate();
    }

    void event(double seconds, long step, String kind, JsonObject detail) throws SQLException {
        begin();
        event.setDouble(1, seconds);
        event.setLong(2, step);
        event.setString(3, kind);
        event.setString(4, detail.compact());
        event.executeUpdate();
    }

    void histogram(int series, long step, Histogram histogram) throws SQLException {
        begin();
        ByteBuffer counts =
                ByteBuffer.allocate(Long.BYTES * histogram.counts().length).order(ByteOrder.LITTLE_ENDIAN);
        for (long count : histogram.counts()) {
            counts.putLong(count);
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR REPLACE INTO histograms VALUES(?, ?, ?, ?, ?)")) {
            insert.setInt(1, series);
            insert.setLong(2, step);
            insert.setDouble(3, histogram.low());
            insert.setDouble(4, histogram.high());
            insert.setBytes(5, counts.array());
            insert.executeUpdate();
        }
    }

    void meta(String key, String value) throws SQLException {
        begin();
        try (PreparedStatement insert = connection.prepareStatement("INSERT OR REPLACE INTO meta VALUES(?, ?)")) {
            insert.setString(1, key);
            insert.setString(2, value);
            insert.executeUpdate();
        }
    }

    /// A wish that nobody has taken yet.
    record Wish(String kind, String value) {}

    /// The wishes that nobody has taken yet, in order; they are taken now.
    List<Wish> wishes() throws SQLException {
        begin();
        List<Wish> wishes = new ArrayList<>();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT kind, value FROM wishes WHERE taken = 0 ORDER BY id");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                wishes.add(new Wish(rows.getString(1), rows.getString(2)));
            }
        }
        if (!wishes.isEmpty()) {
            try (PreparedStatement update = connection.prepareStatement("UPDATE wishes SET taken = 1")) {
                update.executeUpdate();
            }
        }
        return wishes;
    }

    /// Makes all that was written durable and visible to readers.
    void commit() throws SQLException {
        for (int series = 0; series < tails.size(); series++) {
            if (changed.get(series)) {
                write(series, tails.get(series));
                changed.set(series, false);
            }
        }
        if (begun) {
            execute("COMMIT");
            begun = false;
        }
    }

    @Override
    public void close() throws SQLException {
        commit();
        connection.close();
    }
}
