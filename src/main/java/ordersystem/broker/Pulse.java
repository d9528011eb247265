package ordersystem.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.ActiveMQConnection;
import org.jspecify.annotations.Nullable;

/**
 * Whether an external broker answers, on a connection of its own each few seconds: one that was there before may wait for a
 * broker for ever. Asked by health checks; thread-safe.
 */
public final class Pulse implements AutoCloseable {

    private static final Duration BEAT = Duration.ofSeconds(2);
    /** Without an answer for so long the broker is away. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final ConnectionFactory connections;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread beating = new Thread(task, "broker-pulse");
        beating.setDaemon(true);
        return beating;
    });
    private volatile Instant answered;
    private volatile @Nullable String failure;

    /** @param connections to the broker itself */
    public Pulse(ConnectionFactory connections, Clock clock) {
        this.connections = connections;
        this.clock = clock;
        this.answered = clock.instant();
        var unused = thread.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try (Connection connection = connections.createConnection()) {
            if (connection instanceof ActiveMQConnection mq) {
                mq.setCloseTimeout((int) BEAT.toMillis());
            }
            connection.start(); // waits for the broker's answer
            failure = null;
            answered = clock.instant();
        } catch (JMSException | RuntimeException e) {
            failure = e.getMessage();
        }
    }

    /** Why there is no answer; null where there is one. */
    public @Nullable String whyNone() {
        String why = failure;
        if (why != null) {
            return "the broker does not answer: " + why;
        }
        Duration silence = Duration.between(answered, clock.instant());
        return silence.compareTo(LONGEST) < 0 ? null : "the broker has not answered for " + silence.toSeconds() + " s";
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
