package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import ordersystem.StartException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of an order whose fulfilment has steps that handle errors, or take the order apart or to another thread. Each
 * test is a line of the table "Steps, policy and transaction" in docs/routes.md.
 */
class StepsUnderThePolicyTest {

    private static final String TWO_LINES =
            "\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2},{\"sku\":\"b\",\"quantity\":1,\"unitPrice\":2}]}";

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void prepare() {
        system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "100ms,200ms")
                .set("ORDERS_BRAKE_MODE", "off");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private void start(String fulfilment) {
        system.fulfilment(fulfilment, "").start();
    }

    private void send(String id) throws JMSException {
        system.send("orders.incoming", "{\"orderId\":\"" + id + "\"," + TWO_LINES);
    }

    private List<String> bodies(String queue) throws JMSException {
        return system.rest(queue).stream()
                .map(StepsUnderThePolicyTest::body)
                .sorted()
                .toList();
    }

    private static String body(Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatDoCatchCatchesIsNoFailureAndWhatWasSentBeforeItIsSent() throws Exception {
        start("""
                - doTry:
                    steps:
                      - setBody: { constant: before }
                      - to: activemq:queue:user.copies
                      - throwException: { exceptionType: java.lang.IllegalStateException, message: caught }
                    doCatch:
                      - exception: [java.lang.IllegalStateException]
                        steps:
                          - setBody: { constant: instead }
                          - to: activemq:queue:user.copies
                """);

        send("caught");

        assertThat(system.awaitStatus("caught", "PROCESSED")).contains("\"attempts\":0");
        assertThat(bodies("user.copies")).containsExactly("before", "instead");
    }

    @Test
    void inDoTryThereIsNoInLineTryAndWhatDoCatchDoesNotCatchIsAFailedTurn() throws Exception {
        start("""
                - doTry:
                    steps:
                      - to: activemq:queue:user.copies
                      - bean: { beanType: ordersystem.routes.FailsOnce, method: call }
                    doCatch:
                      - exception: [java.io.IOException]
                        steps:
                          - to: activemq:queue:user.copies
                """);
        FailsOnce.CALLS.set(0);

        send("uncaught");

        assertThat(system.awaitStatus("uncaught", "PROCESSED")).contains("\"attempts\":1");
        assertThat(FailsOnce.CALLS).hasValue(2);
        assertThat(bodies("user.copies")).as("the failed turn sent nothing").hasSize(1);
    }

    @Test
    void aPermanentFaultThrownInDoCatchIsADeadLetterAtOnceAndTheTurnSentNothing() throws Exception {
        start("""
                - doTry:
                    steps:
                      - to: activemq:queue:user.copies
                      - throwException: { exceptionType: java.lang.IllegalStateException, message: inner }
                    doCatch:
                      - exception: [java.lang.IllegalStateException]
                        steps:
                          - throwException: { exceptionType: ordersystem.order.UnprocessableOrderException, message: no such sku }
                """);

        send("permanent");

        assertThat(system.awaitStatus("permanent", "FAILED")).contains("\"attempts\":1", "no such sku");
        assertThat(bodies("user.copies")).isEmpty();
    }

    @Test
    void doFinallyRunsAndTheFailureBehindItIsStillAFailedTurn() throws Exception {
        start("""
                - doTry:
                    steps:
                      - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                    doFinally:
                      steps:
                        - to: activemq:queue:user.copies
                """);

        send("finally");

        assertThat(system.awaitStatus("finally", "FAILED")).contains("\"attempts\":3", "not yet");
        assertThat(bodies("user.copies")).isEmpty();
    }

    /** Puts an onException of a user's before the shipped ones, and fails with what it is for. */
    private void addToPolicy(String kind, String steps) throws Exception {
        String policy = Files.readString(Path.of("routes/00-failure-policy.camel.yaml"));
        String first = "    onException:\n      # HTTP 409";
        assertThat(policy).contains(first);
        system.route("00-failure-policy.camel.yaml", policy.replace(first, """
                            onException:
                              - onException:
                                  exception: [java.lang.ArithmeticException]
                                  %s: { constant: "true" }
                                  redeliveryPolicy: { maximumRedeliveries: 0, logExhausted: false }
                        %s      # HTTP 409""".formatted(kind, steps.indent(10))));
        start("""
                - to: activemq:queue:user.copies
                - throwException: { exceptionType: java.lang.ArithmeticException, message: own }
                - setBody: { constant: after }
                - to: activemq:queue:user.copies
                """);
    }

    @ParameterizedTest
    @CsvSource({"direct:waiting-room-bury, 1", "direct:waiting-room-retry, 3"})
    void onExceptionThatGivesTheOrderBackIsADeadLetterAtOnceOrAnotherTurn(String route, int attempts) throws Exception {
        addToPolicy("handled", "steps: [{ to: " + route + " }]");

        send("given-back");

        assertThat(system.awaitStatus("given-back", "FAILED")).contains("\"attempts\":" + attempts, "own");
        assertThat(bodies("user.copies")).isEmpty();
    }

    @Test
    void onExceptionThatContinuesIsASuccessAndTheStepsBehindRun() throws Exception {
        addToPolicy("continued", "");

        send("continued");

        assertThat(system.awaitStatus("continued", "PROCESSED")).contains("\"attempts\":0");
        assertThat(bodies("user.copies")).hasSize(2).contains("after");
    }

    @Test
    void onExceptionThatHandlesWithoutAWordDoesNotLoseTheOrder() throws Exception {
        addToPolicy("handled", "steps: [{ log: { message: handled, loggingLevel: DEBUG } }]");

        send("silent");

        assertThat(system.awaitStatus("silent", "FAILED")).contains("ended without recording");
        assertThat(bodies("user.copies")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "parallelProcessing: true", "stopOnException: true"})
    void aSplitOrderIsOneTurnAllOfItsLinesOrNone(String option) throws Exception {
        start("""
                - split:
                    simple: "${variable.order.lines}"
                    %s
                    steps:
                      - setBody: { simple: "${body.sku}" }
                      - to: activemq:queue:user.copies
                      - choice:
                          when:
                            - simple: "${body} == 'b' && ${header.OrderAttempts} < 1"
                              steps:
                                - throwException: { exceptionType: java.lang.IllegalStateException, message: no b yet }
                - to: activemq:queue:orders.fulfilled
                """.formatted(option));

        send("split");

        assertThat(system.awaitStatus("split", "PROCESSED")).contains("\"attempts\":1", "no b yet");
        assertThat(bodies("user.copies")).containsExactly("a", "b");
        assertThat(bodies("orders.fulfilled")).hasSize(1).first().asString().startsWith("{\"orderId\":\"split\"");
    }

    @Test
    void aPermanentFaultOfOneLineBuriesTheOrder() throws Exception {
        start("""
                - split:
                    simple: "${variable.order.lines}"
                    steps:
                      - setBody: { simple: "${body.sku}" }
                      - to: activemq:queue:user.copies
                      - choice:
                          when:
                            - simple: "${body} == 'a'"
                              steps:
                                - throwException: { exceptionType: ordersystem.order.UnprocessableOrderException, message: no such sku }
                """);

        send("split-bad");

        assertThat(system.awaitStatus("split-bad", "FAILED")).contains("\"attempts\":1", "no such sku");
        assertThat(bodies("user.copies")).isEmpty();
    }

    @Test
    void stepsBehindThreadsBelongToTheTurn() throws Exception {
        start("""
                - threads: { poolSize: 4, maxPoolSize: 4 }
                - to: activemq:queue:user.copies
                - choice:
                    when:
                      - simple: "${header.OrderAttempts} < 1"
                        steps:
                          - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                - to: activemq:queue:orders.fulfilled
                """);

        for (int i = 0; i < 20; i++) {
            send("t" + i);
        }

        for (int i = 0; i < 20; i++) {
            assertThat(system.awaitStatus("t" + i, "PROCESSED")).contains("\"attempts\":1");
        }
        assertThat(bodies("user.copies")).hasSize(20).doesNotHaveDuplicates();
        assertThat(bodies("orders.fulfilled")).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void aMulticastSendsAllOfItsCopiesOrNone() throws Exception {
        start("""
                - multicast:
                    parallelProcessing: true
                    steps:
                      - to: activemq:queue:user.copies
                      - to: activemq:queue:orders.fulfilled
                      - choice:
                          when:
                            - simple: "${header.OrderAttempts} < 1"
                              steps:
                                - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                """);

        send("m1");

        assertThat(system.awaitStatus("m1", "PROCESSED")).contains("\"attempts\":1");
        assertThat(bodies("user.copies")).hasSize(1);
        assertThat(bodies("orders.fulfilled")).hasSize(1);
    }

    @Test
    void whatAWireTapSendsAfterTheTurnGoesOutByItself() throws Exception {
        system.fulfilment("""
                - wireTap: { uri: "direct:fulfilment-tap" }
                - to: activemq:queue:orders.fulfilled
                """, """
                - route:
                    id: fulfilment-tap
                    from:
                      uri: direct:fulfilment-tap
                      steps:
                        - delay: { constant: "1000" }
                        - to: activemq:queue:user.copies
                """).start();

        send("tapped");

        system.awaitStatus("tapped", "PROCESSED");
        assertThat(system.receive("user.copies", 1)).hasSize(1);
    }

    @Test
    void anOrderGivenToSedaIsProcessedBeforeAnythingWasDone() throws Exception {
        system.fulfilment("- to: seda:later", """
                - route:
                    id: fulfilment-later
                    autoStartup: false
                    from:
                      uri: seda:later
                      steps:
                        - to: activemq:queue:user.copies
                """).start();

        send("sedated");

        system.awaitStatus("sedated", "PROCESSED");
        assertThat(bodies("user.copies")).isEmpty();
    }

    @Test
    void aRouteThatYoursCallsNeedsNoPolicyOfItsOwn() throws Exception {
        system.fulfilment("""
                - to: activemq:queue:user.copies
                - to: direct:fulfilment-part
                """, """
                - route:
                    id: fulfilment-part
                    from:
                      uri: direct:fulfilment-part
                      steps:
                        - choice:
                            when:
                              - simple: "${header.OrderAttempts} < 6"
                                steps:
                                  - throwException: { exceptionType: java.lang.IllegalStateException, message: not yet }
                """).start();

        system.send("orders.incoming", "{\"orderId\":\"called\",\"priority\":\"HIGH\"," + TWO_LINES);

        assertThat(system.awaitStatus("called", "PROCESSED")).contains("\"attempts\":6", "not yet");
        assertThat(bodies("user.copies")).hasSize(1);
    }

    @Test
    void yourRouteWithoutThePolicyIsRefused() {
        system.route("40-fulfilment.camel.yaml", """
                # test
                - route:
                    id: fulfilment
                    from:
                      uri: direct:fulfilment
                      steps:
                        - to: activemq:queue:user.copies
                """);

        assertThatThrownBy(system::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("40-fulfilment.camel.yaml:3:9: fulfilment without a failure policy")
                .hasMessageContaining("routeConfigurationId: order-failures");
    }
}
