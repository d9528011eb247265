package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.apache.activemq.command.ActiveMQTextMessage;
import org.apache.activemq.util.ByteSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes in by JMS or HTTP, and where it goes: the shipped route files as they are. */
class OrderFlowTest {

    @TempDir
    static Path home;

    private static RunningSystem system;

    @BeforeAll
    static void start() {
        system = new RunningSystem(home).start();
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static String order(String id, String more) {
        return "{\"orderId\":\"" + id + "\"," + more
                + "\"lines\":[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}],\"gift\":true}";
    }

    @Test
    void anOrderComesOutOnceWithTheBodyThatCameIn() throws Exception {
        String json = "  " + order("flow-1", "\"shipping\":\"EXPEDITED\",");
        Message sent = system.text(json);
        sent.setJMSCorrelationID("legacy-7");

        system.send("orders.incoming", sent);

        Message got = received("flow-1");
        assertThat(((TextMessage) got).getText()).isEqualTo(json);
        assertThat(got.getJMSCorrelationID()).isEqualTo("legacy-7");
        assertThat(got.getStringProperty("OrderLane")).isEqualTo("high");
        awaitStatus("flow-1", "PROCESSED");
    }

    @Test
    void bytesAreAnOrderToo() throws Exception {
        byte[] json = order("flow-bytes", "").getBytes(StandardCharsets.UTF_8);
        BytesMessage message = system.session().createBytesMessage();
        message.writeBytes(json);

        system.send("orders.incoming", message);

        BytesMessage got = (BytesMessage) received("flow-bytes");
        byte[] body = new byte[(int) got.getBodyLength()];
        got.readBytes(body);
        assertThat(body).isEqualTo(json);
        assertThat(got.getStringProperty("OrderLane")).isEqualTo("normal");
    }

    @Test
    void aJmsPriorityAboveFourMakesAnOrderHigh() throws Exception {
        system.send("orders.incoming", system.text(order("flow-p5", "")), 5);

        assertThat(received("flow-p5").getStringProperty("OrderLane")).isEqualTo("high");
    }

    @Test
    void theSameOrderOnceMoreIsCountedAndNotHandedOverAgain() throws Exception {
        long before = figure("duplicates");
        system.send("orders.incoming", order("flow-twice", ""));
        received("flow-twice");

        system.send("orders.incoming", order("flow-twice", "\n").replace("\"gift\":true", "\"gift\" : true"));

        await().until(() -> figure("duplicates") == before + 1);
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    @Test
    void theSameIdWithAnotherBodyIsKeptForAPerson() throws Exception {
        system.send("orders.incoming", order("flow-changed", ""));
        received("flow-changed");

        system.send("orders.incoming", order("flow-changed", "\"customerId\":\"other\","));

        await().until(() -> system.manage("/api/dead-letters").contains("known with another body"));
        assertThat(system.manage("/api/dead-letters")).contains("\\\"customerId\\\":\\\"other\\\"");
        assertThat(system.get("/api/orders/flow-changed")).contains("PROCESSED");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    @Test
    void whatIsNotAnOrderIsKeptWithItsReasonWhateverItsType() throws Exception {
        long before = figure("invalid");
        MapMessage map = system.session().createMapMessage();
        map.setString("orderId", "flow-map");
        system.send("orders.incoming", "{\"orderId\":\"flow-bad\",\"lines\":[]}");
        system.send("orders.incoming", "not JSON at all");
        system.send("orders.incoming", map);
        system.send("orders.incoming", system.session().createObjectMessage(new java.util.Date(0)));
        system.send("orders.incoming", system.session().createStreamMessage());
        system.send("orders.incoming", system.session().createMessage());

        await().until(() -> figure("invalid") == before + 6);
        assertThat(system.manage("/api/dead-letters"))
                .contains("lines: 0 elements", "not JSON at all", "ObjectMessage", "StreamMessage");

        system.send("orders.incoming", order("flow-bad", ""));
        assertThat(received("flow-bad")).isNotNull();
    }

    @Test
    void aTextThatCannotBeReadBlocksNobody() throws Exception {
        ActiveMQTextMessage broken = new ActiveMQTextMessage();
        broken.setContent(new ByteSequence(new byte[] {0, 0, 1, 0, 'x'})); // says 256 bytes, and has one
        system.send("orders.incoming", broken);
        system.send("orders.incoming", order("flow-neighbour", ""));

        assertThat(received("flow-neighbour")).isNotNull();
        assertThat(system.receive("orders.unfiled", 1)).hasSize(1);
        await("no exchange of it is left, for which a stop would wait").until(() -> inflight() == 0);
    }

    @Test
    void aClientsOwnStepAndHeadersDoNotGetIn() throws Exception {
        Message forged = system.text(order("flow-forged", ""));
        forged.setIntProperty("OrderStep", 7);
        forged.setLongProperty("OrderReceivedAt", 1);
        forged.setStringProperty("CamelJmsDestinationName", "orders.high");
        forged.setStringProperty("cAmElJmsDestinationName", "orders.high");
        forged.setStringProperty("region", "north");

        system.send("orders.incoming", forged);

        Message got = received("flow-forged");
        assertThat(got.getStringProperty("OrderLane")).isEqualTo("normal");
        assertThat(got.getLongProperty("OrderReceivedAt"))
                .isBetween(forged.getJMSTimestamp(), System.currentTimeMillis());
        assertThat(got.propertyExists("region")).isFalse();
        assertThat(got.propertyExists("cAmElJmsDestinationName")).isFalse();
        awaitStatus("flow-forged", "PROCESSED");
    }

    @Test
    void aHandedOverMessageThatComesBackChangedOrBrokenIsKeptAsInvalidAndDoesNotTouchItsOrder() throws Exception {
        long before = figure("invalid");
        system.send("orders.incoming", order("flow-return", ""));
        Message got = received("flow-return");
        awaitStatus("flow-return", "PROCESSED");
        for (String body : List.of(order("flow-return", "\"customerId\":\"changed\","), "torn {")) {
            Message back = system.text(body);
            back.setStringProperty("OrderId", got.getStringProperty("OrderId"));
            back.setStringProperty("OrderLane", got.getStringProperty("OrderLane"));
            back.setIntProperty("OrderStep", 2);
            system.send("orders.incoming", back);
        }

        await().until(() -> figure("invalid") == before + 2);
        assertThat(system.get("/api/orders/flow-return")).contains("PROCESSED");
        assertThat(system.manage("/api/dead-letters")).contains("changed", "torn {");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    @Test
    void ordersHeadersOfTheWrongTypeInALaneBlockNobody() throws Exception {
        Message broken = system.text(order("flow-types", ""));
        broken.setLongProperty("OrderStep", 1);
        broken.setStringProperty("OrderLane", "HIGH!");
        broken.setStringProperty("OrderId", "x".repeat(600));
        system.send("orders.normal", broken);
        system.send("orders.incoming", order("flow-behind", ""));

        assertThat(system.receive("orders.fulfilled", 2).stream().map(OrderFlowTest::id))
                .containsExactlyInAnyOrder("flow-types", "flow-behind");
        awaitStatus("flow-behind", "PROCESSED");
        awaitStatus("flow-types", "PROCESSED");
    }

    @Test
    void whatSomebodyPutsIntoADeadLetterQueueIsKeptWithoutTouchingAnOrder() throws Exception {
        long before = figure("invalid");
        Message odd = system.text("odd one");
        odd.setStringProperty("OrderStep", "abc");
        odd.setStringProperty("OrderId", "flow-1");
        system.send("orders.normal.dlq", odd);

        await().until(() -> figure("invalid") == before + 1);
        assertThat(system.manage("/api/dead-letters")).contains("odd one", "without a reason");
    }

    @Test
    void whatIsPutIntoALaneByHandGoesThroughTheIntake() throws Exception {
        system.send("orders.high", order("flow-lane", ""));

        assertThat(received("flow-lane").getStringProperty("OrderLane")).isEqualTo("normal");
        awaitStatus("flow-lane", "PROCESSED");
    }

    @Test
    void aHandedOverMessagePutBackIntoALaneStaysAStaleCopy() throws Exception {
        system.send("orders.incoming", order("flow-back", ""));
        Message got = received("flow-back");
        awaitStatus("flow-back", "PROCESSED");
        long before = figure("duplicates");

        system.send("orders.normal", got);

        await().until(() -> figure("duplicates") == before + 1);
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    @Test
    void theFiguresAreTheSameOverRestAndJmxAndAddUp() throws Exception {
        system.send("orders.incoming", order("flow-figures", ""));
        received("flow-figures");
        awaitStatus("flow-figures", "PROCESSED");

        var server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("ordersystem:type=OrderStats");
        CompositeData stats = (CompositeData) server.getAttribute(name, "OrderStats");

        for (String figure : List.of("received", "processed", "failed", "pending", "invalid", "duplicates")) {
            assertThat(stats.get(figure)).as(figure).isEqualTo(figure(figure));
        }
        assertThat(figure("received")).isEqualTo(figure("processed") + figure("failed") + figure("pending"));
        assertThat(server.getAttribute(name, "Processed")).isEqualTo(figure("processed"));
    }

    /** Takes this order from the queue of fulfilled ones; nothing else may be there, because each test takes its own. */
    private static Message received(String orderId) throws JMSException {
        Message message = system.receive("orders.fulfilled", 1).get(0);
        assertThat(message.getStringProperty("OrderId")).isEqualTo(orderId);
        return message;
    }

    private static String id(Message message) {
        try {
            return message.getStringProperty("OrderId");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitStatus(String orderId, String status) {
        await("the batch ends a moment after its message is out")
                .until(() -> system.get("/api/orders/" + orderId).contains("\"status\":\"" + status + "\""));
    }

    private static int inflight() throws Exception {
        var server = ManagementFactory.getPlatformMBeanServer();
        ObjectName context = server.queryNames(new ObjectName("org.apache.camel:type=context,*"), null)
                .iterator()
                .next();
        return ((Number) server.getAttribute(context, "ExchangesInflight")).intValue();
    }

    private static long figure(String name) {
        String stats = system.get("/api/stats");
        return Arrays.stream(stats.split("[{},]"))
                .filter(pair -> pair.startsWith("\"" + name + "\":"))
                .mapToLong(pair -> Long.parseLong(pair.substring(pair.indexOf(':') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + stats));
    }
}
