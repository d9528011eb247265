package ordersystem.transaction;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import ordersystem.ledger.Reason;
import ordersystem.ledger.Suspects;
import ordersystem.ledger.Suspects.Suspect;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the message that ends the process. What was {@link InHand in hand} when the last one ended is noted in the ledger
 * before anything is handled, and the note goes when the message comes out of its route, whatever became of it. What was in
 * hand at two deaths in a row is handled while nothing else is; what ended the process even then is not tried again.
 *
 * <p>One for all consumers; thread-safe.
 */
public final class Quarantine {

    /** From so many deaths on a message is handled alone, so that the next one has one suspect only. */
    private static final int ALONE = 2;

    /** Deaths after which it is not tried any more. */
    private static final int ENOUGH = 3;

    private static final Reason POISON = new Reason(
            "poison",
            "the process ended again and again while this message was handled, at last alone; it was not tried again",
            null,
            null);

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final Suspects suspects;
    private final InHand inHand;

    /** How many deaths are held against a message, by its id. */
    private final Map<String, Integer> deaths;

    /** Shared by all turns, and held by that of a message that is handled alone. Fair, or it would wait for a quiet moment. */
    private final ReadWriteLock alone = new ReentrantReadWriteLock(true);

    /**
     * Notes who was in hand when the last process ended.
     *
     * @throws ordersystem.ledger.LedgerUnavailableException while the ledger is away; the file is as it was then
     */
    public Quarantine(Suspects suspects, InHand inHand) {
        this.suspects = suspects;
        this.inHand = inHand;
        List<Suspect> left = inHand.left();
        if (!left.isEmpty()) {
            LOG.warn("The last run ended with {} message(s) in hand: {}", left.size(), left);
        }
        deaths = new ConcurrentHashMap<>(suspects.afterDeath(left));
        // A death before this counts them twice, and nobody is buried for that who was not alone.
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
        int before = deaths.getOrDefault(id, 0);
        if (before >= ENOUGH) {
            return POISON;
        }
        if (before >= ALONE) {
            LOG.warn("{}: message {} was in hand at {} deaths of the process; it is handled alone", queue, id, before);
        }
        Lock lock = before >= ALONE ? alone.writeLock() : alone.readLock();
        lock.lock();
        try (InHand.Slot slot = inHand.take(id, queue, delivery.orderId())) {
            turn.run(slot);
        } finally {
            lock.unlock();
            if (before > 0) {
                clear(id);
            }
        }
        return null;
    }

    /** The batch with this message is committed: if it was buried, it is none of ours any more. */
    void settled(Delivery delivery) throws JMSException {
        String id = Suspects.id(delivery.key());
        if (deaths.containsKey(id)) {
            clear(id);
        }
    }

    private void clear(String id) {
        suspects.clear(id);
        deaths.remove(id);
    }
}
