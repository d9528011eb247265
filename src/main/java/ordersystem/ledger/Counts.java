package ordersystem.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.function.ToLongFunction;
import ordersystem.order.Lane;

/**
 * What the ledger has counted, over all instances and restarts: received = processed + failed + pending.
 *
 * @param lanes by name of the lane; the empty name where an order has none
 * @param instances by name of the instance; {@link #GONE} for those that are not there any more
 * @param invalid messages that were not orders; not part of received
 * @param duplicates copies that were acknowledged and did nothing; may count one again after a crash
 * @param since when counting began
 */
public record Counts(
        Map<String, Counts.Of> lanes, Map<String, Counts.By> instances, long invalid, long duplicates, Instant since) {

    /** Name of the counters of all instances that are gone. */
    public static final String GONE = "(gone)";

    /**
     * What one instance did; none of it ever falls, but for what a person takes back.
     *
     * @param received orders that it wrote into the ledger
     * @param processed orders that it handed over
     * @param failedEvents how often an order failed there
     */
    public record By(long received, long processed, long failedEvents) {
        By plus(By other) {
            return new By(received + other.received, processed + other.processed, failedEvents + other.failedEvents);
        }
    }

    /**
     * One lane's figures.
     *
     * @param failed how many are failed now, discarded and cancelled ones included
     * @param deferred how many are deferred now; part of pending
     * @param retrying how many wait for another turn now; part of pending
     * @param retried how often an order was put off for another turn; never falls
     * @param failedEvents how often an order failed; never falls
     * @param admitted orders that were asked when they came, and were not deferred; never falls
     * @param deferrals those that were; never falls
     * @param released deferred orders that were sent on by the releaser; never falls
     */
    public record Of(
            long received,
            long processed,
            long failed,
            long deferred,
            long retrying,
            long retried,
            long failedEvents,
            long admitted,
            long deferrals,
            long released) {

        public static final Of NOTHING = new Of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Of plus(Of other) {
            return new Of(
                    received + other.received,
                    processed + other.processed,
                    failed + other.failed,
                    deferred + other.deferred,
                    retrying + other.retrying,
                    retried + other.retried,
                    failedEvents + other.failedEvents,
                    admitted + other.admitted,
                    deferrals + other.deferrals,
                    released + other.released);
        }

        /** Pending orders that do not wait in the ledger: in the lane's queue, or in hand. */
        public long onItsWay() {
            return pending() - deferred - retrying;
        }

        /** Turns that came to an end, well or not. */
        public long ended() {
            return processed + retried + failedEvents;
        }

        public long pending() {
            return received - processed - failed;
        }
    }

    public Counts {
        lanes = Map.copyOf(lanes);
        instances = Map.copyOf(instances);
    }

    /** Of one lane. */
    public Of of(Lane lane) {
        return lanes.getOrDefault(lane.name(), Of.NOTHING);
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

    public long retrying() {
        return sum(Of::retrying);
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
