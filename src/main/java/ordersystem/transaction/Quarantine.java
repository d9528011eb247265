package ordersystem.transaction;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.Reason;
import ordersystem.ledger.Suspects;
import ordersystem.ledger.Suspects.Grade;
import ordersystem.ledger.Suspects.Suspect;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the message that ends the process. What was {@link InHand in hand} when the last one ended is noted in the ledger
 * before anything is handled, and the note goes when the message comes out of its route, whatever became of it. What was in
 * hand at two deaths, or did not end, is handled while nothing else is; what ended the process even then is not tried again.
 *
 * <p>One for all consumers; thread-safe.
 */
public final class Quarantine {

    private static final Reason POISON = new Reason(
            "poison",
            "the process ended again and again while this message was handled, at last alone; it was not tried again",
            null,
            null);

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final Suspects suspects;
    private final InHand inHand;

    /** By message. */
    private final Map<String, Grade> suspected;

    /** Shared by all turns, and held by that of a message that is handled alone. Fair, or it would wait for a quiet moment. */
    private final ReadWriteLock alone = new ReentrantReadWriteLock(true);

    /**
     * Notes who was in hand when the last process ended.
     *
     * @throws LedgerUnavailableException while the ledger is away; the file is as it was then
     */
    public Quarantine(Suspects suspects, InHand inHand) {
        this.suspects = suspects;
        this.inHand = inHand;
        List<Suspect> left = inHand.left();
        if (!left.isEmpty()) {
            LOG.warn(
                    "The last run ended with {} message(s) in hand, of the orders {}",
                    left.size(),
                    left.stream().map(Suspect::orderId).toList());
        }
        suspected = new ConcurrentHashMap<>(suspects.afterDeath(left));
        // A death before this has them noted twice; that makes nobody poison.
        inHand.begin();
    }

    /** One message's way through the routes. */
    interface Turn {
        void run(InHand.Slot slot) throws JMSException;
    }

    /**
     * Runs the turn of one message.
     *
     * @return why it was not run; null where it was
     */
    @Nullable
    Reason run(Delivery delivery, String queue, Turn turn) throws JMSException {
        String id = Suspects.id(delivery.key());
        Grade grade = suspected.get(id);
        if (grade == Grade.POISON) {
            return POISON;
        }
        boolean isAlone = grade == Grade.TO_BE_ALONE;
        if (isAlone) {
            LOG.warn("{}: message {} was in hand when the process ended; it is handled alone", queue, id);
        }
        Lock lock = isAlone ? alone.writeLock() : alone.readLock();
        lock.lock();
        try (InHand.Slot slot = inHand.take(id, queue, delivery.orderId(), isAlone)) {
            turn.run(slot);
        } finally {
            lock.unlock();
            if (grade != null) {
                clear(id);
            }
        }
        return null;
    }

    /** The batch with this message is committed: if it was buried, it is none of ours any more. */
    void settled(Delivery delivery) throws JMSException {
        if (suspected.isEmpty()) {
            return;
        }
        String id = Suspects.id(delivery.key());
        if (suspected.containsKey(id)) {
            try {
                clear(id);
            } catch (LedgerUnavailableException e) {
                LOG.warn("The note of message {}, which is settled, stays in the ledger: {}", id, e.toString());
            }
        }
    }

    private void clear(String id) {
        suspects.clear(id);
        suspected.remove(id);
    }
}
