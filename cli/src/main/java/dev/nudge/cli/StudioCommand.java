package dev.nudge.cli;

import dev.nudge.studio.server.StudioServer;
import dev.nudge.train.StopSignal;
import dev.nudge.train.io.NudgeException;
import java.awt.Desktop;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge studio`: shows runs in a browser, and networks that learn while one looks.
@Command(
        name = "studio",
        description = "Shows runs in the browser of this machine, while they go on or afterwards, and networks that"
                + " learn while you look.",
        footer = {"", "Ctrl-C ends it. Only who opens the printed address, on this machine, is let in."})
final class StudioCommand implements Subcommand {
    private static final int HIGHEST_PORT = 65_535;
    private static final long LOOK_NANOS = 50_000_000;
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    @Parameters(index = "0", arity = "0..1", paramLabel = "RUNS", description = "Folder of runs (default: runs).")
    @Nullable
    String runs;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen on, 0 for a free one (default: " + StudioServer.PORT + ").")
    @Nullable
    String port;

    @Option(names = "--host", hidden = true)
    @Nullable
    String host;

    @Option(names = "--no-browser", description = "Only print the address.")
    boolean noBrowser;

    @Mixin
    CommonOptions common = new CommonOptions();

    private final Logger server = Logger.getLogger("io.helidon"); // kept, or its level is forgotten with it

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        Path folder = Path.of(runs == null ? "runs" : runs);
        if (runs != null && !Files.isDirectory(folder)) {
            problems.add(
                    "E300",
                    "RUNS",
                    "no such folder - expected one that holds runs, found " + NudgeException.quote(runs) + ".");
        }
        if (host != null && !LOOPBACK.contains(host)) {
            problems.add(
                    "E010",
                    "--host",
                    "the studio serves this machine only - expected localhost, found " + NudgeException.quote(host)
                            + ". To look from elsewhere, forward the port: ssh -L PORT:localhost:PORT ...");
        }
        int number = port(problems);
        problems.refuse();
        server.setLevel(Level.WARNING);
        StopSignal stop = new StopSignal();
        try (StudioServer studio = StudioServer.start(folder, number)) {
            Signals signals = Signals.listen(stop);
            console.tell("runs        " + folder);
            console.tell("studio      " + studio.address());
            console.event(ProgressView.event("studio")
                    .with("address", studio.address())
                    .with("port", studio.port())
                    .with("runs", folder.toString()));
            if (!noBrowser && !console.json() && opened(studio.address())) {
                console.tell("            opened in the browser");
            }
            while (stop.reason() == null) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            signals.endAtOnce();
            console.tell(String.valueOf(stop.reason()));
            return signals.exitCode();
        }
    }

    private int port(Problems problems) {
        if (port == null) {
            return StudioServer.PORT;
        }
        Long number = Values.whole(port);
        if (number == null || number < 0 || number > HIGHEST_PORT) {
            problems.add(
                    "E009",
                    "--port",
                    "must be an integer in [0, " + HIGHEST_PORT + "], found " + NudgeException.quote(port)
                            + ". 0 takes a free one.");
            return 0;
        }
        return number.intValue();
    }

    /// Opens the browser, if there is a desktop to do it on.
    private static boolean opened(String address) {
        try {
            if (Desktop.isDesktopSupported() && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)) {
                Desktop.getDesktop().browse(URI.create(address));
                return true;
            }
        } catch (IOException | RuntimeException | LinkageError _) {
            // No desktop, or a Java without one: the address is printed.
        }
        return false;
    }
}
