package dev.nudge.studio.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Lets in only the person who started the server.
///
/// - The address that the server prints carries a random token; it is exchanged for a cookie that scripts
///   cannot read and that other sites cannot make the browser send. Every request needs the cookie.
/// - The `Host` has to be this machine, so that a foreign name that resolves to it (DNS rebinding) is refused.
/// - A request that changes something needs the `Origin` of this server, so that a page of another site cannot make it.
final class Gate {
    private static final int TOKEN_BYTES = 32;

    /// On every answer: nothing from elsewhere is loaded or run, nothing here is framed, guessed or kept.
    static final List<String> HEADERS = List.of(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data: blob:; object-src 'none';"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private final String token;
    private final String cookie;
    private final Set<String> hosts;

    private Gate(String token, String cookie, Set<String> hosts) {
        this.token = token;
        this.cookie = cookie;
        this.hosts = hosts;
    }

    /// A gate with a new token for the server on `port`.
    static Gate of(int port) {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        // A cookie belongs to all ports of a host, so its name says which server it is for.
        return new Gate(
                HexFormat.of().formatHex(bytes),
                "nudge-studio-" + port,
                Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port));
    }

    /// The address to open first.
    String firstPath() {
        return "/?token=" + token;
    }

    /// What the gate has to know of a request.
    ///
    /// @param method HTTP method
    /// @param path   path without the query
    /// @param host   the header Host
    /// @param origin the header Origin
    /// @param cookie the header Cookie
    /// @param token  the token in the query
    record Visitor(
            String method,
            String path,
            Optional<String> host,
            Optional<String> origin,
            Optional<String> cookie,
            Optional<String> token) {}

    /// Looks at a visitor.
    ///
    /// @return the answer that lets in somebody who brings the token, or empty for a visitor who is known
    /// @throws RefusedException if the visitor has no business here
    Optional<Answer> check(Visitor visitor) {
        if (!visitor.host().map(hosts::contains).orElse(false)) {
            throw new RefusedException(403, "host_not_allowed", "this server answers to this machine only");
        }
        boolean looks = visitor.method().equals("GET") || visitor.method().equals("HEAD");
        boolean own = visitor.origin()
                .map(origin -> origin.startsWith("http://") && hosts.contains(origin.substring("http://".length())))
                .orElse(looks);
        if (!own) {
            throw new RefusedException(403, "origin_not_allowed", "the request comes from another site");
        }
        if (looks && visitor.path().equals("/") && visitor.token().isPresent()) {
            if (!same(visitor.token().get(), token)) {
                throw stranger();
            }
            return Optional.of(new Answer.Document(
                    303,
                    "text/plain",
                    List.of(
                            "Location",
                            "/",
                            "Set-Cookie",
                            cookie + "=" + token + "; HttpOnly; SameSite=Strict; Path=/"),
                    new byte[0]));
        }
        if (!knows(visitor.cookie().orElse(""))) {
            throw stranger();
        }
        return Optional.empty();
    }

    private static RefusedException stranger() {
        return new RefusedException(
                401, "token_needed", "open the address that nudge studio printed; it changes with every start");
    }

    private boolean knows(String cookies) {
        for (String each : cookies.split(";", -1)) {
            String[] pair = each.strip().split("=", 2);
            if (pair.length == 2 && pair[0].equals(cookie) && same(pair[1], token)) {
                return true;
            }
        }
        return false;
    }

    /// Compares in a time that does not depend on where the texts differ.
    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
