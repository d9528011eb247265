package ordersystem.benchmark;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import ordersystem.broker.BrokerClient;
import ordersystem.broker.BrokerSettings;
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

    private static final int HIGH_PRIORITY = 9;
    private static final int NORMAL_PRIORITY = 4;

    private final ConnectionFactory connections = BrokerClient.connectionFactory(URL);
    private final Orders orders;

    Queues(Orders orders) {
        this.orders = orders;
    }

    /** Puts orders {@code from} to {@code to} of a run into a queue, as the door would: persistent, high ones at priority 9. */
    void fill(String queue, String run, int from, int to) throws JMSException {
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (int i = from; i < to; i++) {
                producer.send(
                        session.createTextMessage(orders.json(run, i)),
                        DeliveryMode.PERSISTENT,
                        orders.isHigh(i) ? HIGH_PRIORITY : NORMAL_PRIORITY,
                        0);
                if ((i - from) % FILL_BATCH == FILL_BATCH - 1) {
                    session.commit();
                }
            }
            session.commit();
        }
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
        long before = -1;
        long lastChange = System.nanoTime();
        for (long depth = depth(queue); depth < messages; depth = depth(queue)) {
            long now = System.nanoTime();
            if (depth != before) {
                before = depth;
                lastChange = now;
            } else if (now - lastChange > 60_000_000_000L) {
                throw new IllegalStateException(queue + " stands at " + depth + " of " + messages + " for a minute");
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
