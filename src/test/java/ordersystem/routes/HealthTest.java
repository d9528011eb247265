package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import ordersystem.ledger.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ready is down exactly where an order is answered 503, and live never is. */
class HealthTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void make() {
        system = new RunningSystem(home);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void aSystemThatRunsIsReadyAndSaysOfEachPartHowItStands() throws Exception {
        system.start();

        assertThat(system.manage("/observe/health/ready")).doesNotContain("DOWN");
        for (String part :
                new String[] {"broker", "disk", "ledger", "order-routes", "fulfilment", "high-lane", "admission"}) {
            assertThat(check("ready", part).path("status").asText()).as(part).isEqualTo("UP");
            assertThat(check("ready", part).path("message").asText()).as(part).isNotEmpty();
        }
        assertThat(health("live").path("checks").findValuesAsText("name")).containsExactly("context");
    }

    @Test
    void aStoreAtItsMarkIsNotReadyUntilItHasRoomAgain() throws Exception {
        system.set("ORDERS_BROKER_STORE_LIMIT", "64MB")
                .set("ORDERS_FULFILMENT_TARGET_RATE", 100)
                .start();
        BytesMessage large = system.session().createBytesMessage();
        large.writeBytes(new byte[1_000_000]);
        int sent = 0;
        while (status("ready").equals("UP")) {
            assertThat(sent).as("it is never full").isLessThan(64);
            system.send("orders.fulfilled", large);
            sent++;
        }

        assertThat(check("ready", "broker").path("message").asText()).contains("70 %", "orders.broker.store-limit");
        assertThat(check("ready", "disk").path("status").asText()).isEqualTo("UP");
        assertThat(system.post(order("A")).statusCode()).isEqualTo(503);
        assertThat(status("live")).isEqualTo("UP");
        await("the alarm").atMost(LONG).until(() -> system.get("/api/stats").contains("storeNearlyFull"));

        try (MessageConsumer reader =
                system.session().createConsumer(system.session().createQueue("orders.fulfilled"))) {
            for (int i = 0; i < sent; i++) {
                Message message = reader.receive(LONG.toMillis());
                assertThat(message).isNotNull();
            }
        }
        await("room appears at the next clean-up").atMost(LONG).until(() -> status("ready")
                .equals("UP"));
        assertThat(system.post(order("A")).statusCode()).isEqualTo(202);
        await("it is over").atMost(LONG).until(() -> !system.get("/api/stats").contains("storeNearlyFull"));
    }

    @Test
    void aDiskBelowItsReserveIsNotReady() throws Exception {
        Assumptions.assumeTrue(Files.getFileStore(home).getUsableSpace() < 1L << 40, "a disk with less than 1 TB free");
        system.set("ORDERS_DISK_RESERVE", "1TB").start();

        assertThat(status("ready")).isEqualTo("DOWN");
        assertThat(check("ready", "disk").path("status").asText()).isEqualTo("DOWN");
        assertThat(check("ready", "disk").path("message").asText()).contains("orders.disk.reserve");
        assertThat(check("ready", "broker").path("status").asText()).isEqualTo("UP");
        assertThat(system.post(order("A")).statusCode()).isEqualTo(503);
        assertThat(status("live")).isEqualTo("UP");
    }

    @Test
    void withoutItsLedgerItTakesOrdersInAndSaysSo() throws Exception {
        try (EmbeddedPostgres postgres = TestPostgres.start()) {
            system.set("ORDERS_LEDGER_URL", postgres.getJdbcUrl(TestPostgres.USER, "postgres"))
                    .set("ORDERS_LEDGER_USER", TestPostgres.USER)
                    .set("ORDERS_LEDGER_PASSWORD", TestPostgres.PASSWORD)
                    .start();
            assertThat(status("")).isEqualTo("UP");
        }

        assertThat(system.post(order("A")).statusCode()).isEqualTo(202);
        assertThat(status("ready")).isEqualTo("UP");
        assertThat(check("ready", "ledger").path("message").asText()).contains("orders are taken in and wait");
        assertThat(status("")).as("somebody should look after it").isEqualTo("DOWN");
        assertThat(check("", "ledger").path("status").asText()).isEqualTo("DOWN");
        assertThat(status("live")).isEqualTo("UP");
    }

    @Test
    void aRouteOfTheWayInThatIsStoppedIsNotReadyAndOneFurtherInsideIsSaid() throws Exception {
        system.start();

        route("dead-letters", "stop");
        assertThat(status("ready")).isEqualTo("UP");
        assertThat(status("")).isEqualTo("DOWN");
        assertThat(check("", "order-routes").path("message").asText()).isEqualTo("stopped: dead-letters");

        route("order-api-post", "stop");
        assertThat(status("ready")).isEqualTo("DOWN");
        assertThat(check("ready", "order-routes").path("message").asText())
                .isEqualTo("stopped: dead-letters, order-api-post");

        route("order-api-post", "start");
        route("dead-letters", "start");
        assertThat(status("ready")).isEqualTo("UP");
        assertThat(status("")).isEqualTo("UP");
    }

    @Test
    void whateverAReasonSaysTheAnswerIsJson() throws Exception {
        system.start();

        system.manage(
                "/api/fulfilment/pause", "Mary", "{\"reason\":\"a \\\"quoted\\\", \\\\ and\\nbroken\\u0007 one\"}");

        assertThat(check("", "fulfilment").path("message").asText()).endsWith("a 'quoted',   and broken  one");
    }

    private String status(String kind) throws Exception {
        return health(kind).path("status").asText();
    }

    private JsonNode check(String kind, String name) throws Exception {
        for (JsonNode check : health(kind).path("checks")) {
            if (check.path("name").asText().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no check " + name + " in " + health(kind));
    }

    private JsonNode health(String kind) throws Exception {
        return JSON.readTree(system.manage("/observe/health" + (kind.isEmpty() ? "" : "/" + kind)));
    }

    private static void route(String id, String operation) throws Exception {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        ObjectName pattern = new ObjectName("org.apache.camel:context=*,type=routes,name=\"" + id + "\"");
        for (ObjectName name : beans.queryNames(pattern, null)) {
            beans.invoke(name, operation, new Object[0], new String[0]);
        }
    }

    private static String order(String id) {
        return "{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
