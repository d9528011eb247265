package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import ordersystem.access.Certificate;
import ordersystem.access.PasswordHash;
import ordersystem.access.Role;
import ordersystem.access.SelfSigned;
import ordersystem.access.User;
import ordersystem.access.Users;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQSslConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ConsumerId;
import org.apache.activemq.command.ConsumerInfo;
import org.apache.activemq.command.SessionId;
import org.apache.activemq.network.NetworkConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what over the connectors of the embedded broker. */
class ConnectorAccessTest {

    private static final String PASSWORD = "correct horse battery";
    private static final PasswordHash HASH = PasswordHash.of(PASSWORD);

    @TempDir
    private Path folder;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws IOException {
        broker = start("tcp://127.0.0.1:0", null);
    }

    private EmbeddedBroker start(String connector, @Nullable Certificate certificate) throws IOException {
        Path file = Files.write(
                folder.resolve("users"),
                List.of(
                        new User("erp", Role.SEND).line(HASH),
                        new User("warehouse", Role.RECEIVE).line(HASH),
                        new User("anna", Role.OPERATE).line(HASH)));
        BrokerSettings settings = new BrokerSettings(
                "test-" + UUID.randomUUID(),
                folder.resolve(UUID.randomUUID().toString()),
                connector,
                64L << 20,
                100,
                8192,
                0,
                Set.of(Door.INCOMING, "legacy.orders.in"),
                List.of(),
                new BrokerSettings.Protection(new Users(file, "orders.broker.users-file"), certificate));
        return new EmbeddedBroker(settings, fault -> {
            throw new AssertionError("the store failed", fault);
        });
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private ConnectionFactory as(String user, String password) {
        return new ActiveMQConnectionFactory(
                user, password, broker.connector().orElseThrow().toString());
    }

    private JmsClient as(String user) throws JMSException {
        return JmsClient.autoAcknowledge(as(user, PASSWORD));
    }

    @ParameterizedTest
    @CsvSource({"erp, wrong horse battery", "nobody, " + PASSWORD, "erp,", ","})
    void whoIsNotKnownIsRefused(String user, String password) {
        assertThatThrownBy(() -> JmsClient.autoAcknowledge(as(user, password)).close())
                .isInstanceOf(JMSSecurityException.class);
    }

    @Test
    void aTemporaryQueueIsReadByItsMakerAlone() throws Exception {
        try (ActiveMQConnection erp = (ActiveMQConnection) as("erp", PASSWORD).createConnection();
                ActiveMQConnection other =
                        (ActiveMQConnection) as("anna", PASSWORD).createConnection()) {
            erp.start();
            Session session = erp.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Queue replies = session.createTemporaryQueue();
            MessageConsumer own = session.createConsumer(replies);
            Session others = other.createSession(false, Session.AUTO_ACKNOWLEDGE);

            // ActiveMQ's client would refuse it by itself.
            ConsumerInfo reader = new ConsumerInfo(
                    new ConsumerId(new SessionId(other.getConnectionInfo().getConnectionId(), 1), 99));
            reader.setDestination((ActiveMQDestination) replies);
            assertThatThrownBy(() -> other.syncSendPacket(reader))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("anna may not read")
                    .hasMessageContaining("of another connection");

            others.createProducer(replies).send(others.createTextMessage("accepted"));
            assertThat(own.receive(10_000)).isNotNull();
        }
    }

    @Test
    void aSenderPutsOrdersInAndTakesNothingOut() throws Exception {
        try (JmsClient erp = as("erp")) {
            erp.send("orders.incoming", "one");
            erp.send("legacy.orders.in", "two");
            for (String queue : List.of("orders.incoming", "legacy.orders.in", "orders.fulfilled", "orders.high")) {
                assertThatThrownBy(() -> erp.consumer(queue)).as(queue).isInstanceOf(JMSException.class);
            }
        }
        assertThat(broker.depth("orders.incoming")).hasValue(1);
        assertThat(broker.depth("legacy.orders.in")).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders.high",
                "orders.normal",
                "orders.high.dlq",
                "orders.invalid",
                "orders.strays",
                "orders.fulfilled",
                "a.queue.of.its.own",
                "orders.incoming,orders.high",
                "orders.>",
                "orders.*",
                ">"
            })
    void nobodyPutsAMessageIntoAnotherQueue(String queue) throws Exception {
        for (String user : List.of("erp", "warehouse", "anna")) {
            try (JmsClient client = as(user)) {
                assertThatThrownBy(() -> client.send(queue, "one")).as(user).isInstanceOf(JMSException.class);
            }
        }
        assertThat(broker.depth("orders.high")).hasValue(0);
        assertThat(broker.depth("orders.incoming")).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders.incoming",
                "orders.high",
                "orders.strays",
                "legacy.orders.in",
                "orders.fulfilled,orders.incoming",
                "orders.>",
                "orders.*",
                ">",
                "*.fulfilled"
            })
    void aReceiverTakesFromNoOtherQueueAndLooksIntoNone(String queue) throws Exception {
        try (JmsClient inside = JmsClient.autoAcknowledge(broker.connectionFactory());
                JmsClient warehouse = as("warehouse")) {
            inside.send("orders.incoming", "one");

            assertThatThrownBy(() -> warehouse.consumer(queue)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> {
                        try (QueueBrowser browser =
                                warehouse.session.createBrowser(warehouse.session.createQueue(queue))) {
                            browser.getEnumeration().hasMoreElements();
                        }
                    })
                    .isInstanceOf(JMSException.class);
        }
        assertThat(broker.depth("orders.incoming")).hasValue(1);
    }

    @Test
    void aReceiverTakesWhatWasFulfilledAndItsDeadLettersAndSubscribesToEvents() throws Exception {
        try (JmsClient inside = JmsClient.autoAcknowledge(broker.connectionFactory());
                JmsClient warehouse = as("warehouse")) {
            inside.send("orders.fulfilled", "one");
            inside.send("DLQ.orders.fulfilled", "two");

            assertThat(warehouse.receive("orders.fulfilled").getBody(String.class))
                    .isEqualTo("one");
            assertThat(warehouse.receive("DLQ.orders.fulfilled").getBody(String.class))
                    .isEqualTo("two");
        }
        try (Connection connection = as("warehouse", PASSWORD).createConnection()) {
            connection.setClientID("warehouse");
            connection.start();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            try (MessageConsumer events = session.createDurableSubscriber(session.createTopic("orders.events"), "all");
                    JmsClient inside = JmsClient.autoAcknowledge(broker.connectionFactory())) {
                inside.producer.send(
                        inside.session.createTopic("orders.events"), inside.session.createTextMessage("received"));

                assertThat(events.receive(20_000).getBody(String.class)).isEqualTo("received");
            }
            session.unsubscribe("all");
        }
    }

    @Test
    void whoIsInHasAQueueForReplies() throws Exception {
        try (JmsClient inside = JmsClient.autoAcknowledge(broker.connectionFactory());
                JmsClient erp = as("erp")) {
            jakarta.jms.TemporaryQueue replies = erp.session.createTemporaryQueue();
            try (MessageConsumer consumer = erp.session.createConsumer(replies)) {
                inside.producer.send(replies, inside.session.createTextMessage("accepted"));

                assertThat(consumer.receive(20_000).getBody(String.class)).isEqualTo("accepted");
            }
            replies.delete();
        }
    }

    @Test
    void nobodyRemovesAQueue() throws Exception {
        try (JmsClient inside = JmsClient.autoAcknowledge(broker.connectionFactory())) {
            inside.send("orders.fulfilled", "one");
        }
        for (String user : List.of("erp", "warehouse", "anna")) {
            try (Connection connection = as(user, PASSWORD).createConnection()) {
                connection.start();
                assertThatThrownBy(() -> ((ActiveMQConnection) connection)
                                .destroyDestination(new ActiveMQQueue("orders.fulfilled")))
                        .as(user)
                        .isInstanceOf(JMSException.class);
            }
        }
        assertThat(broker.depth("orders.fulfilled")).hasValue(1);
    }

    /** A duplex bridge has our broker connect to itself, by vm:, in the other one's name. */
    @Test
    void aBridgeOfAnotherBrokerIsNoWayIn() throws Exception {
        BrokerService other = new BrokerService();
        other.setBrokerName("other-" + UUID.randomUUID());
        other.setPersistent(false);
        other.setUseJmx(false);
        NetworkConnector bridge = other.addNetworkConnector("static:("
                + broker.connector().orElseThrow() + ")?initialReconnectDelay=50&useExponentialBackOff=false");
        bridge.setDuplex(true);
        bridge.addStaticallyIncludedDestination(new ActiveMQQueue("orders.high"));
        other.start();
        try (JmsClient attacker = JmsClient.autoAcknowledge(
                new ActiveMQConnectionFactory("vm://" + other.getBrokerName() + "?create=false"))) {
            for (int i = 0; i < 10; i++) {
                attacker.send("orders.high", "forged");
            }
            await("the bridge tries")
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> broker.depth("orders.high").getAsLong() == 0);
        } finally {
            other.stop();
        }
    }

    @Test
    void aConnectorWithTlsSpeaksNothingElse() throws Exception {
        broker.close();
        Path keyStore = SelfSigned.keyStore(folder.resolve("key.p12"));
        broker = start("ssl://127.0.0.1:0", new Certificate(keyStore, SelfSigned.PASSWORD));
        String address = broker.connector().orElseThrow().toString();

        ActiveMQSslConnectionFactory trusting = new ActiveMQSslConnectionFactory(address);
        trusting.setTrustStore(keyStore.toUri().toString());
        trusting.setTrustStorePassword(SelfSigned.PASSWORD);
        trusting.setUserName("erp");
        trusting.setPassword(PASSWORD);
        try (JmsClient erp = JmsClient.autoAcknowledge(trusting)) {
            erp.send("orders.incoming", "one");
        }
        assertThat(broker.depth("orders.incoming")).hasValue(1);

        ActiveMQSslConnectionFactory untrusting = new ActiveMQSslConnectionFactory(address);
        untrusting.setUserName("erp");
        untrusting.setPassword(PASSWORD);
        assertThatThrownBy(() -> JmsClient.autoAcknowledge(untrusting).close()).isInstanceOf(JMSException.class);
        ActiveMQConnectionFactory plain = new ActiveMQConnectionFactory(
                "erp", PASSWORD, address.replace("ssl:", "tcp:") + "?wireFormat.maxInactivityDuration=2000");
        assertThatThrownBy(() -> JmsClient.autoAcknowledge(plain).close()).isInstanceOf(JMSException.class);
    }
}
