package dev.nudge.studio.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the server says to requests that nobody means well with, from bytes that are no request to
/// a request of somebody who is known and asks for too much. Status 0: the connection is closed
/// without an answer.
class HostileRequestsTest {
    private static final int WAIT_MILLIS = 10_000;
    private static final String SECRET = "nobody-may-read-this";

    private static StudioServer server;
    private static String host;
    private static String cookie;

    private final Map<String, String> requests = new LinkedHashMap<>();
    private final Map<String, List<Integer>> expected = new LinkedHashMap<>();

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("runs/one"));
        Files.writeString(folder.resolve("runs/one/run.json"), "{\"program\": \"test\"}");
        Files.writeString(folder.resolve("secret.txt"), SECRET);
        Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(folder.resolve("elsewhere/run.json"), "{\"program\": \"" + SECRET + "\"}");
        Files.createSymbolicLink(folder.resolve("runs/link"), folder.resolve("elsewhere"));
        server = StudioServer.start(folder.resolve("runs"), 0);
        host = "127.0.0.1:" + server.port();
        cookie = "nudge-studio-" + server.port() + "="
                + server.address().substring(server.address().indexOf('=') + 1);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private void row(String name, String request, Integer... statuses) {
        assertEquals(null, requests.put(name, request), "twice: " + name);
        expected.put(name, List.of(statuses));
    }

    private static String good() {
        return "Host: " + host + "\r\nCookie: " + cookie + "\r\nOrigin: http://" + host + "\r\nConnection: close\r\n";
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n" + good() + "\r\n";
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\n" + good() + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    private void rows() {
        // ---- who asks
        String bare = "GET /api/runs HTTP/1.1\r\nConnection: close\r\n";
        String known = "Cookie: " + cookie + "\r\n";
        row("no Host", bare + known + "\r\n", 400, 403);
        row("two Hosts", bare + "Host: " + host + "\r\nHost: evil.example\r\n" + known + "\r\n", 400, 403);
        row("a foreign Host", bare + "Host: evil.example\r\n" + known + "\r\n", 403);
        row("a foreign Host that begins well", bare + "Host: localhost.evil.example\r\n" + known + "\r\n", 403);
        row("Host 0.0.0.0", bare + "Host: 0.0.0.0:" + server.port() + "\r\n" + known + "\r\n", 403);
        row("another port", bare + "Host: 127.0.0.1:1\r\n" + known + "\r\n", 403);
        row("Host with a user", bare + "Host: x@" + host + "\r\n" + known + "\r\n", 400, 403);
        row("Host with a zero byte", bare + "Host: " + host + "\u0000\r\n" + known + "\r\n", 400, 0);
        row("no cookie", bare + "Host: " + host + "\r\n\r\n", 401);
        row("an empty cookie", bare + "Host: " + host + "\r\nCookie: \r\n\r\n", 401);
        row("a cookie too long", bare + "Host: " + host + "\r\nCookie: " + cookie + "0\r\n\r\n", 401);
        row(
                "a cookie too short",
                bare + "Host: " + host + "\r\nCookie: " + cookie.replaceAll(".$", "") + "\r\n\r\n",
                401);
        row("the cookie of another port", bare + "Host: " + host + "\r\nCookie: x" + cookie + "\r\n\r\n", 401);
        row(
                "the token in the query of the API",
                bare.replace("/api/runs", "/api/runs?token=" + cookie.substring(cookie.indexOf('=') + 1)) + "Host: "
                        + host + "\r\n\r\n",
                401);
        row("a wrong token", "GET /?token=00 HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n", 401);
        row("a foreign Origin", bare + "Host: " + host + "\r\n" + known + "Origin: http://evil.example\r\n\r\n", 403);
        row("Origin null", bare + "Host: " + host + "\r\n" + known + "Origin: null\r\n\r\n", 403);
        row("Origin by https", bare + "Host: " + host + "\r\n" + known + "Origin: https://" + host + "\r\n\r\n", 403);
        row(
                "a stream without a cookie",
                "GET /api/runs/one/stream HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n",
                401);
        row(
                "a stream for a foreign page",
                "GET /api/runs/one/stream HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n" + known
                        + "Origin: http://evil.example\r\n\r\n",
                403);
        row(
                "a change without Origin",
                "POST /api/lab HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n" + known
                        + "Content-Length: 2\r\n\r\n{}",
                403);
        row(
                "a change as a form of a foreign page",
                "POST /api/lab HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n" + known
                        + "Origin: http://evil.example\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
                403);
        // ---- how it is asked
        row("GET for a change", get("/api/runs/one/wish"), 405);
        row("TRACE", get("/").replace("GET", "TRACE"), 400, 405);
        row("BREW", get("/").replace("GET", "BREW"), 400, 403, 405);
        row("PUT", get("/api/runs").replace("GET", "PUT"), 405);
        row("DELETE", get("/api/runs/one").replace("GET", "DELETE"), 405);
        row("OPTIONS for all", get("*").replace("GET", "OPTIONS"), 403);
        row(
                "a method in a header",
                get("/api/runs/one/wish").replace("\r\n\r\n", "\r\nX-HTTP-Method-Override: POST\r\n\r\n"),
                405);
        row("CONNECT", get("evil.example:80").replace("GET", "CONNECT"), 403);
        row("an address of another host", get("http://evil.example/"), 403);
        row(
                "an upgrade to WebSocket",
                get("/api/nothing")
                        .replace(
                                "Connection: close",
                                "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="),
                400,
                404);
        row("HTTP/9.9", get("/").replace("HTTP/1.1", "HTTP/9.9"), 400, 505);
        row("HTTP/0.9", "GET /\r\n\r\n", 400, 0);
        row("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 505, 0);
        row("a TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n", 400, 0);
        row("nothing but an end of line", "\r\n\r\n", 400, 0);
        row("a space before a colon", get("/").replace("Host:", "Host :"), 400);
        row("a folded header", get("/").replace("\r\n\r\n", "\r\nX: a\r\n b\r\n\r\n"), 400);
        row("a path without end", get("/" + "a".repeat(100_000)), 400, 414);
        row(
                "a header without end",
                get("/").replace("\r\n\r\n", "\r\nX: " + "a".repeat(100_000) + "\r\n\r\n"),
                400,
                413,
                431);
        row(
                "headers without end",
                get("/").replace("\r\n\r\n", "\r\n" + "X: a\r\n".repeat(20_000) + "\r\n"),
                400,
                413,
                431);
        row("a length that no disk holds", post("/api/lab", "").replace("Length: 0", "Length: 99999999999999"), 413);
        row("a length just above the bound", post("/api/lab", "").replace("Length: 0", "Length: 1048577"), 413);
        row("a negative length", post("/api/lab", "").replace("Length: 0", "Length: -1"), 400);
        row("a length that is no number", post("/api/lab", "").replace("Length: 0", "Length: two"), 400);
        row("two lengths", post("/api/lab", "{}").replace("Length: 2", "Length: 2\r\nContent-Length: 0"), 400);
        row(
                "length and chunks",
                post("/api/lab", "{}").replace("Length: 2", "Length: 2\r\nTransfer-Encoding: chunked"),
                400,
                411);
        row(
                "chunks of no size",
                post("/api/lab", "zz\r\n\r\n").replace("Content-Length: 6", "Transfer-Encoding: chunked"),
                400,
                411);
        // ---- for what
        row("up from the page", get("/../secret.txt"), 400, 404);
        row("up from the page, hidden", get("/%2e%2e/secret.txt"), 400, 404);
        row("up from the assets", get("/assets/..%2findex.html"), 400, 404);
        row("up twice from the assets", get("/assets/%2e%2e/%2e%2e/etc/passwd"), 400, 404);
        row("a file beside", get("/secret.txt"), 404);
        row("a path of two slashes", get("//secret.txt"), 400, 404);
        row("the run above", get("/api/runs/.."), 400, 404);
        row("the run above, hidden", get("/api/runs/%2e%2e"), 400, 404);
        row("a run elsewhere", get("/api/runs/..%2felsewhere"), 400, 404);
        row("a run elsewhere, hidden twice", get("/api/runs/%252e%252e%252felsewhere"), 400, 404);
        row("a run by a link", get("/api/runs/link"), 403);
        row("the curve of a run by a link", get("/api/runs/link/curve?series=loss"), 403);
        row("the export of a run by a link", get("/api/runs/link/export?format=zip"), 403);
        row("a run of the system", get("/api/runs/%2fproc%2fself%2fenviron"), 400, 404);
        row("a run with a zero byte", get("/api/runs/one%00"), 400, 404);
        row("a run with an end of line", get("/api/runs/one%0d%0aX:%20y"), 400, 404);
        row("a run by a backslash", get("/api/runs/..%5celsewhere"), 400, 404);
        row("a run with a bad escape", get("/api/runs/%zz"), 400, 404);
        row("a name with a script", get("/api/runs/%3Cscript%3E"), 400, 404);
        row("no series", get("/api/runs/one/curve"), 400);
        row("a width that is no number", get("/api/runs/one/curve?series=loss&width=NaN"), 400);
        row("an unknown format", get("/api/runs/one/export?format=file:///etc/passwd"), 400);
        row("a session that is none", get("/api/lab/..%2f..%2fruns"), 400, 404);
        // ---- with what
        row("a body that is no JSON", post("/api/lab", "not json"), 400);
        row("a body of nothing", post("/api/lab", ""), 400);
        row("a body of no object", post("/api/lab", "[]"), 400);
        row("a body without end", post("/api/lab", "[".repeat(100_000)), 400);
        row(
                "a body that is no UTF-8",
                "POST /api/lab HTTP/1.1\r\n" + good() + "Content-Length: 4\r\n\r\n{\"\u00ff\"",
                400);
        row("a member twice", post("/api/lab", "{\"seed\": 1, \"seed\": 2}"), 400);
        row("a member that nobody knows", post("/api/lab", "{\"__proto__\": {}}"), 400);
        row("a number for a text", post("/api/runs/one/wish", "{\"kind\": 7}"), 400);
        row("a wish that nobody knows", post("/api/runs/one/wish", "{\"kind\": \"explode\"}"), 400);
        row(
                "a learning rate that is none",
                post("/api/runs/one/wish", "{\"kind\": \"learningRate\", \"value\": \"NaN\"}"),
                400);
        row(
                "more points than memory",
                post("/api/lab", "{\"data\": {\"kind\": \"circle\", \"points\": 2000000000}}"),
                400);
        row(
                "more units than memory",
                post("/api/lab", "{\"layers\": [{\"units\": 1000000000, \"activation\": \"tanh\"}]}"),
                400);
        row("a batch beyond numbers", post("/api/lab", "{\"batch\": 1e99}"), 400);
        row(
                "rates without end",
                post("/api/rates", "{\"rates\": [" + "0.1,".repeat(500) + "0.1], \"steps\": 1000000000}"),
                400);
    }

    private static String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(WAIT_MILLIS);
            StringBuilder answer = new StringBuilder();
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (SocketException _) {
                // it has heard enough; what it says is there all the same
            }
            byte[] buffer = new byte[4096];
            try {
                for (int read = socket.getInputStream().read(buffer);
                        read > 0;
                        read = socket.getInputStream().read(buffer)) {
                    answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                    if (StudioServerTest.isWhole(answer.toString())) {
                        break;
                    }
                }
            } catch (SocketTimeoutException _) {
                return answer.isEmpty() ? "timeout" : answer.toString();
            } catch (SocketException _) {
                // closed while more was on its way to it
            }
            return answer.toString();
        }
    }

    private static int status(String answer) {
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : answer.isEmpty() ? 0 : -1;
    }

    @Test
    void everyHostileRequestIsRefusedAsItShouldBe() throws IOException {
        rows();
        assertTrue(requests.size() >= 64, requests.size() + " requests");
        List<String> wrong = new ArrayList<>();
        for (var each : requests.entrySet()) {
            String answer = send(each.getValue());
            boolean isAsExpected = expected.get(each.getKey()).contains(status(answer));
            boolean tells = answer.contains(SECRET) || answer.contains("at dev.nudge") || answer.contains("Exception");
            if (!isAsExpected || tells) {
                wrong.add(each.getKey() + ": expected " + expected.get(each.getKey()) + ", found "
                        + answer.substring(0, Math.min(answer.length(), 400)) + "\n");
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(200, status(send(get("/api/runs"))), "and it still serves");
    }
}
