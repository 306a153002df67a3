package dev.nudge.cli;

import dev.nudge.studio.server.Export;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge export`: a recorded run as one file.
@Command(
        name = "export",
        description = "Writes a recorded run as one file: a page that shows it without Nudge, or its record.",
        footer = {"", "Example: nudge export runs/digits-42-1 --html digits.html"})
final class ExportCommand implements Subcommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "Folder of the run.")
    @Nullable
    String run;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "A page with all numbers in it, which needs no server and no network.")
    @Nullable
    String html;

    @Option(
            names = "--zip",
            paramLabel = "FILE",
            description = "The record: settings, curves, events; the studio opens it (.nudge-run).")
    @Nullable
    String zip;

    @Option(names = "--overwrite", description = "Replace the file if it is there.")
    boolean overwrite;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        if (run == null) {
            problems.add("E003", "RUN", "missing - expected the folder of a run, such as runs/digits-42-1.");
        }
        if (html == null && zip == null) {
            problems.add("E003", "nudge export", "expected --html FILE or --zip FILE, found neither.");
        }
        check("--html", html, problems);
        check("--zip", zip, problems);
        problems.refuse();
        Path folder = Path.of(String.valueOf(run));
        if (html != null) {
            write(Path.of(html), Export.html(folder), console);
        }
        if (zip != null) {
            write(Path.of(zip), Export.zip(folder), console);
        }
        return Main.DONE;
    }

    private void check(String option, @Nullable String file, Problems problems) {
        if (file != null && Files.exists(Path.of(file)) && !overwrite) {
            problems.add(
                    "E007",
                    option,
                    NudgeException.quote(file) + " is there already - expected a new file. Choose another, or add"
                            + " --overwrite.");
        }
    }

    private static void write(Path file, byte[] content, Console console) {
        RunFolder.replace(file, out -> out.write(content));
        console.result("written        " + file + " (" + MemoryNeed.size(content.length) + ")");
        console.event(
                ProgressView.event("exported").with("file", file.toString()).with("bytes", content.length));
    }
}
