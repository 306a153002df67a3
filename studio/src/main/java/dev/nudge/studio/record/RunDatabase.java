package dev.nudge.studio.record;

import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/// The file `metrics.sqlite` of a run: its tables, and how it is opened.
///
/// - `meta(key, value)`: texts such as the schema's number and when the run was last seen alive.
/// - `series(id, name)`: the curves, such as `loss` or `layers.0.weight/updateRatio`.
/// - `chunks(series, first, last, count, finite, low, high, sum, steps, points)`: up to [Chunk#SIZE] consecutive points
///   of a curve: the first and last step, how many, how many of them finite, the range and sum of these, the steps as
///   64-bit integers (null if they follow each other) and the values as 64-bit numbers, both little-endian.
/// - `events(id, time, step, kind, detail)`: what happened, the detail as JSON.
/// - `histograms(series, step, low, high, counts)`: 64-bit counts of values in bins of equal width.
/// - `wishes(id, kind, value, taken)`: what somebody wants the run to do, and whether it has.
final class RunDatabase {
    static final String NAME = "metrics.sqlite";
    static final String SCHEMA = "1";

    private static final String TABLES = """
            CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS series(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE IF NOT EXISTS chunks(series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                count INTEGER NOT NULL, finite INTEGER NOT NULL, low REAL, high REAL, sum REAL, steps BLOB, points BLOB NOT NULL,
                PRIMARY KEY(series, first));
            CREATE TABLE IF NOT EXISTS events(id INTEGER PRIMARY KEY, time REAL NOT NULL, step INTEGER NOT NULL,
                kind TEXT NOT NULL, detail TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS histograms(series INTEGER NOT NULL, step INTEGER NOT NULL, low REAL NOT NULL,
                high REAL NOT NULL, counts BLOB NOT NULL, PRIMARY KEY(series, step)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS wishes(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL,
                taken INTEGER NOT NULL DEFAULT 0);
            """;

    private RunDatabase() {}

    static Path file(Path folder) {
        return folder.resolve(NAME);
    }

    /// Opens the file for the run that writes it, or for who tells it something, making it if it is new. The connection
    /// commits each statement; who begins a transaction holds off all other writers until its end.
    static Connection write(Path folder) throws SQLException {
        Connection connection = open(folder, false);
        try (Statement statement = connection.createStatement()) {
            // What is committed survives the end of the process at once, and a power cut up to the last checkpoint
            // of the log; nothing waits for the disk.
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=NORMAL");
            for (String table : TABLES.split(";\\s*\\n", -1)) {
                if (!table.isBlank()) {
                    statement.execute(table);
                }
            }
            statement.execute("INSERT OR IGNORE INTO meta VALUES('schema', '" + SCHEMA + "')");
        }
        return connection;
    }

    /// Opens the file of a run for looking, while it may be written.
    ///
    /// @throws NudgeException (E300) if it is of a newer program
    static Connection read(Path folder) throws SQLException {
        Connection connection = open(folder, true);
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT value FROM meta WHERE key = 'schema'")) {
            String schema = row.next() ? row.getString(1) : "none";
            if (!schema.equals(SCHEMA)) {
                connection.close();
                throw new NudgeException(
                        "E300",
                        file(folder).toString(),
                        "expected schema " + SCHEMA + ", found " + NudgeException.quote(schema)
                                + ". Open it with the version of Nudge that wrote it.");
            }
        }
        return connection;
    }

    private static Connection open(Path folder, boolean reading) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("busy_timeout", "5000"); // to wait for another writer rather than fail
        if (reading) {
            properties.setProperty("open_mode", "1"); // SQLITE_OPEN_READONLY
        }
        return DriverManager.getConnection("jdbc:sqlite:" + file(folder).toAbsolutePath(), properties);
    }
}
