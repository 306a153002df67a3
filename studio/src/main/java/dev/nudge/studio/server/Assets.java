package dev.nudge.studio.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The files of the pages, from the jar.
final class Assets {
    private static final String FOLDER = "web/";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "woff2", "font/woff2",
            "png", "image/png");

    private Assets() {}

    /// The page that loads the others; which view it shows is in the part of the address behind `#`.
    static Answer page(Request request) {
        Answer page = file("index.html");
        return page == null
                ? Answer.error(
                        503,
                        "no_pages",
                        "this build has no pages: it was made without Node.js; install Node.js 20 and build again")
                : page;
    }

    /// A file of the page, named by its content, so that it may be kept for ever.
    static Answer asset(Request request) {
        String name = request.part("file");
        Answer asset = name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*") ? file("assets/" + name) : null;
        if (asset == null) {
            throw RefusedException.notFound("there is no such file");
        }
        return asset;
    }

    private static @Nullable Answer file(String path) {
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        try (InputStream in = Assets.class.getResourceAsStream(FOLDER + path)) {
            return in == null || type == null ? null : new Answer.Document(200, type, List.of(), in.readAllBytes());
        } catch (IOException e) {
            throw new RefusedException(500, "unreadable", "the program's own file cannot be read: " + e.getMessage());
        }
    }
}
