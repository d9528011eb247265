package ordersystem.routes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** A small warehouse over HTTP, told to fail and to recover. It knows an order by its Idempotency-Key. */
final class HttpWarehouse implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> taken = new ConcurrentHashMap<>();
    private final Map<String, String> traces = new ConcurrentHashMap<>();
    private final AtomicInteger present = new AtomicInteger();
    private final AtomicInteger mostPresent = new AtomicInteger();
    private volatile boolean down;
    private volatile int failing;

    HttpWarehouse() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            mostPresent.accumulateAndGet(present.incrementAndGet(), Math::max);
            String orderId = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            calls.add(orderId);
            String trace = exchange.getRequestHeaders().getFirst("traceparent");
            if (trace != null) {
                traces.put(orderId, trace);
            }
            boolean away = down || failing > ThreadLocalRandom.current().nextInt(100);
            if (!away) {
                taken.computeIfAbsent(orderId, id -> new AtomicInteger()).incrementAndGet();
            }
            present.decrementAndGet();
            exchange.sendResponseHeaders(away ? 503 : 204, -1);
        }
    }

    /** @param percent of the calls, by chance */
    void failSometimes(int percent) {
        failing = percent;
    }

    void goDown() {
        down = true;
    }

    void comeUp() {
        down = false;
    }

    /** Order ids in the order of the calls, tries in line included. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** How often each order was taken. */
    Map<String, AtomicInteger> taken() {
        return taken;
    }

    /** The trace that each order's last call was in; none where it was in none. */
    Map<String, String> traces() {
        return traces;
    }

    /** How many calls were there at the same time, at most, since this was last asked. */
    int mostAtOnce() {
        return mostPresent.getAndSet(0);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
