package dev.nudge.studio.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds the route of a request; what has none is refused.
final class Router {
    private final List<Route> routes;

    Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /// All routes; the tests try each of them with every kind of stranger.
    List<Route> routes() {
        return routes;
    }

    /// Answers a request.
    ///
    /// @param path path, decoded, without the query
    Answer answer(
            String method,
            String path,
            Function<String, Optional<String>> query,
            Optional<String> last,
            Supplier<byte[]> body) {
        List<String> allowed = new ArrayList<>();
        for (Route route : routes) {
            Map<String, String> parts = match(route.path(), path);
            if (parts != null) {
                if (route.method().equals(method)) {
                    return route.handler().answer(new Request(parts, query, last, body));
                }
                allowed.add(route.method());
            }
        }
        if (allowed.isEmpty()) {
            throw RefusedException.notFound("there is nothing here");
        }
        throw new RefusedException(405, "method_not_allowed", "expected " + String.join(" or ", allowed));
    }

    private static @Nullable Map<String, String> match(String pattern, String path) {
        String[] expected = pattern.split("/", -1);
        String[] found = path.split("/", -1);
        if (expected.length != found.length) {
            return null;
        }
        Map<String, String> parts = new HashMap<>();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i].startsWith("{")) {
                if (found[i].isEmpty()) {
                    return null;
                }
                parts.put(expected[i].substring(1, expected[i].length() - 1), found[i]);
            } else if (!expected[i].equals(found[i])) {
                return null;
            }
        }
        return parts;
    }
}
