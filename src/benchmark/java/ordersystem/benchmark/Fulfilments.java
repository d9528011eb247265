package ordersystem.benchmark;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import ordersystem.broker.BrokerClient;
import ordersystem.order.OrderHeaders;

/**
 * Reads the orders of one run from the queue that they are handed over to, as a system downstream would: one listener, up
 * to {@value #BATCH} messages a transaction; and notes when each came. Thread-safe.
 */
final class Fulfilments implements AutoCloseable {

    private static final int BATCH = 100;
    private static final long IDLE_MILLIS = 20;

    private final String prefix;
    private final Times times;
    private final Connection connection;
    private final Thread thread;
    private volatile boolean open = true;
    private int seen;
    private int again;

    /**
     * Begins to read.
     *
     * @param run orders of other runs are taken and not counted
     * @param orders how many orders the run has
     */
    Fulfilments(String queue, String run, int orders) throws JMSException {
        prefix = run + ".";
        times = new Times(orders);
        connection = BrokerClient.connectionFactory(Queues.URL).createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
        connection.start();
        thread = new Thread(() -> read(session, consumer), "downstream");
        thread.start();
    }

    private void read(Session session, MessageConsumer consumer) {
        try {
            int uncommitted = 0;
            while (open) {
                Message message = consumer.receive(IDLE_MILLIS);
                if (message != null) {
                    note(message.getStringProperty(OrderHeaders.ID), Times.now());
                    uncommitted++;
                }
                if (uncommitted == BATCH || (message == null && uncommitted > 0)) {
                    session.commit();
                    uncommitted = 0;
                }
            }
            session.commit();
        } catch (JMSException e) {
            throw new IllegalStateException("the downstream reader ends", e);
        }
    }

    private synchronized void note(String orderId, long now) {
        if (!orderId.startsWith(prefix)) {
            return;
        }
        int order = Integer.parseInt(orderId.substring(prefix.length()));
        if (times.has(order)) {
            again++;
        } else {
            times.set(order, now);
            seen++;
        }
        notifyAll();
    }

    /** Waits until as many different orders came, or none for {@code patience}. */
    synchronized void await(int orders, long patienceMillis) throws InterruptedException {
        long end = System.nanoTime() + patienceMillis * 1_000_000;
        int before = seen;
        while (seen < orders && System.nanoTime() - end < 0) {
            wait(patienceMillis);
            if (seen > before) {
                before = seen;
                end = System.nanoTime() + patienceMillis * 1_000_000;
            }
        }
    }

    /** How many orders came, how many messages were one too many; the time of each is written to the file. */
    synchronized Map<String, Object> report(Path file) throws IOException {
        times.write(file);
        return Map.of("fulfilled", seen, "again", again, "times", file.toString());
    }

    @Override
    public void close() throws Exception {
        open = false;
        thread.join();
        connection.close();
    }
}
