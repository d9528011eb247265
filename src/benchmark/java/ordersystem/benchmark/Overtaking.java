package ordersystem.benchmark;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import ordersystem.broker.BrokerClient;
import ordersystem.order.OrderHeaders;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * High orders that are sent one by one while a backlog of normal ones is worked off, and a client that takes everything
 * that is handed over, and notes when the high ones came. In the worker: the main thread sends, one thread receives.
 */
final class Overtaking {

    private static final long INTERVAL_NS = 10_000_000;
    private static final long LONGEST_MS = 3_600_000;
    private static final int BATCH = 100;
    private static final long RECEIVE_MS = 100;

    /** Percentiles of the plot, by how many orders there are to one that is slower. */
    private static final double[] ONE_IN = {1.25, 2, 4, 10, 20, 50, 100, 200, 500, 1000, 2000};

    private final Pipeline pipeline;
    private final Orders high;
    private final Queues normal;
    private final ConnectionFactory connections = BrokerClient.connectionFactory(Queues.URL);
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong highArrived = new AtomicLong();
    private volatile boolean receiving = true;
    private volatile @Nullable Exception failure;

    Overtaking(Pipeline pipeline, Orders orders) {
        this.pipeline = pipeline;
        high = orders.ofLane(true);
        normal = new Queues(orders.ofLane(false));
    }

    /**
     * Sends up to {@code samples} high orders, one each 10 ms, and none after the backlog's last order is handed over. An
     * order's time runs from when it was due to be sent, so that a broker that makes its sender wait is charged for it.
     */
    Map<String, Object> run(String run, int backlog, int samples) throws Exception {
        normal.fill(pipeline.incoming(), run, 0, backlog);
        System.gc();
        Histogram times = new Histogram(LONGEST_MS * 1000, 3);
        long start = System.nanoTime();
        Thread receiver = new Thread(() -> receive(run + ".h", start, times), "receiver");
        receiver.start();
        int sent = 0;
        try (Feed feed = normal.feed(pipeline.incoming(), false)) {
            pipeline.start();
            // The times of the orders are counted from start, in intervals; the first is due now.
            int first = (int) ((System.nanoTime() - start) / INTERVAL_NS) + 1;
            for (int i = first; sent < samples && arrived.get() - highArrived.get() < backlog; i++, sent++) {
                LockSupport.parkNanos(start + i * INTERVAL_NS - System.nanoTime());
                feed.send(high.json(run + ".h", i), true);
            }
            int all = backlog + sent;
            double seconds = (System.nanoTime() - start) / 1e9;
            long waitingAtTheEnd = all - arrived.get();
            Queues.await("orders that were handed over", arrived::get, all);
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("seconds", (System.nanoTime() - start) / 1e9);
            receiving = false;
            receiver.join();
            if (failure != null) {
                throw new IllegalStateException("the receiver failed", failure);
            }
            found.put("secondsOfSamples", seconds);
            found.put("waitingAtTheEnd", waitingAtTheEnd);
            found.put("samples", times.getTotalCount());
            found.put("sent", sent);
            found.put("received", arrived.get());
            found.put("p50", times.getValueAtPercentile(50) / 1e3);
            found.put("p99", times.getValueAtPercentile(99) / 1e3);
            found.put("max", times.getMaxValue() / 1e3);
            Map<String, Double> percentiles = new LinkedHashMap<>();
            for (double one : ONE_IN) {
                if (one <= sent) {
                    percentiles.put(String.valueOf(one), times.getValueAtPercentile(100 - 100 / one) / 1e3);
                }
            }
            found.put("percentiles", percentiles);
            return found;
        }
    }

    private void receive(String run, long start, Histogram times) {
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(pipeline.fulfilled()))) {
            connection.start();
            int open = 0;
            while (receiving) {
                Message message = consumer.receive(RECEIVE_MS);
                if (message != null) {
                    note(message.getStringProperty(OrderHeaders.ID), run, start, times);
                    open++;
                }
                if (open == BATCH || message == null && open > 0) {
                    session.commit();
                    open = 0;
                }
            }
            session.commit();
        } catch (JMSException | RuntimeException e) {
            failure = e;
        }
    }

    private void note(String id, String run, long start, Histogram times) {
        if (id.startsWith(run + ".")) {
            long due = start + Long.parseLong(id.substring(run.length() + 1)) * INTERVAL_NS;
            times.recordValue((System.nanoTime() - due) / 1000);
            highArrived.incrementAndGet();
        }
        arrived.incrementAndGet();
    }
}
