package ordersystem.benchmark.peers;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import ordersystem.benchmark.Surroundings;
import org.apache.activemq.command.ActiveMQQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that consume queues in batches, by hand: each has a connection, a transacted session, a consumer and one
 * producer for all destinations. A batch is what is there, up to its size and time; SQL has committed when its
 * {@link Hop} returns, then what it wants sent is sent, then JMS commits.
 */
final class Consumers {

    /** What is done with a batch of one queue. */
    interface Hop {
        /** Called for each message as it comes; may take its time. */
        Work read(Message message) throws JMSException;

        /** Records them, commits, and returns those that are to be sent on, with their headers set. */
        List<Send> settle(String consumer, List<Work> batch) throws SQLException, JMSException;
    }

    /** A message; the entry is null where it is not an order. */
    record Work(Message message, PeerLedger.@org.jspecify.annotations.Nullable Entry entry) {}

    record Send(Queue to, Message message) {}

    /** How soon a consumer without work sees that it is to stop. */
    private static final long IDLE_MS = 200;

    private static final Duration WAIT_AFTER_FAILURE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(Consumers.class);

    private final ConnectionFactory factory;
    private final int batch;
    private final Duration batchTime;
    private final List<Thread> threads = new ArrayList<>();
    private volatile CountDownLatch stopping = new CountDownLatch(0);

    Consumers(ConnectionFactory factory, int batch, Surroundings surroundings) {
        this.factory = factory;
        this.batch = batch;
        this.batchTime = surroundings.batchTime();
    }

    /** Before the first {@link #consume} of a run. */
    void open() {
        stopping = new CountDownLatch(1);
    }

    /** Adds a thread that consumes a queue; returns when it does. */
    void consume(String queue, String name, Hop hop) throws JMSException {
        Connection connection = factory.createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(new ActiveMQQueue(queue));
        MessageProducer producer = session.createProducer(null);
        connection.start();
        Thread thread = new Thread(
                () -> {
                    try (connection) {
                        while (stopping.getCount() > 0) {
                            take(name, hop, session, consumer, producer);
                        }
                    } catch (JMSException e) {
                        LOG.error("{} ends", name, e);
                    }
                },
                name);
        threads.add(thread);
        thread.start();
    }

    private void take(String name, Hop hop, Session session, MessageConsumer consumer, MessageProducer producer)
            throws JMSException {
        Message next = consumer.receive(IDLE_MS);
        if (next == null) {
            return;
        }
        long end = System.nanoTime() + batchTime.toNanos();
        try {
            List<Work> works = new ArrayList<>(batch);
            while (next != null) {
                works.add(hop.read(next));
                boolean more = works.size() < batch && stopping.getCount() > 0 && System.nanoTime() < end;
                next = more ? consumer.receiveNoWait() : null;
            }
            for (Send send : hop.settle(name, works)) {
                producer.send(send.to(), send.message());
            }
            session.commit();
        } catch (SQLException | JMSException | RuntimeException e) {
            LOG.warn("{}: back to the queue", name, e);
            session.rollback();
            pause();
        }
    }

    private void pause() {
        try {
            if (stopping.await(WAIT_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when all batches in hand are committed. */
    void stop() throws InterruptedException {
        stopping.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }
}
