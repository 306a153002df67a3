package dev.nudge.cli;

import dev.nudge.train.io.Json.JsonObject;
import java.io.PrintStream;
import java.util.concurrent.locks.LockSupport;

/// Where a command writes: results on one stream, what is meant for a person's eyes on the other.
///
/// @param out      results: text, or one JSON object a line
/// @param err      plan, progress, warnings and errors
/// @param json     whether results are JSON; a person is then told warnings and errors only
/// @param debug    whether errors come with their stack traces
/// @param terminal whether `err` is a terminal that understands escape sequences
/// @param width    columns of that terminal
record Console(PrintStream out, PrintStream err, boolean json, boolean debug, boolean terminal, int width) {
    private static final long SETTLE_NANOS = 50_000_000;

    /// The same console with the choices of this command line.
    Console with(boolean asJson, boolean withTraces) {
        return new Console(out, err, asJson, withTraces, terminal, width);
    }

    /// Writes a line of plan or progress.
    void tell(String line) {
        if (!json) {
            err.println(line);
        }
    }

    /// Writes a warning.
    void warn(String line) {
        err.println(line);
    }

    /// Writes a line of the result for people.
    void result(String line) {
        if (!json) {
            out.println(line);
        }
    }

    /// Lets what was told reach the terminal before results do: the launcher filters one stream and not the other.
    void settle() {
        err.flush();
        if (terminal && !json) {
            LockSupport.parkNanos(SETTLE_NANOS);
        }
    }

    /// Writes one event of the result for programs.
    void event(JsonObject event) {
        if (json) {
            out.println(event.compact());
            out.flush();
        }
    }

    /// Reports a problem to both readers.
    void error(Problem problem) {
        err.println(problem.line());
        event(problem.event());
    }
}
