package ordersystem.benchmark.peers;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.benchmark.peers.PeerLedger.Entry;
import org.jspecify.annotations.Nullable;

/** The ledger as the activators of one queue see it: inside a batch it only takes notes. State is its thread's own. */
final class BatchedLedger {

    /** Writes many, and says which messages are to be sent on. */
    interface Batch {
        java.util.Set<String> write(String consumer, List<Entry> entries) throws SQLException;
    }

    /** Writes one at once, and says whether it is to be sent on. */
    interface Single {
        boolean write(Entry entry);
    }

    private final PeerLedger ledger;
    private final Batch batch;
    private final Single single;
    private final String queue;
    private final AtomicInteger consumers = new AtomicInteger();
    private final ThreadLocal<@Nullable String> names = new ThreadLocal<>();
    private final ThreadLocal<@Nullable List<Entry>> notes = new ThreadLocal<>();

    BatchedLedger(PeerLedger ledger, String queue, Batch batch, Single single) {
        this.ledger = ledger;
        this.queue = queue;
        this.batch = batch;
        this.single = single;
    }

    void begin() {
        notes.set(new ArrayList<>());
    }

    /** Whether the message is to be sent on; within a batch that is taken for granted until it is written. */
    boolean note(Entry entry) {
        List<Entry> entries = notes.get();
        if (entries == null) {
            return single.write(entry);
        }
        return entries.add(entry);
    }

    /** Writes what was noted; false where something among it must not be sent on. */
    boolean write() throws SQLException {
        List<Entry> entries = notes.get();
        return entries == null
                || entries.isEmpty()
                || batch.write(name(), entries).size() == entries.size();
    }

    void end() {
        notes.remove();
    }

    private String name() throws SQLException {
        String name = names.get();
        if (name == null) {
            name = queue + "-" + consumers.getAndIncrement();
            ledger.addCounter(name);
            names.set(name);
        }
        return name;
    }
}
