package dev.nudge.cli;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Runs the command in this JVM.
final class Shell {
    private Shell() {}

    /// What a command did.
    record Result(int exitCode, String out, String err) {
        /// The lines of the output, each a JSON object.
        List<JsonObject> events() {
            return out.lines()
                    .map(line -> (JsonObject) Json.parse(line, "output", JsonRules.CONFIGURATION))
                    .toList();
        }

        List<JsonObject> events(String name) {
            return events().stream()
                    .filter(event -> event.text("event").equals(name))
                    .toList();
        }
    }

    /// The command without a terminal.
    static Result run(String... arguments) {
        return run(false, 0, arguments);
    }

    static Result run(boolean terminal, int width, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                arguments,
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false,
                        terminal,
                        width));
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
