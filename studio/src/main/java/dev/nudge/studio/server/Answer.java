package dev.nudge.studio.server;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the server says to a request.
sealed interface Answer {
    /// A document.
    ///
    /// @param status  HTTP status
    /// @param type    media type
    /// @param headers names and values in turn
    /// @param body    the document
    record Document(int status, String type, List<String> headers, byte[] body) implements Answer {
        public Document {
            headers = List.copyOf(headers);
        }
    }

    /// A stream of server-sent events, as long as the client listens.
    record Events(Listener listener) implements Answer {}

    /// Sends events to one client on its own thread until either has enough.
    @FunctionalInterface
    interface Listener {
        /// Sends until the client has gone, which an exception of the server tells.
        void send(EventSink sink);
    }

    /// The way to one client; waits while the client is slow.
    @FunctionalInterface
    interface EventSink {
        /// Sends an event.
        ///
        /// @param id what the client says when it comes back after a break; empty to leave it as it was
        void emit(String name, String id, String data);
    }

    static Answer json(Json body) {
        return json(200, body);
    }

    static Answer json(int status, Json body) {
        return new Document(
                status, "application/json", List.of(), body.compact().getBytes(StandardCharsets.UTF_8));
    }

    static Answer error(int status, String code, String message) {
        return json(status, JsonObject.EMPTY.with("error", code).with("message", message));
    }
}
