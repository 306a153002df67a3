package dev.nudge.studio.record;

import dev.nudge.train.io.NudgeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// What somebody who watches a run wants it to do; the run takes wishes between two steps.
public final class Wishes {
    /// Wait after the step.
    static final String PAUSE = "pause";

    /// Go on after a pause.
    static final String CONTINUE = "continue";

    /// Stop after the step, with everything saved.
    static final String STOP = "stop";

    /// From the next step on, use the rate that is the wish's value, whatever the schedule says.
    static final String LEARNING_RATE = "learningRate";

    private static final List<String> KINDS = List.of(PAUSE, CONTINUE, STOP, LEARNING_RATE);
    private static final double HIGHEST_RATE = 1000;

    private Wishes() {}

    /// Tells a run, which may be of another process, what is wanted.
    ///
    /// @param kind  one of `pause`, `continue`, `stop`, `learningRate`
    /// @param value the new learning rate, else empty
    /// @throws NudgeException (E300) if nothing is recorded in `folder`, (E611) if the wish makes no sense
    public static void add(Path folder, String kind, String value) {
        if (!KINDS.contains(kind)) {
            throw new NudgeException(
                    "E611",
                    "kind",
                    "expected one of " + String.join(", ", KINDS) + ", found " + NudgeException.quote(kind) + ".");
        }
        if (kind.equals(LEARNING_RATE) && !(rate(value) > 0 && rate(value) <= HIGHEST_RATE)) {
            throw new NudgeException(
                    "E611",
                    "value",
                    "a learning rate must be in (0, " + HIGHEST_RATE + "], found " + NudgeException.quote(value) + ".");
        }
        if (!Files.isRegularFile(RunDatabase.file(folder))) {
            throw new NudgeException("E300", folder.toString(), "nothing is recorded here.");
        }
        try (Connection connection = RunDatabase.write(folder);
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO wishes(kind, value) VALUES(?, ?)")) {
            insert.setString(1, kind);
            insert.setString(2, value);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new NudgeException("E300", folder.toString(), "the run cannot be told (" + e.getMessage() + ").", e);
        }
    }

    private static double rate(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }
}
