package dev.nudge.studio.server;

import dev.nudge.studio.record.RunFile;
import dev.nudge.studio.record.RunReader;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A recorded run in one file, to be looked at without Nudge or kept elsewhere.
public final class Export {
    private static final int SCHEMA = 1;
    private static final int WIDTH = 2000; // points of a curve
    private static final String PLACE = "<script type=\"application/json\" id=\"nudge-run\">null</script>";

    private Export() {}

    /// The run as the pages see it: summary, events, histograms, and all curves, folded to a width for pictures.
    ///
    /// @throws NudgeException (E300) if nothing is recorded in `run`
    public static JsonObject view(Path run) {
        try (RunReader reader = RunReader.open(run)) {
            JsonObject curves = JsonObject.EMPTY;
            JsonObject histograms = JsonObject.EMPTY;
            for (String series : reader.series()) {
                curves = curves.with(series, Runs.curve(reader.curve(series, 0, Long.MAX_VALUE, WIDTH)));
                JsonArray spreads = Runs.histograms(reader.histograms(series));
                if (!spreads.elements().isEmpty()) {
                    histograms = histograms.with(series, spreads);
                }
            }
            return JsonObject.EMPTY
                    .with("schema", SCHEMA)
                    .with("run", Runs.summary(run))
                    .with(
                            "events",
                            new JsonArray(reader.events(0, Integer.MAX_VALUE).stream()
                                    .<Json>map(Runs::event)
                                    .toList()))
                    .with("curves", curves)
                    .with("histograms", histograms);
        }
    }

    /// The page of the run with all its numbers in it; it needs no server and no network.
    ///
    /// @throws NudgeException (E300) if nothing is recorded in `run`, (E014) if this build has no pages
    public static byte[] html(Path run) {
        byte[] viewer = Assets.viewer();
        return html(viewer == null ? "" : new String(viewer, StandardCharsets.UTF_8), run);
    }

    static byte[] html(String page, Path run) {
        if (!page.contains(PLACE)) {
            throw new NudgeException(
                    "E014",
                    "html",
                    "this build has no pages: it was made without Node.js. Install Node.js 20.19 or newer and build"
                            + " again, or take the zip.");
        }
        // A "<" could end the element; as an escape it cannot.
        String data = view(run).compact().replace("<", "\\u003c");
        int at = page.indexOf(PLACE);
        return (page.substring(0, at) + PLACE.replace("null", data) + page.substring(at + PLACE.length()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The record as a zip: `view.json`, not compressed and first, for pages that read it; then all that was recorded,
    /// as it is at this moment. Weights and checkpoints are left out.
    ///
    /// @throws NudgeException (E300) if nothing is recorded in `run` or it cannot be read
    public static byte[] zip(Path run) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            byte[] view = view(run).compact().getBytes(StandardCharsets.UTF_8);
            CRC32 checksum = new CRC32();
            checksum.update(view);
            ZipEntry first = new ZipEntry("view.json");
            first.setMethod(ZipEntry.STORED);
            first.setSize(view.length);
            first.setCrc(checksum.getValue());
            add(zip, first, view);
            Path settings = run.resolve(RunFile.NAME);
            if (Files.isRegularFile(settings)) {
                add(zip, new ZipEntry(RunFile.NAME), Files.readAllBytes(settings));
            }
            Path folder = Files.createTempDirectory("nudge-export");
            Path copy = folder.resolve("metrics.sqlite");
            try (RunReader reader = RunReader.open(run)) {
                reader.copy(copy);
                add(zip, new ZipEntry("metrics.sqlite"), Files.readAllBytes(copy));
            } finally {
                Files.deleteIfExists(copy);
                Files.deleteIfExists(folder);
            }
            try (DirectoryStream<Path> events = Files.newDirectoryStream(run, "events.out.tfevents.*")) {
                for (Path file : events) {
                    add(zip, new ZipEntry(String.valueOf(file.getFileName())), Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            throw new NudgeException("E300", run.toString(), "cannot be packed (" + e.getMessage() + ").", e);
        }
        return bytes.toByteArray();
    }

    private static void add(ZipOutputStream zip, ZipEntry entry, byte[] content) throws IOException {
        entry.setTime(0); // the same run gives the same bytes
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
