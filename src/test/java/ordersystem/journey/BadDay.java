package ordersystem.journey;

import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import ordersystem.Ports;
import org.apache.activemq.ActiveMQConnectionFactory;

/**
 * The warehouse of the examples on a bad day (shaky, down, slow, hanging, shaky), and the orders of that day, some of which
 * it refuses. As long as the system properties say; a short day by default.
 */
final class BadDay implements AutoCloseable {

    static final int ORDERS = Integer.getInteger("badday.orders", 2_000);
    static final Duration LIMIT = Duration.ofMinutes(15);
    static final Path EXAMPLE = Path.of("examples/warehouse").toAbsolutePath();

    private static final String SCRIPT = "shaky:" + Integer.getInteger("badday.shaky", 2)
            + ",down:" + Integer.getInteger("badday.down", 10)
            + ",slow:" + Integer.getInteger("badday.slow", 3)
            + ",hang:" + Integer.getInteger("badday.hang", 3)
            + ",shaky";

    private static final Pattern COUNT = Pattern.compile("(\\w+) (\\d+)=(\\d+)");

    private final Set<String> good = new TreeSet<>();
    private final Set<String> refused = new TreeSet<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = Ports.free();
    private final Process warehouse;

    /** Opens the warehouse. */
    BadDay(Path home) throws IOException {
        warehouse = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        EXAMPLE.resolve("Warehouse.java").toString(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("warehouse.txt").toFile())
                .start();
        await("the warehouse is open").atMost(Duration.ofSeconds(60)).until(() -> report().startsWith("up"));
    }

    String warehouseUrl() {
        return "http://127.0.0.1:" + port;
    }

    /** One in ten is high, one in fifty is refused. */
    void sendOrders(String brokerUrl) throws Exception {
        try (Connection connection = new ActiveMQConnectionFactory(brokerUrl).createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue("orders.incoming"))) {
            for (int i = 0; i < ORDERS; i++) {
                boolean bad = i % 50 == 7;
                String id = "B-" + i;
                (bad ? refused : good).add(id);
                producer.send(
                        session.createTextMessage(
                                "{\"orderId\":\"" + id + "\",\"customerId\":\"" + (bad ? "REFUSED" : "17850")
                                        + "\",\"priority\":\"" + (i % 10 == 0 || i % 100 == 57 ? "HIGH" : "NORMAL")
                                        + "\",\"lines\":[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}]}"),
                        DeliveryMode.PERSISTENT,
                        4,
                        0);
                if (i % 500 == 499) {
                    session.commit();
                }
            }
            session.commit();
        }
    }

    void begin() throws InterruptedException {
        http(HttpRequest.newBuilder(uri("/mode?" + SCRIPT)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Shaky again, after it hung. */
    boolean isOver() throws InterruptedException {
        String report = report();
        return report.startsWith("shaky") && report.contains("hang");
    }

    Set<String> good() {
        return good;
    }

    Set<String> refused() {
        return refused;
    }

    /** Keys of the orders that the warehouse has. */
    Set<String> taken() throws InterruptedException {
        return Set.of(http(HttpRequest.newBuilder(uri("/orders"))).split("\n"));
    }

    /** Calls that the warehouse answered so: names of its modes, and statuses, both regular expressions. */
    long calls(String mode, String status) throws InterruptedException {
        return COUNT.matcher(report())
                .results()
                .filter(count -> count.group(1).matches(mode) && count.group(2).matches(status))
                .mapToLong(BadDay::number)
                .sum();
    }

    private static long number(MatchResult count) {
        return Long.parseLong(count.group(3));
    }

    /** Calls in all, in vain while it was down, and for what it had taken before. */
    String figures() throws InterruptedException {
        return "%,d calls, %,d in vain while it was down, %,d for what it had; %s"
                .formatted(calls(".*", ".*"), calls("down", "503"), calls(".*", "409"), report().strip());
    }

    private String report() throws InterruptedException {
        return http(HttpRequest.newBuilder(uri("/report")));
    }

    private URI uri(String path) {
        return URI.create(warehouseUrl() + path);
    }

    private String http(HttpRequest.Builder request) throws InterruptedException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return ""; // not open yet
        }
    }

    @Override
    public void close() {
        warehouse.destroyForcibly();
    }
}
