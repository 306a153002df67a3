package dev.nudge.studio.record;

import dev.nudge.train.io.Json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// `run.json`, which says of the run in a folder what it is: whoever makes runs writes it here, and the
/// studio reads it.
public final class RunFile {
    /// The file's name.
    public static final String NAME = "run.json";

    /// Member that says how the run fares: [#RUNNING] (which the record of a killed run says for ever),
    /// [#DONE], [#INTERRUPTED] or [#FAILED].
    public static final String STATUS = "status";

    /// It goes on.
    public static final String RUNNING = "running";
    /// It came to its end.
    public static final String DONE = "done";
    /// Somebody stopped it.
    public static final String INTERRUPTED = "interrupted";
    /// It could not go on.
    public static final String FAILED = "failed";

    private static final long FORMAT = 1; // of the file
    private static final long SCHEMA = 1; // of the members' meaning

    private RunFile() {}

    /// What every one begins with.
    ///
    /// @param program whose run it is, as in `nudge 1.0`
    /// @param kind    of run, as in `train`
    /// @param status  one of those above
    public static JsonObject begun(String program, String kind, String status, long seed) {
        return JsonObject.EMPTY
                .with("format", FORMAT)
                .with("schema", SCHEMA)
                .with("program", program)
                .with("kind", kind)
                .with(STATUS, status)
                .with("begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .with("seed", seed);
    }

    /// Writes it into `folder` in one move, so that it is there whole or as it was.
    ///
    /// @throws IOException if it cannot be written
    public static void write(Path folder, JsonObject run) throws IOException {
        Path unfinished = folder.resolve(NAME + ".tmp");
        Files.write(unfinished, run.pretty().getBytes(StandardCharsets.UTF_8));
        Files.move(
                unfinished, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
