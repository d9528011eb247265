package ordersystem.transaction;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what may be lost: replies and events, on a thread and a connection of its own, after the transaction that they tell of. In that
 * transaction a reply to a queue that is gone would roll back the whole batch, for ever. What comes faster than the broker takes it, or
 * while it takes nothing, is left out and counted; nobody waits. Thread-safe.
 */
public final class Courier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    private static final int MOST_WAITING = 10_000;
    private static final int MOST_CHARACTERS = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /**
     * What is to be sent.
     *
     * @param text JSON
     * @param persistent whether it is to outlive the broker's restart
     */
    record Letter(
            Destination to,
            String text,
            @Nullable String correlationId,
            Map<String, String> properties,
            boolean persistent,
            Duration timeToLive) {}

    private final String what;
    private final ConnectionFactory connections;
    private final BlockingQueue<Letter> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong leftOut = new AtomicLong();
    private final Thread thread;
    private @Nullable Connection connection;
    private @Nullable Session session;
    private @Nullable MessageProducer producer;

    /**
     * @param what is sent, for its thread and the log: replies, or events
     * @param connections to the broker itself, for this courier alone: one that must wait for room blocks its whole connection
     */
    public Courier(String what, ConnectionFactory connections) {
        this.what = what;
        this.connections = connections;
        this.thread = new Thread(this::run, what);
        thread.setDaemon(true);
        thread.start();
    }

    /** A reason, short enough for thousands of them to wait. */
    static String clipped(String reason) {
        return reason.length() <= MOST_CHARACTERS ? reason : reason.substring(0, MOST_CHARACTERS) + "…";
    }

    void send(Letter letter) {
        if (!waiting.offer(letter)) {
            leaveOut("the broker takes fewer than are to be sent");
        }
    }

    private void leaveOut(String why) {
        long many = leftOut.incrementAndGet();
        // The first, the second, the fourth ...: told, and not in each line of the log.
        if (Long.bitCount(many) == 1) {
            LOG.warn("{} {} left out so far; {}. The orders are not touched by that.", many, what, why);
        }
    }

    private void run() {
        try {
            while (stopping.getCount() > 0 || !waiting.isEmpty()) {
                Letter letter = waiting.poll(200, TimeUnit.MILLISECONDS);
                if (letter != null) {
                    deliver(letter);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            hangUp();
        }
    }

    private void deliver(Letter letter) throws InterruptedException {
        try {
            connect();
            if (session == null || producer == null) {
                throw new IllegalStateException("no session");
            }
            Message message = session.createTextMessage(letter.text());
            message.setJMSCorrelationID(letter.correlationId());
            for (Map.Entry<String, String> property : letter.properties().entrySet()) {
                message.setStringProperty(property.getKey(), property.getValue());
            }
            int mode =
                    letter.persistent() ? jakarta.jms.DeliveryMode.PERSISTENT : jakarta.jms.DeliveryMode.NON_PERSISTENT;
            producer.send(
                    letter.to(),
                    message,
                    mode,
                    Message.DEFAULT_PRIORITY,
                    letter.timeToLive().toMillis());
        } catch (InvalidDestinationException e) {
            leaveOut(letter.to() + ": " + e.getMessage()); // whoever asked is gone
        } catch (JMSException | RuntimeException e) {
            leaveOut(letter.to() + ": " + e.getMessage());
            hangUp();
            LOG.debug("going on; stopping: {}", stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private void connect() throws JMSException {
        if (connection == null) {
            Connection made = connections.createConnection();
            connection = made;
            made.start();
            session = made.createSession(false, Session.AUTO_ACKNOWLEDGE);
            producer = session.createProducer(null);
        }
    }

    private void hangUp() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (JMSException e) {
            LOG.debug("closing", e);
        } finally {
            connection = null;
            session = null;
            producer = null;
        }
    }

    /** Sends what waits, for five seconds at most. */
    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
