package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import ordersystem.ledger.Reason;
import ordersystem.ledger.Suspects;
import ordersystem.order.Order;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the message that ends the process. After an unclean stop the messages that could have been in hand are taken one
 * at a time by each consumer, and each is noted in the ledger before it enters a route; the note goes when it comes out
 * again, whatever became of it. What has a note already was in hand when the process ended: it is handled while nothing
 * else is, so that the next death has one suspect only. What has two ended the process twice, and is not tried again.
 *
 * <p>One for all consumers; thread-safe. After a clean stop it does nothing.
 */
public final class Quarantine {

    /** Deaths that are held against a message: one among others, one alone. */
    private static final int DEATHS = 2;

    private static final Reason POISON = new Reason(
            "poison",
            "the process ended while this message was handled, " + DEATHS + " times; it was not tried again",
            null,
            null);

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final Suspects suspects;
    private final boolean afterUncleanStop;
    private final long start;

    /** By queue: how many messages, at least, are still to be taken singly by whichever consumer gets them. */
    private final Map<String, AtomicInteger> toCome = new ConcurrentHashMap<>();

    /** Shared by messages without a note, held by one that has one. Fair, or the suspect would wait for a quiet moment. */
    private final ReadWriteLock alone = new ReentrantReadWriteLock(true);

    public Quarantine(Suspects suspects, boolean afterUncleanStop, Clock clock) {
        this.suspects = suspects;
        this.afterUncleanStop = afterUncleanStop;
        this.start = clock.millis();
        if (afterUncleanStop) {
            LOG.warn("The last run did not end by a clean stop: the first messages are taken one by one.");
        }
    }

    /** One message's way through the routes. */
    interface Turn {
        /** @param noted whether its message is noted as a suspect */
        void run(boolean noted) throws JMSException;
    }

    /** @param inHand messages of this queue that could have been in hand, with all consumers of a group together */
    void expect(String queue, int inHand) {
        if (afterUncleanStop) {
            toCome.computeIfAbsent(queue, name -> new AtomicInteger()).addAndGet(inHand);
        }
    }

    /**
     * @param ahead messages that the broker sends ahead to one consumer, or that it takes at once
     * @param prioritized whether a high order overtakes what waits in the queue
     */
    Ward ward(String queue, int ahead, boolean prioritized) {
        return new Ward(
                queue, toCome.getOrDefault(queue, new AtomicInteger()), afterUncleanStop ? ahead : 0, prioritized);
    }

    /** The same for one consumer; confined to its thread. */
    final class Ward {
        private final String queue;
        private final AtomicInteger toCome;
        private final boolean prioritized;
        /** What was sent ahead to this consumer is taken by no other, however far the others are. */
        private int ahead;

        private @Nullable String buried;

        private Ward(String queue, AtomicInteger toCome, int ahead, boolean prioritized) {
            this.queue = queue;
            this.toCome = toCome;
            this.ahead = ahead;
            this.prioritized = prioritized;
        }

        /** Whether messages are still to come that could have been in hand. */
        boolean isOpen() {
            return ahead > 0 || toCome.get() > 0;
        }

        /**
         * Whether this message is taken singly, and noted. What came into a lane since the start was in nobody's hand; of other
         * queues that is not known, because there a message has the time of its sender's clock.
         */
        boolean concerns(Message message) throws JMSException {
            return isOpen() && !(QueueNames.isLane(queue) && message.getJMSTimestamp() > start);
        }

        /**
         * Runs the turn of one message.
         *
         * @return why it was not run; null where it was
         */
        @Nullable
        Reason run(Delivery delivery, Turn turn) throws JMSException {
            if (!afterUncleanStop) {
                turn.run(false);
                return null;
            }
            String id = delivery.key();
            int deaths = amongOthers(id, delivery.message(), turn);
            if (deaths == 0) {
                return null;
            }
            if (deaths >= DEATHS) {
                buried = id;
                return POISON;
            }
            alone(id, turn);
            return null;
        }

        private int amongOthers(String id, Message message, Turn turn) throws JMSException {
            alone.readLock().lock();
            try {
                if (!concerns(message)) {
                    turn.run(false);
                    return 0;
                }
                int deaths = suspects.note(id, queue, OrderMessage.of(message).orderId());
                if (deaths == 0) {
                    runNoted(id, turn);
                }
                return deaths;
            } finally {
                alone.readLock().unlock();
            }
        }

        private void alone(String id, Turn turn) throws JMSException {
            alone.writeLock().lock();
            try {
                LOG.warn("{}: message {} was in hand when the process ended; it is handled alone", queue, id);
                suspects.noteAgain(id);
                runNoted(id, turn);
            } finally {
                alone.writeLock().unlock();
            }
        }

        private void runNoted(String id, Turn turn) throws JMSException {
            try {
                turn.run(true);
            } finally {
                suspects.clear(id);
            }
        }

        /** The batch with this message is committed. */
        void settled(Delivery delivery) throws JMSException {
            if (buried != null && buried.equals(delivery.key())) {
                suspects.clear(buried);
                buried = null;
            }
            if (concerns(delivery.message()) && !hasOvertaken(delivery.message())) {
                ahead = Math.max(0, ahead - 1);
                toCome.updateAndGet(n -> Math.max(0, n - 1));
            }
        }

        /** What came in since the start and passed those that wait: it was in nobody's hand, and they are still to come. */
        private boolean hasOvertaken(Message message) throws JMSException {
            return prioritized
                    && message.getJMSPriority() > Order.DEFAULT_JMS_PRIORITY
                    && message.getJMSTimestamp() >= start;
        }
    }
}
