package dev.nudge.studio.server;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a client asks for, after the gate has let it in.
///
/// @param parts parts of the path by the names in the route
/// @param query values of the query by name
/// @param last  the event that a client which comes back to a stream got last
/// @param body  reads what was sent
record Request(
        Map<String, String> parts,
        Function<String, Optional<String>> query,
        Optional<String> last,
        Supplier<byte[]> body) {
    private static final JsonRules RULES = new JsonRules(32, 1 << 20, "bad_json", "bad_json");

    /// The part of the path of this name in the route.
    String part(String name) {
        String part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException("the route has no part " + name);
        }
        return part;
    }

    /// A value of the query.
    Optional<String> text(String name) {
        return query.apply(name);
    }

    /// A whole number in the query.
    long whole(String name, long otherwise) {
        String text = text(name).orElse(null);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw RefusedException.badRequest(name + " must be a whole number");
        }
    }

    /// The JSON object that was sent.
    JsonObject object() {
        try {
            if (Json.parse(body.get(), "body", RULES) instanceof JsonObject object) {
                return object;
            }
        } catch (NudgeException e) {
            throw RefusedException.badRequest(e.problem());
        }
        throw RefusedException.badRequest("expected a JSON object");
    }
}
