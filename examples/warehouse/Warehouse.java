import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * A small warehouse with an HTTP interface, to try OrderSystem with, on its good days and its bad ones. Needs Java 17 and
 * nothing else:
 *
 * <pre>
 *   java examples/warehouse/Warehouse.java 8090
 *   curl -X POST 'http://127.0.0.1:8090/mode?down'
 * </pre>
 *
 * <p>Several modes in a row, each with the seconds that it lasts, are a script:
 * {@code /mode?shaky:20,down:60,slow:20,hang:20,up}.
 *
 * <p>{@code POST /orders} takes an order under its {@code Idempotency-Key}: 201, or 409 where it was taken before, or 400
 * where the customer is REFUSED. {@code POST /mode?NAME} sets how it is from now on:
 *
 * <pre>
 *   up         20 ms a call
 *   shaky      the same, and one call in twenty fails with 503, half of them after the order was taken
 *   down       503 at once
 *   lenient    as up, and the customer REFUSED is served too
 *   slow       300 ms a call
 *   hang       no answer until the mode changes
 * </pre>
 *
 * <p>{@code GET /report} tells what happened, {@code GET /orders} the keys taken, one a line.
 */
public final class Warehouse {

    private static final int THREADS = 400;

    /** By key, how often the order was taken: more than once would be wrong, and cannot be. */
    private final Map<String, LongAdder> taken = new ConcurrentHashMap<>();

    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private volatile String mode = "up";

    public static void main(String[] arguments) throws IOException {
        int port = arguments.length == 0 ? 8090 : Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        Warehouse warehouse = new Warehouse();
        server.createContext("/orders", warehouse::orders);
        server.createContext("/mode", warehouse::mode);
        server.createContext("/report", exchange -> answer(exchange, 200, warehouse.report()));
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.start();
        System.out.println("The warehouse is open at http://127.0.0.1:" + server.getAddress().getPort() + "/orders");
    }

    private void orders(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            answer(exchange, 200, taken.keySet().stream().sorted().collect(Collectors.joining("\n")));
            return;
        }
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        int status = key == null ? 400 : take(key, body, mode);
        answers.computeIfAbsent(mode + " " + status, name -> new LongAdder()).increment();
        answer(exchange, status, "");
    }

    private int take(String key, String body, String now) {
        switch (now) {
            case "down" -> {
                return 503;
            }
            case "hang" -> hang();
            case "slow" -> pause(300);
            default -> pause(20);
        }
        if (body.contains("\"REFUSED\"") && !now.equals("lenient")) {
            return 400;
        }
        double dice = now.equals("shaky") ? ThreadLocalRandom.current().nextDouble() : 1;
        if (dice < 0.025) {
            return 503;
        }
        LongAdder times = new LongAdder();
        times.increment();
        boolean first = taken.putIfAbsent(key, times) == null;
        return dice < 0.05 ? 503 : first ? 201 : 409;
    }

    private void mode(HttpExchange exchange) throws IOException {
        long after = 0;
        for (String each : String.valueOf(exchange.getRequestURI().getQuery()).split(",")) {
            String[] parts = each.split(":");
            clock.schedule(() -> become(parts[0]), after, TimeUnit.SECONDS);
            after += parts.length == 1 ? 0 : Long.parseLong(parts[1]);
        }
        answer(exchange, 200, "");
    }

    private synchronized void become(String next) {
        mode = next;
        notifyAll();
        System.out.println("The warehouse is " + next);
    }

    private synchronized void hang() {
        try {
            while (mode.equals("hang")) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String report() {
        return mode + "; " + taken.size() + " orders taken; answers by mode: " + new TreeMap<>(answers) + "\n";
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    /** What takes time in a warehouse. */
    private static void pause(long millis) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
