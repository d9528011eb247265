package ordersystem.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {

    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final int MANY = 500;
    private static final String LARGE = "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger handled = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Connections connections = new Connections(vertx, LIMIT, LIMIT);
        Vertx watching = connections.watching();
        Router router = Router.router(watching);
        router.route().handler(connections.before(request -> {
            handled.incrementAndGet();
            if (request.normalizedPath().equals("/slow")) {
                // Longer than any limit.
                request.vertx().setTimer(4 * LIMIT.toMillis(), late -> request.end("done"));
            } else if (request.normalizedPath().equals("/large")) {
                request.vertx().setTimer(1, late -> request.end("a".repeat(100_000)));
            } else {
                request.request().bodyHandler(body -> request.end("done"));
            }
        }));
        server = watching.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(router)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** What comes until the server closes; it fails where that takes half a minute. */
    private String answer(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        assertThat(answer("")).isEmpty();
        assertThat(answer("GET / HTTP/1.1\r\nHost: localhost\r\nX: never en")).isEmpty();
        assertThat(answer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).endsWith("done");
    }

    @Test
    void aBodyThatDoesNotComeClosesItsConnection() throws IOException {
        assertThat(answer("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"))
                .isEmpty();
    }

    @Test
    void anAnswerMayTakeItsTime() throws IOException {
        assertThat(answer("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")).endsWith("done");
    }

    private void awaitNoMoreHandled() {
        AtomicInteger before = new AtomicInteger();
        await().during(LIMIT).until(() -> handled.get() > 0 && before.getAndSet(handled.get()) == handled.get());
    }

    @Test
    void ofWhoAsksOnAndReadsNothingNotEverythingIsAnswered() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.getOutputStream().write(LARGE.repeat(MANY).getBytes(ISO_8859_1));

            awaitNoMoreHandled();
        }
        assertThat(handled).hasValueLessThan(MANY);
    }

    @Test
    void ofWhoAskedAndIsGoneNotEverythingIsAnswered() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.getOutputStream().write(LARGE.repeat(MANY).getBytes(ISO_8859_1));
        }

        awaitNoMoreHandled();
        assertThat(handled).hasValueLessThan(MANY);
    }

    @Test
    void whoReadsMayAskOnWithoutWaiting() throws IOException {
        String one = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

        assertThat(answer(one.repeat(MANY)).split("done", -1)).hasSize(MANY + 1);
    }
}
