package dev.nudge.studio.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.studio.lab.Sessions;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests as bytes on a socket, so that nothing on this side puts them right.
class StudioServerTest {
    private static final int WAIT_MILLIS = 10_000;
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: ([0-9]+)");

    @TempDir
    Path folder;

    private StudioServer server;
    private String host;
    private String cookie;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(folder.resolve("runs/one"));
        Files.writeString(folder.resolve("runs/one/run.json"), "{\"program\": \"test\"}");
        Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(folder.resolve("elsewhere/run.json"), "{\"program\": \"secret\"}");
        Files.createSymbolicLink(folder.resolve("runs/link"), folder.resolve("elsewhere"));
        server = StudioServer.start(folder.resolve("runs"), 0);
        host = "127.0.0.1:" + server.port();
        String first = server.address().substring(("http://" + host).length());
        String welcome = send("GET " + first + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertEquals(303, status(welcome), welcome);
        assertTrue(welcome.contains("HttpOnly") && welcome.contains("SameSite=Strict"), welcome);
        int at = welcome.toLowerCase(Locale.ROOT).indexOf("set-cookie: ") + "set-cookie: ".length();
        cookie = welcome.substring(at, welcome.indexOf(';', at));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(WAIT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[4096];
            try {
                for (int read = socket.getInputStream().read(buffer);
                        read > 0;
                        read = socket.getInputStream().read(buffer)) {
                    answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                    if (isWhole(answer.toString())) {
                        return answer.toString();
                    }
                }
            } catch (SocketTimeoutException _) {
                return answer + "\ntimeout";
            }
            return answer.toString();
        }
    }

    /// Whether an answer has come to its end, as its header says.
    static boolean isWhole(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(answer);
        return end >= 0
                && length.find()
                && length.start() < end
                && answer.length() >= end + 4 + Integer.parseInt(length.group(1));
    }

    private static int status(String answer) {
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    private String ask(String method, String path, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return send(request + "Connection: close\r\n\r\n");
    }

    private String known(String method, String path) throws IOException {
        return ask(method, path, "Host: " + host, "Cookie: " + cookie, "Origin: http://" + host, "Content-Length: 0");
    }

    private static JsonObject body(String answer) {
        String text = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        return (JsonObject) Json.parse(text, "body", JsonRules.CONFIGURATION);
    }

    @Test
    void everyRouteRefusesEveryStranger() throws IOException {
        Runs runs = new Runs(folder);
        List<String> wrong = new ArrayList<>();
        for (Route route : StudioServer.routes(runs, new Streams(runs), new LabRoutes(new Sessions(), runs))) {
            String path = route.path().replace("{run}", "one").replaceAll("\\{[a-z]+}", "x");
            String method = route.method();
            expect(wrong, 401, method, path, "Host: " + host, "Origin: http://" + host);
            expect(wrong, 401, method, path, "Host: " + host, "Origin: http://" + host, "Cookie: " + cookie + "0");
            expect(
                    wrong,
                    401,
                    method,
                    path + "?token=" + cookie.substring(cookie.indexOf('=') + 1) + "0",
                    "Host: " + host);
            expect(wrong, 403, method, path, "Host: evil.example", "Cookie: " + cookie);
            expect(wrong, 403, method, path, "Host: localhost.evil.example:" + server.port(), "Cookie: " + cookie);
            expect(wrong, 403, method, path, "Host: 0.0.0.0:" + server.port(), "Cookie: " + cookie);
            expect(wrong, 403, method, path, "Host: 127.0.0.1:1", "Cookie: " + cookie);
            expect(wrong, 403, method, path, "Host: " + host, "Cookie: " + cookie, "Origin: http://evil.example");
            expect(wrong, 403, method, path, "Host: " + host, "Cookie: " + cookie, "Origin: null");
            if (method.equals("POST")) {
                expect(wrong, 403, method, path, "Host: " + host, "Cookie: " + cookie);
                expect(wrong, 405, "GET", path, "Host: " + host, "Cookie: " + cookie);
            }
        }
        assertEquals(List.of(), wrong);
    }

    private void expect(List<String> wrong, int status, String method, String path, String... headers)
            throws IOException {
        // A stranger who asks for a change and names no origin is refused for that first.
        boolean noOrigin = method.equals("POST") && List.of(headers).stream().noneMatch(h -> h.startsWith("Origin"));
        int expected = noOrigin && status == 401 ? 403 : status;
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Length: 0");
        String answer = ask(method, path, all.toArray(String[]::new));
        if (status(answer) != expected) {
            wrong.add(method + " " + path + " " + List.of(headers) + ": expected " + expected + ", found "
                    + status(answer));
        }
    }

    @Test
    void somebodyKnownSeesTheRuns() throws IOException {
        String answer = known("GET", "/api/runs");
        assertEquals(200, status(answer), answer);
        assertTrue(answer.contains("\"id\":\"one\""), answer);
        assertEquals("one", body(known("GET", "/api/runs/one")).text("id"));
    }

    @Test
    void everyAnswerForbidsForeignContent() throws IOException {
        for (String answer : List.of(known("GET", "/"), known("GET", "/api/runs"), known("GET", "/nowhere"))) {
            String lower = answer.toLowerCase(Locale.ROOT);
            for (int i = 0; i < Gate.HEADERS.size(); i += 2) {
                assertTrue(lower.contains(Gate.HEADERS.get(i).toLowerCase(Locale.ROOT) + ": "), answer);
            }
            assertFalse(answer.contains(folder.toString()), answer);
        }
    }

    @Test
    void aTakenPortIsNamed() {
        NudgeException refused = assertThrows(
                NudgeException.class,
                () -> StudioServer.start(folder, server.port()).close());
        assertEquals("E009", refused.code());
    }

    private String tell(String path, String body) throws IOException {
        return send("POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nCookie: " + cookie + "\r\nOrigin: http://"
                + host + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @Test
    void aSessionIsMadeSteppedForkedAndClosed() throws IOException {
        String made = tell("/api/lab", "{\"layers\": []}");
        assertEquals(201, status(made), made);
        String lab = "/api/lab/" + body(made).text("id");
        assertEquals(7, body(tell(lab + "/step", "{\"steps\": 7}")).integer("step"));
        assertEquals(7, body(known("GET", lab)).object("state").integer("step"));
        assertEquals(7, body(known("GET", lab + "/history")).object("batchLoss").integer("points"));
        String fork = tell(lab + "/fork", "{\"from\": \"now\", \"specification\": {\"l2\": 0.1}}");
        assertEquals(201, status(fork), fork);
        assertEquals(
                body(known("GET", lab)).object("state").text("digest"),
                body(fork).object("state").text("digest"));
        assertEquals(0, body(tell(lab + "/reset", "{}")).integer("step"));
        assertTrue(body(tell(lab + "/close", "{}")).truth("closed"));
        assertEquals(404, status(tell(lab + "/step", "{}")));
    }

    @Test
    void aSessionIsKeptAsARunAmongOthers() throws IOException {
        String lab = "/api/lab/" + body(tell("/api/lab", "{}")).text("id");
        assertEquals(400, status(tell(lab + "/record", "{}")), "before the first step");
        tell(lab + "/step", "{\"steps\": 20}");
        for (String name : List.of("\"../x\"", "\"\"", "\".x\"", "\"a/b\"", "\"" + "a".repeat(65) + "\"", "7")) {
            assertEquals(400, status(tell(lab + "/record", "{\"name\": " + name + "}")), name);
        }
        String first = tell(lab + "/record", "{}");
        assertEquals(201, status(first), first);
        assertEquals("playground-42-1", body(first).text("run"));
        assertEquals("playground-42-2", body(tell(lab + "/record", "{}")).text("run"));
        assertEquals("mine", body(tell(lab + "/record", "{\"name\": \"mine\"}")).text("run"));
        assertEquals(409, status(tell(lab + "/record", "{\"name\": \"mine\"}")));
        JsonObject run = body(known("GET", "/api/runs/mine"));
        assertEquals("playground", run.object("record").text("kind"));
        assertEquals(20, run.integer("step"));
        assertEquals(200, status(known("GET", "/api/runs/mine/export?format=json")));
        assertEquals("unrecorded", body(known("GET", "/api/runs/one")).text("status"));
        assertTrue(body(known("GET", "/api/runs/one")).text("message").contains("--no-record"));
    }

    @Test
    void whatNoSessionCanDoIsRefused() throws IOException {
        String lab = "/api/lab/" + body(tell("/api/lab", "{}")).text("id");
        for (String[] request : new String[][] {
            {"/api/lab", "{\"batch\": 1e99}"},
            {"/api/lab", "{\"seed\": \"x\"}"},
            {"/api/lab", "[]"},
            {"/api/lab", "{\"layers\": [1]}"},
            {"/api/lab", "{\"data\": {\"kind\": \"points\", \"rows\": [[]]}}"},
            {lab + "/step", "{\"steps\": 0}"},
            {lab + "/step", "{\"steps\": 10001}"},
            {lab + "/step", "{\"steps\": 99999999999999999999}"},
            {lab + "/run", "{\"stepsPerSecond\": -1}"},
            {lab + "/set", "{\"learningRate\": -1}"},
            {lab + "/set", "{\"parameter\": \"layers.0.weight\"}"},
            {lab + "/set", "{\"parameter\": \"layers.0.weight\", \"index\": [0, 0], \"value\": 1e30}"},
            {lab + "/set", "{\"parameter\": \"layers.0.weight\", \"index\": [0, -1], \"value\": 1}"},
            {lab + "/fork", "{\"from\": \"nowhere\"}"},
            {lab + "/fork", "{\"from\": \"now\", \"specification\": {\"layers\": []}}"},
        }) {
            String answer = tell(request[0], request[1]);
            assertEquals(400, status(answer), request[0] + " " + request[1] + " -> " + answer);
            assertFalse(answer.contains("at dev.nudge"), answer);
        }
        assertEquals(0, body(known("GET", lab)).object("state").integer("step"), "nothing has happened");
    }
}
