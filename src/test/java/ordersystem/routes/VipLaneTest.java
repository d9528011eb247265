package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ordersystem.StartException;
import org.apache.activemq.command.ActiveMQMessage;
import org.apache.activemq.command.ActiveMQQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lane added in YAML and configuration alone: examples/lanes/vip, as it stands. */
class VipLaneTest {

    private static final String RULE = "orders.vip.rule=${variable.order.customerId} == 'golden'";

    private static final String OTHER_RULE = "orders.other.rule=${variable.order.customerId} == 'x'";

    private static final String OTHER_LEADS_NOWHERE = "the route files are wrong:" + System.lineSeparator()
            + "routes: no route takes from 'activemq:queue:orders.other', so orders would wait in it for ever; put the route back"
            + " (docs/routes.md, A lane of your own), or take orders.other.rule out of the configuration and start again."
            + " To stop a lane for a while: ordersystem fulfilment pause";

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void prepare() {
        system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "100ms,200ms")
                .set("ORDERS_BRAKE_MODE", "off")
                .example("lanes/vip");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private static String order(String id, String customer, String more) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer + "\"," + more
                + "\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }

    @Test
    void anOrderThatTheRuleTakesGoesDownItsLaneAndEverybodyCallsItByItsName() throws Exception {
        system.configure(RULE, "orders.vip.consumers=3", "orders.vip.batch.size=7")
                .start();

        assertThat(system.post(order("v1", "golden", "")).body()).contains("\"lane\":\"vip\"");
        assertThat(system.post(order("n1", "other", "")).body()).contains("\"lane\":\"normal\"");
        system.send("orders.incoming", order("v2", "golden", ""));
        system.send(
                "orders.incoming", "{\"orderId\":\"n2\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}");

        for (Message message : system.receive("orders.fulfilled", 4)) {
            String id = message.getStringProperty("OrderId");
            assertThat(message.getStringProperty("OrderLane")).isEqualTo(id.startsWith("v") ? "vip" : "normal");
        }
        await().until(() -> system.get("/api/stats").contains("\"processed\":4"));
        assertThat(system.get("/api/orders/v1")).contains("\"lane\":\"vip\"");
        assertThat(system.get("/api/stats")).contains("\"vip\":{\"received\":2,\"processed\":2");
        assertThat(system.manage("/observe/metrics"))
                .contains("orders_processed_total{lane=\"vip\"} 2.0")
                .contains("orders_critical_time_seconds_count{lane=\"vip\"} 2")
                .contains("orders_queue_consumers{queue=\"orders.vip\"} 3.0");
    }

    @Test
    void whatIsHighByItsPriorityIsHighWhateverTheRulesSay() throws Exception {
        system.configure("orders.vip.rule=${variable.order.orderId} contains 'h'")
                .start();

        system.send("orders.incoming", order("h1", "golden", "\"priority\":\"HIGH\","));
        system.send("orders.incoming", order("h2", "golden", "\"shipping\":\"EXPEDITED\","));
        system.send("orders.incoming", system.text(order("h3", "golden", "")), 9);

        for (Message message : system.receive("orders.fulfilled", 3)) {
            assertThat(message.getStringProperty("OrderLane")).isEqualTo("high");
        }
    }

    @Test
    void aLaneOfOnesOwnIsNotAskedByAdmission() throws Exception {
        system.configure(RULE, "orders.admission.mode=fixed", "orders.admission.probability=1")
                .start();

        system.send("orders.incoming", order("n1", "other", ""));
        system.send("orders.incoming", order("v1", "golden", ""));

        assertThat(system.receive("orders.fulfilled", 1).get(0).getStringProperty("OrderId"))
                .isEqualTo("v1");
        system.awaitStatus("n1", "DEFERRED");
        assertThat(system.manage("/api/orders/v1")).contains("A vip order is never deferred");
    }

    @Test
    void anOrderThatFailsHasItsTurnsInItsLaneIsBuriedAndGoesOnThereWhenItIsReplayed() throws Exception {
        system.fulfilment("""
                - to: "{{test.step}}"
                - to: activemq:queue:orders.fulfilled
                """, """
                - route:
                    id: fulfilment-fails
                    from:
                      uri: direct:fulfilment-fails
                      steps:
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                - route:
                    id: fulfilment-works
                    from:
                      uri: direct:fulfilment-works
                      steps:
                        - log: works
                """);
        system.configure(RULE, "test.step=direct:fulfilment-fails").start();
        system.send("orders.incoming", order("v1", "golden", ""));

        system.awaitStatus("v1", "FAILED");

        assertThat(system.get("/api/orders/v1")).contains("\"attempts\":3", "\"lane\":\"vip\"");
        assertThat(system.rest("orders.vip.dlq")).isEmpty();
        assertThat(system.get("/api/stats")).contains("\"vip\":{\"received\":1,\"processed\":0,\"failed\":1");
        system.close();
        system.configure(RULE, "test.step=direct:fulfilment-works").start();
        system.manage("/api/dead-letters/replay", "test", "{\"ids\":[\"v1\"]}");
        assertThat(system.receive("orders.fulfilled", 1).get(0).getStringProperty("OrderLane"))
                .isEqualTo("vip");
    }

    @Test
    void whatTheBrokerGivesUpComesBackToTheLane() throws Exception {
        String lane = Files.readString(Path.of("examples/lanes/vip/35-fulfil-vip.camel.yaml"));
        system.configure(RULE)
                .route(
                        "35-fulfil-vip.camel.yaml",
                        lane.replace("    id: fulfil-vip\n", "    id: fulfil-vip\n    autoStartup: false\n"))
                .start();
        system.send("orders.incoming", order("v1", "golden", ""));
        ActiveMQMessage given =
                (ActiveMQMessage) system.receive("orders.vip", 1).get(0);
        given.setOriginalDestination(new ActiveMQQueue("orders.vip"));

        system.send("orders.strays", given);

        ActiveMQMessage back = (ActiveMQMessage) system.receive("orders.vip", 1).get(0);
        assertThat(back.getStringProperty("OrderId")).isEqualTo("v1");
        assertThat(back.getIntProperty("OrderStep")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${variable.order.custmerId} == 'golden' | custmerId",
                "${variable.order.customerId == 'golden' | orders.vip.rule",
                "${variable.order.customerId} =~~ 'golden' | orders.vip.rule",
            })
    void aRuleThatDoesNotWorkStopsTheStart(String rule, String told) {
        system.configure("orders.vip.rule=" + rule);

        assertThatThrownBy(system::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("orders.vip.rule")
                .hasMessageContaining(told);
    }

    @Test
    void aLaneThatNobodyReadsStopsTheStart() {
        system.configure(RULE, OTHER_RULE);

        assertThatThrownBy(system::start).isInstanceOf(StartException.class).hasMessage(OTHER_LEADS_NOWHERE);
    }

    @Test
    void whatRanLastDoesNotHelpAgainstALaneThatNobodyReads() {
        system.configure(RULE).start();
        system.close();
        system.configure(RULE, OTHER_RULE);

        assertThatThrownBy(system::start).isInstanceOf(StartException.class).hasMessage(OTHER_LEADS_NOWHERE);
    }

    @Test
    void anEditThatTakesItsConsumerAwayIsRefused() throws Exception {
        system.configure(RULE).start();

        Files.delete(home.resolve("routes/35-fulfil-vip.camel.yaml"));

        await("it is told").atMost(Duration.ofSeconds(20)).until(() -> system.manage("/api/routes")
                .contains("no route takes from 'activemq:queue:orders.vip'"));
        system.post(order("v1", "golden", ""));
        assertThat(system.receive("orders.fulfilled", 1).get(0).getStringProperty("OrderLane"))
                .isEqualTo("vip");
    }

    @Test
    void theContentOfAnOrderIsNeverEvaluated() throws Exception {
        system.configure("orders.vip.rule=${variable.order.customerId} == ${variable.order.currency}")
                .start();

        system.send("orders.incoming", order("e1", "${variable.order.currency}", "\"currency\":\"GBP\","));
        system.send("orders.incoming", order("e2", "GBP", "\"currency\":\"GBP\","));

        for (Message message : system.receive("orders.fulfilled", 2)) {
            String id = message.getStringProperty("OrderId");
            assertThat(message.getStringProperty("OrderLane")).isEqualTo(id.equals("e2") ? "vip" : "normal");
        }
    }

    /** So that the example never falls behind the shipped files: they are those, with lines put in. */
    @ParameterizedTest
    @CsvSource({"20-route-by-priority", "60-waiting-room", "70-dead-letters"})
    void theFilesThatTheExampleChangesAreTheShippedOnesWithLinesPutIn(String name) throws IOException {
        List<String> shipped = Files.readAllLines(Path.of("routes", name + ".camel.yaml"));
        List<String> example = Files.readAllLines(Path.of("examples/lanes/vip", name + ".camel.yaml"));

        List<String> putIn = new ArrayList<>();
        int at = 0;
        for (String line : example) {
            if (at < shipped.size() && shipped.get(at).equals(line)) {
                at++;
            } else {
                putIn.add(line);
            }
        }

        assertThat(at)
                .as("all lines of the shipped file are there, in their order")
                .isEqualTo(shipped.size());
        assertThat(putIn).isNotEmpty().hasSizeLessThanOrEqualTo(6);
    }
}
