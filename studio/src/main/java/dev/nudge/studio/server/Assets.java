package dev.nudge.studio.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The files of the pages, from the jar. The build has compressed what it pays to compress, and they are sent so.
final class Assets {
    private static final String FOLDER = "web/";
    private static final List<String> GZIP = List.of("Content-Encoding", "gzip");

    /// A file is named by what is in it: another content is another name.
    private static final List<String> FOREVER = List.of("Cache-Control", "private, max-age=31536000, immutable");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "woff2", "font/woff2",
            "png", "image/png");

    private static final String NO_PAGES = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Nudge studio</title>
            <h1>This build has no pages</h1>
            <p>The pages of the studio are made with Node.js, which was not there when Nudge was built, or could not fetch
            its packages. Install Node.js 20.19 or newer, then say <code>./nudge studio</code> again; it builds them.</p>
            <p>Runs are recorded without pages too. What is recorded can be read at <a href="/api/runs">/api/runs</a>.</p>
            </html>
            """;

    private Assets() {}

    /// The page that loads the others; which view it shows is in the part of the address behind `#`.
    static Answer page(Request request) {
        Answer page = file("index.html", List.of());
        return page == null
                ? new Answer.Document(
                        503, "text/html; charset=utf-8", List.of(), NO_PAGES.getBytes(StandardCharsets.UTF_8))
                : page;
    }

    /// A file of the page, named by its content, so that it may be kept for ever.
    static Answer asset(Request request) {
        String name = request.part("file");
        Answer asset = name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*") ? file("assets/" + name, FOREVER) : null;
        if (asset == null) {
            throw RefusedException.notFound("there is no such file");
        }
        return asset;
    }

    /// The page of a single run, which brings its own numbers; null in a build without pages.
    static byte @Nullable [] viewer() {
        return read("viewer.html");
    }

    /// The document as it was before it was compressed, for a client that cannot unpack it.
    static Answer.Document unpacked(Answer.Document document) {
        List<String> headers = new ArrayList<>(document.headers());
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.subList(i, i + 2).equals(GZIP)) {
                headers.subList(i, i + 2).clear();
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(document.body()))) {
                    return new Answer.Document(document.status(), document.type(), headers, in.readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException("the build has packed a file badly", e);
                }
            }
        }
        return document;
    }

    private static @Nullable Answer file(String path, List<String> headers) {
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null) {
            return null;
        }
        byte[] packed = read(path + ".gz");
        if (packed != null) {
            List<String> all = new ArrayList<>(headers);
            all.addAll(GZIP);
            return new Answer.Document(200, type, all, packed);
        }
        byte[] plain = read(path);
        return plain == null ? null : new Answer.Document(200, type, headers, plain);
    }

    private static byte @Nullable [] read(String path) {
        try (InputStream in = Assets.class.getResourceAsStream(FOLDER + path)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new RefusedException(500, "unreadable", "the program's own file cannot be read: " + e.getMessage());
        }
    }
}
