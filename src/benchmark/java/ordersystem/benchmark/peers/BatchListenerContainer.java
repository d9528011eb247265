package ordersystem.benchmark.peers;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jms.connection.JmsResourceHolder;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A listener container with a JMS transaction a batch: each message goes through the flow, whose sends join the
 * consumer's session; then the ledger writes the batch; then JMS commits. A batch with a duplicate in it is rolled back,
 * and its messages are taken one by one, each written to the ledger before it is sent on. Those who come back find their
 * own names in the ledger.
 */
final class BatchListenerContainer extends DefaultMessageListenerContainer {

    private final BatchedLedger ledger;
    private final int batch;
    private final Duration batchTime;

    /** How many of the next messages are taken one by one. What is rolled back comes back to the same thread. */
    private final ThreadLocal<Integer> singles = ThreadLocal.withInitial(() -> 0);

    BatchListenerContainer(BatchedLedger ledger, int batch, Duration batchTime) {
        this.ledger = ledger;
        this.batch = batch;
        this.batchTime = batchTime;
        setExposeListenerSession(false);
    }

    @Override
    protected boolean receiveAndExecute(
            Object invoker, @Nullable Session givenSession, @Nullable MessageConsumer givenConsumer)
            throws JMSException {
        Session session = Objects.requireNonNull(givenSession, "needs CACHE_CONSUMER");
        MessageConsumer consumer = Objects.requireNonNull(givenConsumer, "needs CACHE_CONSUMER");
        Message first = receiveMessage(consumer);
        if (first == null) {
            noMessageReceived(invoker, session);
            return false;
        }
        messageReceived(invoker, session);
        JmsResourceHolder holder = new JmsResourceHolder(session);
        TransactionSynchronizationManager.bindResource(getConnectionFactory(), holder);
        try {
            take(first, session, consumer);
        } finally {
            TransactionSynchronizationManager.unbindResource(getConnectionFactory());
        }
        return true;
    }

    private void take(Message first, Session session, MessageConsumer consumer) throws JMSException {
        boolean single = singles.get() > 0;
        long end = System.nanoTime() + batchTime.toNanos();
        boolean committed = false;
        try {
            if (!single) {
                ledger.begin();
            }
            int taken = 0;
            for (Message next = first; next != null; ) {
                invokeListener(session, next);
                taken++;
                boolean more = !single && taken < batch && System.nanoTime() < end && isRunning();
                next = more ? consumer.receiveNoWait() : null;
            }
            if (single || ledger.write()) {
                session.commit();
                committed = true;
                singles.set(Math.max(0, singles.get() - 1));
            }
        } catch (SQLException | JMSException | RuntimeException e) {
            logger.warn("back to the queue", e);
        } finally {
            ledger.end();
            if (!committed) {
                singles.set(batch);
                session.rollback();
            }
        }
    }
}
