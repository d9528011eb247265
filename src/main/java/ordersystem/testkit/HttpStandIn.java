package ordersystem.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

/**
 * A small HTTP server in the place of what your routes call: keeps the requests, and answers with the status that it is told to.
 * Listens on a free port of 127.0.0.1. Thread-safe.
 */
public final class HttpStandIn implements AutoCloseable {

    /**
     * @param path with its query, such as {@code /orders?test=1}
     * @param headers by name, whatever the capitals; of several values the first
     */
    public record Request(String method, String path, Map<String, String> headers, String body) {

        /** Empty where there is no such header. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile ToIntFunction<Request> answer = request -> 204;

    private HttpStandIn(HttpServer server) {
        this.server = server;
    }

    /** Answers 204 until it is told otherwise. */
    public static HttpStandIn start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            HttpStandIn standIn = new HttpStandIn(server);
            server.setExecutor(standIn.threads);
            server.createContext("/", standIn::handle);
            server.start();
            return standIn;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code http://127.0.0.1:PORT}, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on every request gets this status. */
    public HttpStandIn answer(int status) {
        return answer(request -> status);
    }

    /** From now on each request gets the status that this says. */
    public HttpStandIn answer(ToIntFunction<Request> status) {
        answer = status;
        return this;
    }

    /** What has come so far, in the order in which it came. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(request);
            exchange.sendResponseHeaders(answer.applyAsInt(request), -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
