package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The warehouse of the examples on a bad day: shaky, down, slow, hanging, and some orders that it refuses. As long as the
 * system properties say; a short day by default.
 */
class BadDayIT {

    private static final int ORDERS = Integer.getInteger("badday.orders", 2_000);
    private static final int SHAKY = Integer.getInteger("badday.shaky", 2);
    private static final int DOWN = Integer.getInteger("badday.down", 10);
    private static final int SLOW = Integer.getInteger("badday.slow", 3);
    private static final int HANG = Integer.getInteger("badday.hang", 3);
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = ProgramUnderTest.freePort();

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("BadDayIT")
            .with("ORDERS_BRAKE_MODE", System.getProperty("badday.brake", "on"))
            .with("ORDERS_BRAKE_PROBE_INTERVAL", "1s")
            .with("ORDERS_BRAKE_RAMP", "3s");

    private @Nullable Process warehouse;

    @AfterEach
    void closeTheWarehouse() {
        if (warehouse != null) {
            warehouse.destroyForcibly();
        }
    }

    @Test
    void everyOrderIsTakenOnceAndOnlyThoseThatTheWarehouseRefusesAreDeadLetters() throws Exception {
        Path example = Path.of("examples/warehouse").toAbsolutePath();
        warehouse = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        example.resolve("Warehouse.java").toString(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(program.home().resolve("warehouse.txt").toFile())
                .start();
        await("the warehouse is open").atMost(Duration.ofSeconds(60)).until(() -> report().startsWith("up"));
        program.useExample(example.resolve("40-fulfilment.camel.yaml"));
        program.editRoute("40-fulfilment.camel.yaml", "{{warehouse.url}}", "http://127.0.0.1:" + port);
        program.start();

        Set<String> good = new TreeSet<>();
        Set<String> refused = new TreeSet<>();
        send(good, refused);
        http(HttpRequest.newBuilder(
                        uri("/mode?shaky:" + SHAKY + ",down:" + DOWN + ",slow:" + SLOW + ",hang:" + HANG + ",shaky"))
                .POST(HttpRequest.BodyPublishers.noBody()));
        List<String> states = new ArrayList<>();
        await("the bad day is over")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    String state = stats().path("brake").path("state").asText();
                    if (states.isEmpty() || !states.get(states.size() - 1).equals(state)) {
                        states.add(state);
                    }
                    return report().startsWith("shaky") && report().contains("hang");
                });
        long over = System.nanoTime();
        long open = stats().path("pending").asLong() + stats().path("arriving").asLong();
        await("everything is worked off")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    JsonNode stats = stats();
                    return stats.path("processed").asInt() == good.size()
                            && stats.path("failed").asInt() == refused.size();
                });

        System.out.printf(
                "bad day: %,d orders, brake %s: %s; %,d were open when it was over, %d ms later none; %s%n",
                ORDERS,
                System.getProperty("badday.brake", "on"),
                states,
                open,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - over),
                report().strip());
        assertThat(Set.of(http(HttpRequest.newBuilder(uri("/orders"))).split("\n")))
                .isEqualTo(good);
        List<OutsideAccount.DeadLetter> dead = Reckoning.of(program).deadLetters();
        assertThat(dead).extracting(OutsideAccount.DeadLetter::id).containsExactlyInAnyOrderElementsOf(refused);
        assertThat(dead).allSatisfy(letter -> assertThat(letter.reason()).contains("statusCode: 400"));
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }

    /** One in ten is high, one in fifty is refused. */
    private void send(Set<String> good, Set<String> refused) throws Exception {
        try (Connection connection = new ActiveMQConnectionFactory(program.brokerUrl()).createConnection();
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

    /** At every reading the sum holds. */
    private JsonNode stats() throws InterruptedException {
        JsonNode stats = program.api().stats().orElseThrow();
        assertThat(stats.path("received").asLong())
                .isEqualTo(stats.path("processed").asLong()
                        + stats.path("failed").asLong()
                        + stats.path("pending").asLong());
        return stats;
    }

    private String report() throws InterruptedException {
        return http(HttpRequest.newBuilder(uri("/report")));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private String http(HttpRequest.Builder request) throws InterruptedException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return ""; // not open yet
        }
    }
}
