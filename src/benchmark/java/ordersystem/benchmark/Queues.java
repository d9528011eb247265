package ordersystem.benchmark;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import ordersystem.broker.BrokerClient;
import ordersystem.broker.BrokerSettings;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.broker.BrokerRegistry;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.broker.region.Queue;
import org.apache.activemq.broker.region.RegionBroker;
import org.apache.activemq.command.ActiveMQQueue;

/** The queues of this JVM's broker, seen from inside: fills, counts and empties them. One thread. */
final class Queues {

    static final String URL = "vm://" + BrokerSettings.DEFAULT_NAME + "?create=false";

    /** Large enough that filling is not what is measured. */
    private static final int FILL_BATCH = 500;

    private static final long RECEIVE_MS = 5_000;

    /** Whoever makes no progress for as long will make none any more. */
    private static final long STANDS_STILL_NS = 60_000_000_000L;

    private final ConnectionFactory connections = BrokerClient.connectionFactory(URL);
    private final Orders orders;

    Queues(Orders orders) {
        this.orders = orders;
    }

    /** Puts orders {@code from} to {@code to} of a run into a queue. */
    void fill(String queue, String run, int from, int to) throws JMSException {
        try (Feed feed = feed(queue, true)) {
            for (int i = from; i < to; i++) {
                feed.send(orders.json(run, i), orders.isHigh(i));
                if ((i - from) % FILL_BATCH == FILL_BATCH - 1) {
                    feed.commit();
                }
            }
            feed.commit();
        }
    }

    Feed feed(String queue, boolean transacted) throws JMSException {
        return new Feed(connections, queue, transacted);
    }

    /** Takes everything out of a queue that is there, and returns the order ids. */
    List<String> take(String queue) throws JMSException {
        List<String> ids = new ArrayList<>();
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            connection.start();
            for (long left = depth(queue); left > 0; left--) {
                Message message =
                        Objects.requireNonNull(consumer.receive(RECEIVE_MS), "a queue counts what it has not");
                ids.add(message.getStringProperty(OrderHeaders.ID));
                if (left % FILL_BATCH == 0) {
                    session.commit();
                }
            }
            session.commit();
        }
        return ids;
    }

    /** Messages in a queue. */
    static long depth(String queue) {
        Destination destination = region().getDestinationMap().get(new ActiveMQQueue(queue));
        return destination == null
                ? 0
                : destination.getDestinationStatistics().getMessages().getCount();
    }

    /** Waits until a queue has as many messages. */
    static void awaitDepth(String queue, long messages) {
        await(queue, () -> depth(queue), messages);
    }

    /** Waits until a count, which is asked every 2 ms, is reached. */
    static void await(String what, LongSupplier count, long enough) {
        long before = -1;
        long lastChange = System.nanoTime();
        for (long now = count.getAsLong(); now < enough; now = count.getAsLong()) {
            if (now != before) {
                before = now;
                lastChange = System.nanoTime();
            } else if (System.nanoTime() - lastChange > STANDS_STILL_NS) {
                throw new IllegalStateException(what + " stands at " + now + " of " + enough + " for a minute");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Takes everything out of a queue. */
    static void empty(String queue) throws Exception {
        if (region().getDestinationMap().get(new ActiveMQQueue(queue)) instanceof Queue there) {
            there.purge();
        }
    }

    private static RegionBroker region() {
        BrokerService broker =
                Objects.requireNonNull(BrokerRegistry.getInstance().lookup(BrokerSettings.DEFAULT_NAME), "no broker");
        return (RegionBroker) broker.getRegionBroker();
    }
}
