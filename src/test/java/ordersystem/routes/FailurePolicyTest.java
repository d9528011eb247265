package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import ordersystem.OrderSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fulfilment that fails in the ways it does, under the shipped failure policy, waiting room and dead-letter routes. */
class FailurePolicyTest {

    /** Sends first and fails after, so that a policy which repeats or keeps too much is seen in the queue. */
    private static final String SEND_AND_TRANSFORM = """
            - setHeader: { name: Authorization, constant: secret }
            - setBody: { constant: transformed }
            - to: activemq:queue:orders.fulfilled
            """;

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void prepare() {
        // What fails here is an order's own fault, most of all orders at once; the brake would take it for an outage.
        system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "100ms,200ms")
                .set("ORDERS_BRAKE_MODE", "off");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private void start(String fulfilment) {
        start(fulfilment, "");
    }

    private void start(String fulfilment, String moreRoutes) {
        system.fulfilment(fulfilment, moreRoutes).start();
    }

    private static String order(String id, String more) {
        return "{\"orderId\":\"" + id + "\"," + more + "\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }

    @Test
    void anOrderWhoseFirstTurnsFailIsHandedOverOnceByTheTurnThatSucceeds() throws Exception {
        start("""
                - to: activemq:queue:orders.fulfilled
                - choice:
                    when:
                      - simple: "${header.OrderAttempts} < 2"
                        steps:
                          - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                """);

        for (int i = 0; i < 20; i++) {
            system.send("orders.incoming", order("t" + i, ""));
        }

        Map<String, Long> copies = copies(system.receive("orders.fulfilled", 20));
        assertThat(copies).hasSize(20).allSatisfy((id, n) -> assertThat(n).isEqualTo(1));
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        await().until(() -> system.get("/api/stats").contains("\"processed\":20"));
        assertThat(system.get("/api/stats")).contains("\"retried\":40", "\"failed\":0", "\"pending\":0");
        assertThat(system.get("/api/orders/t0")).contains("\"attempts\":2", "\"status\":\"PROCESSED\"");
    }

    @Test
    void aNormalOrderOutOfTurnsWaitsForAPersonWithTheBodyAsReceivedAndTheReason() throws Exception {
        start(
                SEND_AND_TRANSFORM
                        + "- throwException: { id: warehouse-call, exceptionType: java.lang.IllegalStateException, message: closed }");

        system.send("orders.incoming", order("dead-1", ""));

        await().until(() -> system.get("/api/orders/dead-1").contains("FAILED"));
        assertThat(system.get("/api/orders/dead-1")).contains("\"attempts\":3", "closed");
        assertThat(system.manage("/api/dead-letters"))
                .contains("java.lang.IllegalStateException", "closed", "warehouse-call", "\"route\":\"fulfilment\"")
                .contains("\\\"sku\\\":\\\"a\\\"")
                .doesNotContain("transformed", "secret");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        assertThat(system.rest("orders.normal.dlq")).isEmpty();
        assertThat(system.get("/api/stats")).contains("\"failed\":1", "\"pending\":0");
    }

    @Test
    void aHighOrderIsRetriedUntilItSucceeds() throws Exception {
        start("""
                - to: activemq:queue:orders.fulfilled
                - choice:
                    when:
                      - simple: "${header.OrderAttempts} < 6"
                        steps:
                          - throwException: { exceptionType: java.io.IOException, message: down }
                """);

        system.send("orders.incoming", order("high-1", "\"priority\":\"HIGH\","));

        assertThat(copies(system.receive("orders.fulfilled", 1))).isEqualTo(Map.of("high-1", 1L));
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        await().until(() -> system.get("/api/orders/high-1").contains("PROCESSED"));
        assertThat(system.get("/api/orders/high-1")).contains("\"attempts\":6");
    }

    @Test
    void aPermanentFaultGoesStraightToThePersonInEitherLane() throws Exception {
        start(
                SEND_AND_TRANSFORM
                        + "- throwException: { exceptionType: ordersystem.order.UnprocessableOrderException, message: no such sku }");

        system.send("orders.incoming", order("bad-1", ""));
        system.send("orders.incoming", order("bad-2", "\"shipping\":\"EXPEDITED\","));

        await().until(() -> system.get("/api/stats").contains("\"failed\":2"));
        assertThat(system.get("/api/orders/bad-1")).contains("\"attempts\":1", "FAILED", "no such sku");
        assertThat(system.get("/api/orders/bad-2")).contains("\"attempts\":1", "FAILED", "\"lane\":\"high\"");
        assertThat(system.get("/api/stats")).contains("\"retried\":0");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    /** Camel's own ids count through all files: a group would begin anew with each edit. */
    @Test
    void whereAnOrderFailedIsSaidByTheIdOfTheRouteFileOrByWhatTheStepDoes() throws Exception {
        String fault = "exceptionType: ordersystem.order.UnprocessableOrderException, message: no";
        start("- choice:\n    when:\n      - simple: \"${header.OrderId} == 'named'\"\n        steps:\n"
                + "          - throwException: { id: stock, " + fault + " }\n    otherwise:\n      steps:\n"
                + "        - throwException: { " + fault + " }\n");

        system.send("orders.incoming", order("named", ""));
        system.send("orders.incoming", order("unnamed", ""));

        await().until(() -> system.get("/api/stats").contains("\"failed\":2"));
        assertThat(system.manage("/api/dead-letters/groups"))
                .contains("\"reasonNode\":\"stock\"")
                .contains("\"reasonNode\":\"throwException\"");
    }

    @Test
    void whatAnInLineTryThatSucceedsHasSentBeforeIsSentOnce() throws Exception {
        FailsOnce.CALLS.set(0);
        start("""
                - to: activemq:queue:orders.fulfilled
                - bean: { beanType: ordersystem.routes.FailsOnce, method: call }
                """);

        system.send("orders.incoming", order("inline-1", ""));

        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        assertThat(FailsOnce.CALLS).hasValue(2);
        assertThat(system.get("/api/orders/inline-1")).contains("\"attempts\":0");
    }

    @Test
    void aParallelMulticastSendsAndFailsAsOne() throws Exception {
        start("""
                - multicast:
                    parallelProcessing: true
                    stopOnException: true
                    steps:
                      - to: activemq:queue:orders.fulfilled
                      - to: activemq:queue:user.copies
                - choice:
                    when:
                      - simple: "${header.OrderAttempts} < 1"
                        steps:
                          - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                """);

        for (int i = 0; i < 20; i++) {
            system.send("orders.incoming", order("m" + i, ""));
        }

        assertThat(copies(system.receive("orders.fulfilled", 20))).hasSize(20);
        assertThat(copies(system.receive("user.copies", 20))).hasSize(20);
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        assertThat(system.rest("user.copies")).isEmpty();
    }

    @Test
    void aBranchThatSendsAfterItsSiblingFailedSendsNothing() throws Exception {
        start("""
                - multicast:
                    parallelProcessing: true
                    steps:
                      - to: direct:fulfilment-slow
                      - choice:
                          when:
                            - simple: "${header.OrderAttempts} < 1"
                              steps:
                                - throwException: { exceptionType: java.lang.IllegalStateException, message: sibling }
                """, """
                - route:
                    id: fulfilment-slow
                    from:
                      uri: direct:fulfilment-slow
                      steps:
                        - delay: { constant: "400" }
                        - to: activemq:queue:orders.fulfilled
                """);

        system.send("orders.incoming", order("branch-1", ""));

        assertThat(copies(system.receive("orders.fulfilled", 1))).isEqualTo(Map.of("branch-1", 1L));
        await().until(() -> system.get("/api/orders/branch-1").contains("PROCESSED"));
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        assertThat(system.get("/api/orders/branch-1")).contains("\"attempts\":1", "sibling");
    }

    @Test
    void aPermanentFaultOfTheFirstBranchIsNotForgottenForTheSecond() throws Exception {
        start("""
                - multicast:
                    steps:
                      - throwException: { exceptionType: ordersystem.order.UnprocessableOrderException, message: no such sku }
                      - to: activemq:queue:orders.fulfilled
                """);

        system.send("orders.incoming", order("branch-2", "\"priority\":\"HIGH\","));

        await().until(() -> system.get("/api/orders/branch-2").contains("FAILED"));
        assertThat(system.get("/api/orders/branch-2")).contains("no such sku", "\"attempts\":1");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    @Test
    void aRouteThatStopsWithoutAWordDoesNotLoseItsOrder() throws Exception {
        start("""
                - to: activemq:queue:orders.fulfilled
                - choice:
                    when:
                      - simple: "${header.OrderId} == 'stopped'"
                        steps:
                          - stop: {}
                """);

        system.send("orders.incoming", order("stopped", ""));
        system.send("orders.incoming", order("goes-on", ""));

        assertThat(copies(system.receive("orders.fulfilled", 1))).isEqualTo(Map.of("goes-on", 1L));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> system.get("/api/orders/stopped").contains("FAILED"));
        assertThat(system.get("/api/orders/stopped")).contains("ended without recording");
    }

    @Test
    void anOrderWhoseLaneLeadsNowhereDoesNotHoldUpTheOthersThatAreDue() throws Exception {
        String router = Files.readString(Path.of("routes/20-route-by-priority.camel.yaml"));
        system.route(
                "20-route-by-priority.camel.yaml",
                router.replace("                  - to: activemq:queue:orders.high?priority=9", """
                                          - choice:
                                              when:
                                                - simple: "${header.OrderAttempts} > 0"
                                                  steps:
                                                    - to: activemq:topic:nobody
                                              otherwise:
                                                steps:
                                                  - to: activemq:queue:orders.high?priority=9
                        """));
        start("""
                - choice:
                    when:
                      - simple: "${header.OrderAttempts} < 1"
                        steps:
                          - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                - to: activemq:queue:orders.fulfilled
                """);

        system.send("orders.incoming", order("nowhere", "\"priority\":\"HIGH\","));
        await().until(() -> system.get("/api/orders/nowhere").contains("RETRYING"));
        system.send("orders.incoming", order("behind", ""));

        assertThat(copies(system.receive("orders.fulfilled", 1))).isEqualTo(Map.of("behind", 1L));
        assertThat(system.get("/api/orders/nowhere")).contains("RETRYING");
    }

    @Test
    void whatEscapesEveryRouteIsBuriedAloneAndItsNeighboursAreProcessed() throws Exception {
        // A failure policy that fails itself: what it throws reaches the container.
        system.route("60-waiting-room-broken.camel.yaml", """
                        # test
                        - route:
                            id: broken-policy
                            from:
                              uri: direct:broken-policy
                              steps:
                                - throwException: { exceptionType: java.lang.IllegalStateException, message: policy broken }
                                - to: direct:waiting-room-retry
                        - routeConfiguration:
                            id: broken
                            errorHandler:
                              deadLetterChannel:
                                deadLetterUri: direct:broken-policy
                                deadLetterHandleNewException: false
                        """)
                .route("40-fulfilment.camel.yaml", """
                        # test
                        - route:
                            id: fulfilment
                            routeConfigurationId: broken
                            from:
                              uri: direct:fulfilment
                              steps:
                                - to: activemq:queue:orders.fulfilled
                                - choice:
                                    when:
                                      - simple: "${header.OrderId} == 'poison'"
                                        steps:
                                          - throwException: { exceptionType: java.lang.Error, message: boom }
                        """)
                .start();

        for (int i = 0; i < 30; i++) {
            system.send("orders.incoming", order(i == 15 ? "poison" : "good" + i, ""));
        }

        assertThat(copies(system.receive("orders.fulfilled", 29)))
                .hasSize(29)
                .doesNotContainKey("poison")
                .allSatisfy((id, n) -> assertThat(n).isEqualTo(1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> system.get("/api/orders/poison").contains("FAILED"));
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        assertThat(system.get("/api/stats")).contains("\"processed\":29", "\"failed\":1", "\"pending\":0");
    }

    @Test
    void theAuditAgreesAndFindsAPlantedLossAndAPlantedDouble() throws Exception {
        start("- to: activemq:queue:orders.fulfilled");
        for (int i = 0; i < 10; i++) {
            system.send("orders.incoming", order("audit" + i, ""));
        }
        await().until(() -> system.get("/api/stats").contains("\"processed\":10"));
        system.close();

        StringWriter clean = new StringWriter();
        assertThat(OrderSystem.audit(system.settings(), new PrintWriter(clean, true)))
                .as(clean.toString())
                .isTrue();
        assertThat(clean.toString()).contains("10 orders: 10 processed", "everything is accounted for");

        system.start();
        Message copy = system.receive("orders.fulfilled", 1).get(0);
        system.send("orders.fulfilled", copy);
        system.send("orders.fulfilled", copy);
        system.close();

        StringWriter doubled = new StringWriter();
        assertThat(OrderSystem.audit(system.settings(), new PrintWriter(doubled, true)))
                .isFalse();
        assertThat(doubled.toString()).contains("1 handed over twice", "handed over 2 times");
    }

    private static Map<String, Long> copies(List<Message> messages) {
        return messages.stream().collect(Collectors.groupingBy(FailurePolicyTest::id, Collectors.counting()));
    }

    private static String id(Message message) {
        try {
            assertThat(((TextMessage) message).getText()).startsWith("{\"orderId\":\"");
            assertThat(message.propertyExists("Authorization")).isFalse();
            return message.getStringProperty("OrderId");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
