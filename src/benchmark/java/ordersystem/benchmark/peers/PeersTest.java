package ordersystem.benchmark.peers;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import ordersystem.benchmark.Pipeline;
import ordersystem.benchmark.Surroundings;
import ordersystem.broker.BrokerClient;
import ordersystem.broker.BrokerSettings;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.TestPostgres;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.OnlineRetail;
import ordersystem.order.OrderHeaders;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that loses or doubles orders is no peer: all of them do the work that they are measured by. */
class PeersTest {

    private static final int ORDERS = Integer.getInteger("peers.orders", 2_000);
    private static final long NO_MORE_MS = 1_500;

    @TempDir
    Path folder;

    static Stream<String> peers() {
        String only = System.getProperty("peers.only", "");
        return Peers.NAMES.stream().filter(name -> only.isEmpty() || only.equals(name));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void everyOrderIsHandedOverOnceThoughSentTwiceAndStoppedInBetween(String name) throws Exception {
        String url = TestPostgres.emptyDatabase();
        Ledger.open(url, TestPostgres.USER, TestPostgres.PASSWORD, "test", 2).close();
        BrokerSettings settings = new BrokerSettings("peers", folder, "none", 2L << 30, 2500, 8 * 1024, 0);
        try (EmbeddedBroker broker = new EmbeddedBroker(settings, fault -> {});
                Connection connection =
                        BrokerClient.connectionFactory(broker.url()).createConnection()) {
            connection.start();
            List<String> orders = orders();
            Surroundings surroundings = new Surroundings(
                    broker.url(),
                    url,
                    TestPostgres.USER,
                    TestPostgres.PASSWORD,
                    4,
                    50,
                    Duration.ofMillis(500),
                    Duration.ZERO);
            try (Pipeline peer = Peers.create(name, surroundings)) {
                send(connection, peer.incoming(), orders);

                peer.start();
                List<String> ids = receive(connection, peer.fulfilled(), ORDERS / 4);
                peer.stop();
                send(connection, peer.incoming(), orders.subList(0, 100));
                peer.start();
                ids.addAll(receive(connection, peer.fulfilled(), Integer.MAX_VALUE));

                assertThat(ids).hasSize(ORDERS).doesNotHaveDuplicates();
                assertThat(processed(url)).isEqualTo(ORDERS);
                assertThat(broker.depth(peer.incoming())).hasValue(0);
            }
        }
    }

    private static List<String> orders() throws Exception {
        List<String> real =
                OnlineRetail.orders().stream().filter(PeersTest::isValid).toList();
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            orders.add(real.get(i % real.size()).replaceFirst("\"orderId\":\"[^\"]*\"", "\"orderId\":\"p-" + i + "\""));
        }
        return orders;
    }

    /** Returns and corrections are not orders. */
    private static boolean isValid(String order) {
        try {
            return Peers.READER.read(order, null) != null;
        } catch (InvalidOrderException e) {
            return false;
        }
    }

    private static void send(Connection connection, String queue, List<String> orders) throws Exception {
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (String order : orders) {
                producer.send(session.createTextMessage(order));
            }
            session.commit();
        }
    }

    private static List<String> receive(Connection connection, String queue, int atMost) throws Exception {
        List<String> ids = new ArrayList<>();
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            Message message = consumer.receive(10 * NO_MORE_MS);
            while (message != null) {
                ids.add(message.getStringProperty(OrderHeaders.ID));
                message = ids.size() < atMost ? consumer.receive(NO_MORE_MS) : null;
            }
            session.commit();
        }
        return ids;
    }

    private static int processed(String url) throws Exception {
        try (java.sql.Connection c = DriverManager.getConnection(url, TestPostgres.USER, TestPostgres.PASSWORD);
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("SELECT count(*) FROM orders WHERE state = 'PROCESSED'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
