package ordersystem.routes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An old producer keeps its queue, its kinds of messages and its ways; orders come out as JSON. */
class LegacyOrdersRouteTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String QUEUE = "LEGACY.ORDERS.IN";
    private static final String LINES = "[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}]";

    @TempDir
    static Path home;

    private static RunningSystem system;

    @BeforeAll
    static void start() {
        system = new RunningSystem(home)
                .set("ORDERS_LEGACY_QUEUE", QUEUE)
                .set("ORDERS_LEGACY_ENCODING", "ISO-8859-1")
                .set("ORDERS_EVENTS_MODE", "on")
                .start();
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static String xml(String id, String customer) {
        return "<order id=\"" + id + "\" customer=\"" + customer
                + "\"><line sku=\"85123A\" quantity=\"6\" unitPrice=\"2.55\"/></order>";
    }

    private static String json(String id, String customer) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer + "\",\"lines\":" + LINES + "}";
    }

    private static TextMessage fulfilled(String id) throws JMSException {
        Message message = system.receive("orders.fulfilled", 1).get(0);
        assertThat(message.getStringProperty("OrderId")).isEqualTo(id);
        return (TextMessage) message;
    }

    @Test
    void xmlComesOutAsTheJsonOfTheSameOrder() throws Exception {
        system.send(QUEUE, xml("xml-1", "Zoë"));

        assertThat(fulfilled("xml-1").getText()).isEqualTo(json("xml-1", "Zoë"));
    }

    @Test
    void bytesAreReadInTheEncodingOfTheQueue() throws Exception {
        BytesMessage bytes = system.session().createBytesMessage();
        bytes.writeBytes(xml("bytes-1", "Zoë").getBytes(ISO_8859_1));
        system.send(QUEUE, bytes);

        assertThat(fulfilled("bytes-1").getText()).isEqualTo(json("bytes-1", "Zoë"));
    }

    @Test
    void aMapComesOutAsJson() throws Exception {
        MapMessage map = system.session().createMapMessage();
        map.setString("orderId", "map-1");
        map.setString("lines", LINES);
        system.send(QUEUE, map);

        assertThat(fulfilled("map-1").getText()).contains("\"orderId\":\"map-1\"", "\"lines\":" + LINES);
    }

    @Test
    void priorityMakesAnOrderHighAndTheCorrelationIdIsKeptToTheEnd() throws Exception {
        Message message = system.text(xml("high-1", "x"));
        message.setJMSCorrelationID("old-77");
        system.send(QUEUE, message, 5);

        TextMessage high = fulfilled("high-1");
        assertThat(high.getStringProperty("OrderLane")).isEqualTo("high");
        assertThat(high.getJMSCorrelationID()).isEqualTo("old-77");
        assertThat(high.getJMSPriority()).isEqualTo(9);
    }

    @Test
    void neitherExpiryNorNonPersistenceNorGroupsTakeAnOrderAway() throws Exception {
        try (MessageProducer producer =
                system.session().createProducer(system.session().createQueue(QUEUE))) {
            Message message = system.text(xml("ttl-1", "x"));
            message.setStringProperty("JMSXGroupID", "branch-7");
            producer.send(message, DeliveryMode.NON_PERSISTENT, 4, 1);
        }

        TextMessage got = fulfilled("ttl-1");
        assertThat(got.getJMSExpiration()).isZero();
        assertThat(got.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(got.propertyExists("JMSXGroupID")).isFalse();
    }

    @Test
    void whoAsksForAReplyIsToldAcceptedDuplicateOrInvalidWithWhy() throws Exception {
        assertThat(reply(system.text(xml("reply-1", "a")), "ask-1"))
                .isEqualTo("{\"orderId\":\"reply-1\",\"status\":\"ACCEPTED\",\"lane\":\"normal\"}");
        fulfilled("reply-1");
        assertThat(reply(system.text(xml("reply-1", "a")), null))
                .isEqualTo("{\"orderId\":\"reply-1\",\"status\":\"DUPLICATE\"}");
        assertThat(reply(system.text(xml("reply-1", "b")), "ask-3"))
                .isEqualTo(
                        "{\"orderId\":\"reply-1\",\"status\":\"INVALID\",\"reason\":\"orderId: this order is known with another"
                                + " body; give a changed order an id of its own\"}");
        assertThat(reply(
                        system.text("<order id='reply-2'><line sku='a' quantity='0' unitPrice='1'/></order>"), "ask-4"))
                .isEqualTo(
                        "{\"status\":\"INVALID\",\"reason\":\"lines[0].quantity: 0; a whole number from 1 to 2147483647\"}");
        BytesMessage bytes = system.session().createBytesMessage();
        bytes.writeBytes("<?xml version='1.0' encoding='UTF-8'?><order id='Z\u00eb'/>".getBytes(ISO_8859_1));
        assertThat(reply(bytes, "ask-5")).startsWith("{\"status\":\"INVALID\",\"reason\":\"cannot be read as XML");
    }

    /** The text of the one reply, in a temporary queue. */
    private static String reply(Message request, @Nullable String correlationId) throws JMSException {
        Queue here = system.session().createTemporaryQueue();
        request.setJMSReplyTo(here);
        request.setJMSCorrelationID(correlationId);
        system.send(QUEUE, request);
        try (MessageConsumer consumer = system.session().createConsumer(here)) {
            TextMessage reply = (TextMessage) consumer.receive(LONG.toMillis());
            assertThat(reply).isNotNull();
            assertThat(reply.getJMSCorrelationID())
                    .as("the request's, or its message id")
                    .isEqualTo(correlationId == null ? request.getJMSMessageID() : correlationId);
            assertThat(reply.getJMSExpiration()).isPositive();
            return reply.getText();
        }
    }

    @Test
    void aReplyToAQueueThatIsGoneOrOursStopsNobody() throws Exception {
        Message gone = system.text(xml("gone-1", "x"));
        try (Connection other = new ActiveMQConnectionFactory(system.brokerUrl()).createConnection()) {
            Session session = other.createSession(false, Session.AUTO_ACKNOWLEDGE);
            gone.setJMSReplyTo(session.createTemporaryQueue());
        }
        await().atMost(LONG).until(() -> Long.valueOf(0).equals(system.stats().arriving()));
        long invalid = system.stats().invalid();
        Message ours = system.text(xml("ours-1", "x"));
        ours.setJMSReplyTo(system.session().createQueue("orders.incoming"));
        Message theirs = system.text(xml("theirs-1", "x"));
        theirs.setJMSReplyTo(system.session().createQueue("answers"));

        system.send(QUEUE, gone);
        fulfilled("gone-1");
        system.send(QUEUE, ours);
        fulfilled("ours-1");
        system.send(QUEUE, theirs);
        fulfilled("theirs-1");

        assertThat(((TextMessage) system.receive("answers", 1).get(0)).getText())
                .contains("theirs-1");
        await().atMost(LONG).until(() -> Long.valueOf(0).equals(system.stats().arriving()));
        assertThat(system.stats().invalid()).as("answers are no orders").isEqualTo(invalid);
    }

    @Test
    void whatIsNoOrderIsKeptAsItCame() throws Exception {
        MapMessage map = system.session().createMapMessage();
        map.setString("orderId", "scan-1");
        map.setBytes("scan", new byte[3]);
        system.send(QUEUE, map);
        system.send(QUEUE, system.session().createObjectMessage(new java.util.Date(0)));

        await().atMost(LONG).until(() -> {
            String letters = system.manage("/api/dead-letters");
            return letters.contains("scan: byte[]; text, a number, true or false")
                    && letters.contains(
                            "message type ObjectMessage; send a TextMessage or BytesMessage with JSON or XML");
        });
    }

    @Test
    void xmlByHttpIsTheSameOrder() throws Exception {
        assertThat(system.post("/api/orders", "application/xml", xml("http-1", "Zoë"), Map.of())
                        .statusCode())
                .isEqualTo(202);

        assertThat(((TextMessage) system.receive("orders.fulfilled", 1).get(0)).getText())
                .isEqualTo(json("http-1", "Zoë"));
        assertThat(system.post(json("http-1", "Zoë")).statusCode())
                .as("the same order")
                .isEqualTo(202);
        assertThat(system.post("/api/orders", "text/xml", xml("http-1", "other"), Map.of())
                        .statusCode())
                .isEqualTo(409);
        assertThat(system.post("/api/orders", "application/xml", "<order/>", Map.of())
                        .body())
                .contains("orderId: missing", "lines: missing");
    }

    @Test
    void whatBecomesOfOrdersIsToldToSubscribersThatWereAwayToo() throws Exception {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(system.brokerUrl());
        try (Connection subscriber = factory.createConnection()) {
            subscribe(subscriber).close();
        }
        system.send(QUEUE, xml("event-1", "x"));
        fulfilled("event-1");
        try (Connection subscriber = factory.createConnection();
                MessageConsumer events = subscribe(subscriber)) {
            TextMessage received = (TextMessage) events.receive(LONG.toMillis());
            TextMessage processed = (TextMessage) events.receive(LONG.toMillis());
            assertThat(List.of(received.getText(), processed.getText()))
                    .satisfiesExactlyInAnyOrder(
                            text -> assertThat(text)
                                    .matches(
                                            "\\{\"event\":\"received\",\"orderId\":\"event-1\",\"at\":\"[^\"]+\",\"lane\":\"normal\"}"),
                            text -> assertThat(text).startsWith("{\"event\":\"processed\",\"orderId\":\"event-1\","));
            assertThat(received.getJMSExpiration() - received.getJMSTimestamp())
                    .isEqualTo(Duration.ofHours(1).toMillis());
        }
    }

    private static MessageConsumer subscribe(Connection subscriber) throws JMSException {
        subscriber.setClientID("reports");
        subscriber.start();
        Session session = subscriber.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Topic topic = session.createTopic("orders.events");
        return session.createDurableSubscriber(topic, "reports", "OrderId LIKE 'event-%'", false);
    }
}
