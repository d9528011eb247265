package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.management.JMX;
import javax.management.ObjectName;
import ordersystem.admission.Admission;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Mode;
import ordersystem.monitoring.AdmissionMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Normal orders that are deferred: the shipped routes, the control in the ledger, and what people set and see. */
class AdmissionTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path home;

    private RunningSystem system;
    private AdmissionMXBean jmx;

    @BeforeEach
    void prepare() throws Exception {
        system = new RunningSystem(home);
        jmx = JMX.newMXBeanProxy(
                ManagementFactory.getPlatformMBeanServer(),
                new ObjectName("ordersystem:type=Admission"),
                AdmissionMXBean.class);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void withAFixedProbabilityThoseAreDeferredWhoseNumberIsBelowItAndTheyGoOnWhenThereIsRoomAgain() throws Exception {
        system.set("ORDERS_ADMISSION_MODE", "fixed")
                .set("ORDERS_ADMISSION_PROBABILITY", "0.5")
                .start();
        List<String> ids = IntStream.range(0, 100).mapToObj(i -> "f" + i).toList();
        Set<String> deferred = new HashSet<>(ids);
        deferred.removeIf(id -> admittedAt(0.5, id));
        assertThat(deferred).hasSizeBetween(30, 70);

        for (String id : ids) {
            system.send("orders.incoming", order(id, "NORMAL"));
        }

        awaitStats("\"processed\":" + (100 - deferred.size()));
        awaitStats("\"received\":100");
        assertThat(stats().path("deferred").asInt()).isEqualTo(deferred.size());
        assertThat(received(100 - deferred.size())).doesNotContainAnyElementsOf(deferred);
        for (String id : ids) {
            JsonNode order = JSON.readTree(system.get("/api/orders/" + id));
            if (deferred.contains(id)) {
                assertThat(order.path("status").asText()).isEqualTo("DEFERRED");
                assertThat(Duration.between(
                                Instant.parse(order.path("receivedAt").asText()),
                                Instant.parse(order.path("due").asText())))
                        .isBetween(Duration.ZERO, Duration.ofSeconds(900));
                assertThat(order.path("admission").asText())
                        .startsWith("Deferred: ")
                        .contains("probability 0.500", "as soon as there is room; from 20");
            } else {
                assertThat(order.path("admission").asText()).startsWith("Admitted: ");
            }
        }

        jmx.setMode("off");

        assertThat(received(deferred.size())).isEqualTo(deferred);
        awaitStats("\"processed\":100,\"failed\":0,\"pending\":0");
        JsonNode admission = stats().path("admission");
        assertThat(admission.path("mode").asText()).isEqualTo("OFF");
        assertThat(admission.path("admitted").asInt()).isEqualTo(100 - deferred.size());
        assertThat(admission.path("deferred").asInt()).isEqualTo(deferred.size());
        assertThat(admission.path("released").asInt()).isEqualTo(deferred.size());
        assertThat(jmx.explain(deferred.iterator().next())).contains("Deferred: ", "It has gone on since.");
        assertThatThrownBy(() -> jmx.explain("nobody")).hasMessageContaining("no order has the id nobody");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    @Test
    void aHighOrderIsNeverAsked() throws Exception {
        system.set("ORDERS_ADMISSION_MODE", "fixed")
                .set("ORDERS_ADMISSION_PROBABILITY", "1")
                .start();
        system.send("orders.incoming", order("n", "NORMAL"));
        system.send("orders.incoming", order("h", "HIGH"));

        assertThat(received(1)).containsExactly("h");
        awaitStats("\"received\":2");

        assertThat(stats().path("deferred").asInt()).isEqualTo(1);
        assertThat(system.get("/api/orders/h")).contains("A high order is never deferred.");
        assertThat(system.manage("/api/orders/n")).contains("Deferred: when it came");
        assertThat(system.manage("/observe/health"))
                .contains("normal orders are deferred with probability 1.00 (FIXED)");
    }

    @Test
    void aDeferredOrderIsExpeditedCancelledAndRestoredLikeAnyOtherThatWaits() throws Exception {
        system.set("ORDERS_ADMISSION_MODE", "fixed")
                .set("ORDERS_ADMISSION_PROBABILITY", "1")
                .start();
        for (String id : List.of("a", "b", "c")) {
            system.send("orders.incoming", order(id, "NORMAL"));
        }
        awaitStats("\"deferred\":3");

        system.manage("/api/orders/a/expedite", "anna", "{}");
        system.manage("/api/orders/b/cancel", "anna", "{\"note\":\"the customer called\"}");

        assertThat(received(1)).containsExactly("a");
        awaitStats("\"processed\":1,\"failed\":1,\"pending\":1");
        assertThat(stats().path("deferred").asInt()).isEqualTo(1);
        assertThat(stats().path("admission").path("released").asInt()).isZero();
    }

    @Test
    void theModeThatSomebodySetHoldsAfterARestartAndWhatWasDeferredIsStillThere() throws Exception {
        system.start();
        assertThat(system.manage("/api/admission", "anna", "{\"mode\":\"fixed\",\"probability\":1}")
                        .body())
                .contains("\"mode\":\"FIXED\"", "\"probability\":1.0", "\"by\":\"anna\"");
        system.send("orders.incoming", order("r", "NORMAL"));
        awaitStats("\"deferred\":1");
        system.close();
        system.start();

        assertThat(jmx.getMode()).isEqualTo("FIXED");
        assertThat(jmx.getSetBy()).isEqualTo("anna");
        assertThat(jmx.getDeferredNow()).isEqualTo(1);
        await("the oldest is known").atMost(LONG).until(() -> jmx.getOldestDeferredSeconds() > 0);

        jmx.setMode("auto");

        assertThat(received(1)).containsExactly("r");
        awaitStats("\"processed\":1");
    }

    @Test
    void replaysWaitWhileNormalOrdersAreDeferred() throws Exception {
        system.set("ORDERS_BRAKE_MODE", "off")
                .set("ORDERS_RETRY_DELAYS", "100ms")
                .fulfilment("""
                        - throwException:
                            exceptionType: ordersystem.order.UnprocessableOrderException
                            message: no
                        """, "")
                .start();
        system.send("orders.incoming", order("d", "NORMAL"));
        awaitStats("\"failed\":1");
        jmx.setProbability(0.5);

        JsonNode replay = JSON.readTree(system.manage("/api/dead-letters/replay", "anna", "{\"all\":true}")
                .body());

        String path = "/api/dead-letters/replays/"
                + replay.path("replay").path("id").asText(replay.path("id").asText());
        await("it says why it waits").atMost(LONG).until(() -> system.manage(path)
                .contains("normal orders are being deferred (probability 0.50)"));
        jmx.setMode("OFF");
        await("it goes on").atMost(LONG).until(() -> system.manage(path).contains("\"FAILED\":1"));
    }

    @Test
    void underOverloadNormalOrdersAreDeferredAndAllAreWorkedOffWhenItIsOver() throws Exception {
        system.set("ORDERS_ADMISSION_TARGET_DELAY", "100ms")
                .set("ORDERS_NORMAL_BATCH_MAX_TIME", "50ms")
                .set("ORDERS_NORMAL_BATCH_SIZE", "5")
                .fulfilment("""
                        - delay: { constant: 20 }
                        - to: activemq:queue:orders.fulfilled
                        """, "")
                .start();
        int sent = 0;
        while (stats().path("deferred").asInt() < 50) {
            for (int i = 0; i < 20; i++) {
                system.send("orders.incoming", order("o" + sent++, i % 10 == 0 ? "HIGH" : "NORMAL"));
            }
            assertThat(sent).as("something is deferred by now").isLessThan(20_000);
        }
        assertThat(jmx.getProbability()).isPositive();
        assertThat(jmx.getRatePerSecond()).isBetween(10.0, 110.0);
        assertThat(stats().path("lanes").path("high").path("deferred").asInt()).isZero();

        int all = sent;
        await("all are worked off")
                .atMost(Duration.ofMinutes(3))
                .until(() -> stats().path("processed").asInt() == all);
        assertThat(stats().path("admission").path("released").asInt())
                .isEqualTo(stats().path("admission").path("deferred").asInt());
        assertThat(received(all)).hasSize(all);
        await("nobody is deferred any more").atMost(LONG).until(() -> jmx.getProbability() == 0);
    }

    private static boolean admittedAt(double probability, String id) {
        AdmissionControl fixed = AdmissionControl.start(Mode.FIXED, probability, Duration.ofSeconds(5));
        return new Admission(fixed).draw(id).isAdmitted();
    }

    private Set<String> received(int count) throws Exception {
        Set<String> ids = new HashSet<>();
        for (var message : system.receive("orders.fulfilled", count)) {
            ids.add(message.getStringProperty("OrderId"));
        }
        return ids;
    }

    /** At every reading the sum holds. */
    private JsonNode stats() throws Exception {
        JsonNode stats = JSON.readTree(system.get("/api/stats"));
        assertThat(stats.path("received").asLong())
                .isEqualTo(stats.path("processed").asLong()
                        + stats.path("failed").asLong()
                        + stats.path("pending").asLong());
        return stats;
    }

    private void awaitStats(String part) {
        await(part).atMost(LONG).until(() -> system.get("/api/stats").contains(part));
    }

    private static String order(String id, String priority) {
        return "{\"orderId\":\"" + id + "\",\"priority\":\"" + priority
                + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
