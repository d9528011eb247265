package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace of whoever sent an order goes with it, and the log says whose line it is. */
class TracingTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String ANOTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    private static final String STATE = "congo=t61rcWkgMzE";
    private static final Map<String, String> TRACE = Map.of("Traceparent", PARENT, "TraceState", STATE);

    @TempDir
    Path home;

    private final Lines lines = new Lines();
    private RunningSystem system;

    /** What was logged, as `order: message`. */
    private static final class Lines extends AbstractAppender {
        private final List<String> told = new CopyOnWriteArrayList<>();

        Lines() {
            super("lines", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            told.add(event.getContextData().getValue("orderId") + ": "
                    + event.getMessage().getFormattedMessage());
        }
    }

    @BeforeEach
    void make() {
        system = new RunningSystem(home).set("ORDERS_RETRY_DELAYS", "1s");
        lines.start();
        root().addAppender(lines);
    }

    @AfterEach
    void stop() {
        system.close();
        Configurator.setLevel("orders", Level.OFF);
        root().removeAppender(lines);
    }

    private static Logger root() {
        return (Logger) LogManager.getRootLogger();
    }

    @Test
    void theTraceOfARequestIsOnTheOrderThatIsHandedOver() throws Exception {
        system.start();

        assertThat(system.post("/api/orders", "application/json", order("A"), TRACE)
                        .statusCode())
                .isEqualTo(202);
        system.post("/api/orders/batch", "application/x-ndjson", order("B") + "\n" + order("C"), TRACE);
        system.post(order("without"));
        system.post("/api/orders", "application/json", order("forged"), Map.of("traceparent", "00-; DROP TABLE-01"));

        Map<String, Message> fulfilled = byId(system.receive("orders.fulfilled", 5));
        for (String id : List.of("A", "B", "C")) {
            assertThat(of(fulfilled, id).getStringProperty("traceparent")).isEqualTo(PARENT);
            assertThat(of(fulfilled, id).getStringProperty("tracestate")).isEqualTo(STATE);
        }
        assertThat(of(fulfilled, "without").propertyExists("traceparent")).isFalse();
        assertThat(of(fulfilled, "forged").propertyExists("traceparent")).isFalse();
    }

    @Test
    void theTraceOfAJmsSenderGoesThroughTheWaitingRoomToAWarehouseOverHttp() throws Exception {
        try (HttpWarehouse warehouse = new HttpWarehouse()) {
            system.fulfilment("""
                    - setHeader: { name: Idempotency-Key, simple: "${header.OrderId}" }
                    - choice:
                        when:
                          - simple: "${header.OrderAttempts} == 0"
                            steps:
                              - throwException:
                                  exceptionType: java.net.ConnectException
                                  message: not at once
                    - to: "%s"
                    """.formatted(warehouse.url()), "").start();

            Message traced = system.text(order("traced"));
            traced.setStringProperty("traceparent", ANOTHER);
            system.send("orders.incoming", traced);
            Message forged = system.text(order("forged"));
            forged.setStringProperty("traceparent", ANOTHER + "\r\nX-Forged: 1");
            system.send("orders.incoming", forged);
            Message wrong = system.text(order("wrong"));
            wrong.setIntProperty("traceparent", 7);
            system.send("orders.incoming", wrong);

            await("all were handed over")
                    .atMost(LONG)
                    .until(() -> warehouse.taken().size() == 3);
            assertThat(warehouse.traces()).containsExactly(Map.entry("traced", ANOTHER));
        }
    }

    @Test
    void whatATurnLogsSaysWhoseTurnItIsOnOtherThreadsToo() throws Exception {
        system.fulfilment("""
                - log: { message: "in hand", loggingLevel: WARN }
                - multicast:
                    parallelProcessing: true
                    steps:
                      - to: direct:fulfilment-left
                      - to: direct:fulfilment-right
                """, """
                - route:
                    id: fulfilment-left
                    description: of a test
                    from:
                      uri: direct:fulfilment-left
                      steps: [{ log: { message: "left", loggingLevel: WARN } }]
                - route:
                    id: fulfilment-right
                    description: of a test
                    from:
                      uri: direct:fulfilment-right
                      steps: [{ log: { message: "right", loggingLevel: WARN } }]
                """).start();

        system.post(order("A"));
        system.post(order("B"));

        await("both had their turn").atMost(LONG).until(() -> system.get("/api/stats")
                .contains("\"processed\":2"));
        assertThat(lines.told)
                .contains("A: in hand", "A: left", "A: right", "B: in hand", "B: left", "B: right")
                .noneMatch(line -> line.startsWith("null: ") && line.matches(".*: (in hand|left|right)"));
    }

    @Test
    void switchedOnThereIsOneLineForEachOrderAtItsEnd() throws Exception {
        Configurator.setLevel("orders", Level.INFO);
        system.fulfilment("""
                - choice:
                    when:
                      - simple: "${variable.order.orderId} == 'bad'"
                        steps:
                          - throwException:
                              exceptionType: ordersystem.order.UnprocessableOrderException
                              message: "no such\\narticle"
                - to: activemq:queue:orders.fulfilled
                """, "").start();

        system.post("/api/orders", "application/json", order("A"), TRACE);
        system.post(order("A"));
        system.post(order("bad"));

        await("both lines").atMost(LONG).until(() -> ends().size() == 2);
        assertThat(ends())
                .anySatisfy(line -> assertThat(line)
                        .matches(
                                "null: order=A state=PROCESSED lane=normal attempts=0 millis=\\d+ reason=- traceparent="
                                        + PARENT))
                .anySatisfy(line -> assertThat(line)
                        .matches("null: order=bad state=FAILED lane=normal attempts=1 millis=\\d+"
                                + " reason=ordersystem.order.UnprocessableOrderException traceparent=-"));
    }

    private List<String> ends() {
        return lines.told.stream().filter(line -> line.contains("order=")).toList();
    }

    private static Map<String, Message> byId(List<Message> messages) {
        return messages.stream().collect(Collectors.toMap(TracingTest::orderId, Function.identity()));
    }

    private static Message of(Map<String, Message> messages, String id) {
        return Objects.requireNonNull(messages.get(id), id);
    }

    private static String orderId(Message message) {
        try {
            return message.getStringProperty("OrderId");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String order(String id) {
        return "{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
