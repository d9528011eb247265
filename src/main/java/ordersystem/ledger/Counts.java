package ordersystem.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What the ledger has counted, over all instances and restarts: received = processed + failed + pending.
 *
 * @param lanes by name of the lane; the empty name where an order has none
 * @param invalid messages that were not orders; not part of received
 * @param duplicates copies that were acknowledged and did nothing; may count one again after a crash
 * @param since when counting began
 */
public record Counts(Map<String, Counts.Of> lanes, long invalid, long duplicates, Instant since) {

    /**
     * One lane's figures.
     *
     * @param failed how many are failed now, discarded and cancelled ones included
     * @param deferred how many are deferred now; part of pending
     * @param retried how often an order was put off for another turn; never falls
     * @param failedEvents how often an order failed; never falls
     */
    public record Of(long received, long processed, long failed, long deferred, long retried, long failedEvents) {

        public static final Of NOTHING = new Of(0, 0, 0, 0, 0, 0);

        public long pending() {
            return received - processed - failed;
        }
    }

    public Counts {
        lanes = Map.copyOf(lanes);
    }

    public long received() {
        return sum(Of::received);
    }

    public long processed() {
        return sum(Of::processed);
    }

    public long failed() {
        return sum(Of::failed);
    }

    public long pending() {
        return sum(Of::pending);
    }

    public long deferred() {
        return sum(Of::deferred);
    }

    public long retried() {
        return sum(Of::retried);
    }

    public long failedEvents() {
        return sum(Of::failedEvents);
    }

    private long sum(ToLongFunction<Of> figure) {
        return lanes.values().stream().mapToLong(figure).sum();
    }
}
