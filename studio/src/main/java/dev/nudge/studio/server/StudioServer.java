package dev.nudge.studio.server;

import dev.nudge.studio.lab.Sessions;
import dev.nudge.train.io.NudgeException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.sse.SseSink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Serves the studio to the browser of this machine.
///
/// Only the loopback address is bound. Who comes is checked by a gate, what has no route is refused, and bodies,
/// headers, connections and idle time are bounded.
public final class StudioServer implements AutoCloseable {
    /// The port, unless another is asked for.
    public static final int PORT = 6464;

    private static final int BODY_BYTES = 1 << 20;
    private static final int CONNECTIONS = 256;
    private static final int LINE_BYTES = 4096;
    private static final int HEADER_BYTES = 16 << 10;
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final long LAST_SECONDS = 2; // for clients to be told that a stream ends

    private static final HeaderName LAST_EVENT = HeaderNames.create("Last-Event-ID");

    private final WebServer server;
    private final Gate gate;
    private final Streams streams;
    private final LabRoutes labs;
    private final Phaser listening; // one for each stream, and one for the server
    private final int port;

    private StudioServer(WebServer server, Gate gate, Streams streams, LabRoutes labs, Phaser listening, int port) {
        this.server = server;
        this.gate = gate;
        this.streams = streams;
        this.labs = labs;
        this.listening = listening;
        this.port = port;
    }

    /// Starts a server for the runs in `folder`.
    ///
    /// @param port the port, or 0 for a free one
    /// @throws NudgeException (E009) if the port is taken
    public static StudioServer start(Path folder, int port) {
        int chosen = free(port);
        Gate gate = Gate.of(chosen);
        Runs runs = new Runs(folder);
        Streams streams = new Streams(runs);
        LabRoutes labs = new LabRoutes(new Sessions(), runs);
        Router router = new Router(routes(runs, streams, labs));
        Phaser listening = new Phaser(1);
        // Keep the defaults of the machine out of it: no configuration file is looked for.
        WebServer server = WebServer.builder()
                .address(InetAddress.getLoopbackAddress())
                .port(chosen)
                .maxPayloadSize(BODY_BYTES)
                .maxTcpConnections(CONNECTIONS)
                .idleConnectionTimeout(IDLE)
                .shutdownHook(false)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(LINE_BYTES)
                        .maxHeadersSize(HEADER_BYTES)
                        .build())
                .routing(routing ->
                        routing.any((request, response) -> serve(gate, router, listening, request, response)))
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            throw taken(chosen, e);
        }
        return new StudioServer(server, gate, streams, labs, listening, chosen);
    }

    /// Everything that the server answers.
    static List<Route> routes(Runs runs, Streams streams, LabRoutes labs) {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("/", Assets::page));
        routes.add(Route.get("/assets/{file}", Assets::asset));
        routes.addAll(new RunRoutes(runs, streams).routes());
        routes.addAll(labs.routes());
        return routes;
    }

    // The server shares its port with other listeners that allow it, which would let a stranger listen too; a plain
    // socket shares with nobody, so it finds out whether the port is free.
    private static int free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw taken(port, e);
        }
    }

    private static NudgeException taken(int port, Exception cause) {
        return new NudgeException(
                "E009",
                "--port",
                "port " + port + " cannot be used (" + cause.getMessage()
                        + "). Another studio may have it: close that, or take a free one with --port 0.",
                cause);
    }

    /// The address to open in the browser; it lets in whoever has it, so it is for the person who started the server.
    public String address() {
        return "http://127.0.0.1:" + port + gate.firstPath();
    }

    /// The port.
    public int port() {
        return port;
    }

    private static void serve(
            Gate gate, Router router, Phaser listening, ServerRequest request, ServerResponse response) {
        for (int i = 0; i < Gate.HEADERS.size(); i += 2) {
            response.header(Gate.HEADERS.get(i), Gate.HEADERS.get(i + 1));
        }
        if (request.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        Answer answer;
        try {
            answer = answer(gate, router, request);
        } catch (RefusedException e) {
            answer = Answer.error(e.status(), e.code(), String.valueOf(e.getMessage()));
        } catch (NudgeException e) {
            answer = Answer.error(400, e.code(), e.problem());
        } catch (IllegalArgumentException e) { // what a layer or a rule will not have
            answer = Answer.error(400, "bad_request", String.valueOf(e.getMessage()));
        }
        switch (answer) {
            case Answer.Document document -> {
                Answer.Document it = unpacks(request) ? document : Assets.unpacked(document);
                for (int i = 0; i < it.headers().size(); i += 2) {
                    response.header(it.headers().get(i), it.headers().get(i + 1));
                }
                response.status(Status.create(it.status()));
                response.header(HeaderNames.CONTENT_TYPE.defaultCase(), it.type());
                response.send(it.body());
            }
            case Answer.Events it -> {
                listening.register();
                try (SseSink sink = response.sink(SseSink.TYPE)) {
                    it.listener().send((name, id, data) -> {
                        SseEvent.Builder event = SseEvent.builder().name(name).data(data);
                        sink.emit(id.isEmpty() ? event.build() : event.id(id).build());
                    });
                } finally {
                    listening.arriveAndDeregister();
                }
            }
        }
    }

    private static boolean unpacks(ServerRequest request) {
        return request.headers().contains(HeaderNames.ACCEPT_ENCODING)
                && request.headers().get(HeaderNames.ACCEPT_ENCODING).values().contains("gzip");
    }

    private static Answer answer(Gate gate, Router router, ServerRequest request) {
        String method = request.prologue().method().text();
        String path = request.path().path();
        // A target may also be a whole address, which names a host of its own, or no address at all.
        if (path == null || !request.prologue().uriPath().rawPath().startsWith("/")) {
            throw new RefusedException(403, "host_not_allowed", "this server is asked for paths of its own only");
        }
        Optional<Answer> welcome = gate.check(new Gate.Visitor(
                method,
                path,
                request.headers().first(HeaderNames.HOST),
                request.headers().first(HeaderNames.ORIGIN),
                request.headers().first(HeaderNames.COOKIE),
                request.query().first("token").asOptional()));
        if (request.headers().contains(HeaderNames.TRANSFER_ENCODING)) { // the pages never send bodies of open length
            throw new RefusedException(411, "length_required", "a body needs its length beforehand");
        }
        return welcome.orElseGet(() -> router.answer(
                method,
                path,
                name -> request.query().first(name).asOptional(),
                request.headers().first(LAST_EVENT),
                () -> request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0]));
    }

    /// Stops the server, after whoever listens to a stream has been let go.
    @Override
    public void close() {
        streams.close();
        labs.close();
        try {
            listening.awaitAdvanceInterruptibly(listening.arrive(), LAST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            // Somebody does not read what is sent; that stream is cut off.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        server.stop();
    }
}
