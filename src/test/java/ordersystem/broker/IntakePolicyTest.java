package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakePolicyTest {

    private static final long STORE = 64L * 1024 * 1024;

    private final Path folder;

    IntakePolicyTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private EmbeddedBroker start() {
        return EmbeddedBrokerTest.start(folder, STORE);
    }

    private static JmsClient legacy(EmbeddedBroker broker) throws Exception {
        return JmsClient.autoAcknowledge(
                new ActiveMQConnectionFactory(broker.connector().orElseThrow().toString()));
    }

    @Test
    void aTimeToLiveIsTakenOff() throws Exception {
        try (EmbeddedBroker broker = start();
                JmsClient client = legacy(broker)) {
            client.producer.setTimeToLive(60_000);
            client.send("orders.incoming", "must not expire");

            assertThat(client.receive("orders.incoming").getJMSExpiration()).isZero();
        }
    }

    @Test
    void aMessageThatHasExpiredOnItsWayIsTakenInAllTheSame() throws Exception {
        try (EmbeddedBroker broker = start();
                JmsClient client = legacy(broker)) {
            client.producer.setTimeToLive(1);
            for (int i = 0; i < 200; i++) {
                client.send("orders.incoming", "order");
            }

            Awaitility.await("the last sends are on their way")
                    .untilAsserted(
                            () -> assertThat(broker.depth("orders.incoming")).hasValue(200));
        }
    }

    @Test
    void onlyTheDoorSaysWhoseApiKeyItWas() throws Exception {
        try (EmbeddedBroker broker = start();
                JmsClient client = legacy(broker);
                JmsClient inside = JmsClient.autoAcknowledge(broker.connectionFactory())) {
            for (JmsClient sender : List.of(client, inside)) {
                Message order = sender.session.createTextMessage("order");
                order.setStringProperty("OrderSender", "webshop");
                order.setStringProperty("traceparent", "kept");
                sender.send("orders.incoming", order);
            }

            Message forged = inside.receive("orders.incoming");
            assertThat(forged.getStringProperty("OrderSender")).isNull();
            assertThat(forged.getStringProperty("traceparent")).isEqualTo("kept");
            assertThat(inside.receive("orders.incoming").getStringProperty("OrderSender"))
                    .isEqualTo("webshop");
        }
    }

    @Test
    void aNonPersistentMessageSurvivesARestart() throws Exception {
        try (EmbeddedBroker broker = start();
                JmsClient client = legacy(broker)) {
            client.producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            client.send("orders.incoming", "must last");
            client.send("somewhere.else,orders.incoming", "must last too");
            Awaitility.await("a non-persistent send does not wait for the broker")
                    .untilAsserted(
                            () -> assertThat(broker.depth("orders.incoming")).hasValue(2));
        }

        try (EmbeddedBroker broker = start()) {
            assertThat(broker.depth("orders.incoming")).hasValue(2);
        }
    }

    @Test
    void aMessageGroupIsTakenOff() throws Exception {
        try (EmbeddedBroker broker = start();
                JmsClient client = legacy(broker)) {
            Message message = client.session.createTextMessage("not tied to one consumer");
            message.setStringProperty("JMSXGroupID", "all");
            message.setIntProperty("JMSXGroupSeq", 7);
            message.setStringProperty("OrderId", "kept");
            client.send("orders.incoming", message);

            Message received = client.receive("orders.incoming");

            assertThat(received.getStringProperty("JMSXGroupID")).isNull();
            assertThat(received.getIntProperty("JMSXGroupSeq")).isZero();
            assertThat(received.getStringProperty("OrderId")).isEqualTo("kept");
        }
    }

    @Test
    void aReplyQueueIsLeftToItsClient() throws Exception {
        try (EmbeddedBroker broker = start();
                JmsClient client = legacy(broker)) {
            String reply = client.session.createTemporaryQueue().getQueueName();
            client.producer.setTimeToLive(60_000);
            client.send("replies", "may expire");

            assertThat(reply).doesNotStartWith("orders.");
            assertThat(client.receive("replies").getJMSExpiration()).isPositive();
        }
    }
}
