package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final long MB = 1024 * 1024;
    private static final long SMALL_STORE = 64 * MB;
    private static final long RECEIVE_LIMIT_MS = 10_000;

    private final Path folder;

    EmbeddedBrokerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aSecondBrokerOnTheSameFolderIsRefusedInOneLine() {
        try (EmbeddedBroker first = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("orders.data-dir: " + folder
                            + " is in use by another OrderSystem; stop that one, or choose another folder");

            assertThat(first.hasRoom()).isTrue();
        }
    }

    @Test
    void aConnectorWhoseAddressIsInUseIsRefusedInOneLine(@TempDir Path other) {
        try (EmbeddedBroker first = start()) {
            String taken = first.connector().orElseThrow().toString();

            assertThatThrownBy(() -> start(other, taken))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("orders.broker.connector: " + taken
                            + " is in use; stop what listens there, or choose another port");
        }
    }

    @Test
    void whatWasSentIsThereAfterARestart() throws Exception {
        try (EmbeddedBroker broker = start()) {
            send(broker.connectionFactory(), "orders.incoming", 10);
        }
        try (EmbeddedBroker broker = start()) {
            assertThat(broker.depth("orders.incoming")).hasValue(10);
            assertThat(broker.depth("orders.high")).isEmpty();
        }
    }

    private EmbeddedBroker start() {
        return start(folder, "tcp://127.0.0.1:0");
    }

    private static EmbeddedBroker start(Path folder, String connector) {
        BrokerSettings settings =
                new BrokerSettings("test-" + UUID.randomUUID(), folder, connector, SMALL_STORE, 100, 8192);
        return new EmbeddedBroker(settings, fault -> fail("the store failed", fault));
    }

    private static void send(ConnectionFactory factory, String queue, int count) throws JMSException {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (int i = 0; i < count; i++) {
                producer.send(session.createTextMessage("order " + i));
            }
            session.commit();
        }
    }
}
