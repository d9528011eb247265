package ordersystem.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A small real HTTP server with prepared answers, where a running system's management port would be. */
public final class SystemStandIn implements AutoCloseable {

    /**
     * What came in.
     *
     * @param target path and query, as sent
     */
    public record Request(String method, String target, String operator, String contentType, String body) {}

    private record Prepared(int status, String contentType, String body) {}

    private final HttpServer server;
    private final Map<String, Deque<Prepared>> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    public SystemStandIn() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The next answer to this; the last one that is prepared stays. */
    public SystemStandIn answers(String methodAndTarget, int status, String json) {
        String type = status / 100 == 2 ? "application/json" : "application/problem+json";
        return answers(methodAndTarget, new Prepared(status, type, json));
    }

    /** Not what OrderSystem would say. */
    public SystemStandIn answersInHtml(String methodAndTarget, int status) {
        return answers(methodAndTarget, new Prepared(status, "text/html", "<h1>" + status + "</h1>"));
    }

    /** The connection breaks when this was read. */
    public SystemStandIn breaksOff(String methodAndTarget) {
        return answers(methodAndTarget, new Prepared(0, "", ""));
    }

    private SystemStandIn answers(String methodAndTarget, Prepared prepared) {
        answers.computeIfAbsent(methodAndTarget, key -> new ArrayDeque<>()).add(prepared);
        return this;
    }

    public List<Request> requests() {
        return requests;
    }

    public Request request() {
        if (requests.size() != 1) {
            throw new AssertionError("not one request: " + requests);
        }
        return requests.get(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestURI().toString();
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    target,
                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Operator")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Deque<Prepared> prepared =
                    answers.getOrDefault(exchange.getRequestMethod() + " " + target, new ArrayDeque<>());
            Prepared answer = prepared.size() > 1 ? prepared.remove() : prepared.peek();
            if (answer == null) {
                answer = new Prepared(404, "text/html", "<h1>Resource not found</h1>");
            }
            if (answer.status() == 0) {
                throw new IOException("as prepared");
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
