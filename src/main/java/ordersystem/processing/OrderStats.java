package ordersystem.processing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the whole system, since {@code since}. At every reading {@code received = processed + failed + pending}.
 *
 * @param accepted messages taken in: received, duplicates, invalid and arriving together
 * @param arriving accepted and not yet read; null where the broker cannot be asked
 * @param received orders in the ledger
 * @param processed handed over
 * @param failed failed now, discarded and cancelled ones included; a replay takes an order out again
 * @param pending on their way, or waiting to go on by themselves
 * @param duplicates orders that came once more, and stale copies; may count one again after a crash
 * @param invalid messages that are no orders, kept for a person
 * @param retried turns put off until later; may count one again after a crash
 * @param deferred waiting because there was no room in their lane
 * @param discrepancy difference between these counters and a recount of the rows, as of the last check
 * @param throughputPerSecond orders handed over, the mean of the last 30 to 35 seconds; null in the first ones of a process
 * @param oldestPendingSeconds since the order came that has been pending for longest, as of the last 5 seconds; 0 where none
 *     is, null where that is not known yet
 * @param orphans orders on their way for ten minutes while their queue is empty, as of the last check; at most 20 ids
 * @param lanes by name of the lane
 * @param instances what each OrderSystem on this ledger did, by its name (orders.instance); those that have counted nothing for
 *     seven days are one, {@code (gone)}
 * @param admission of normal orders
 * @param brake whether orders are worked off at present
 * @param highLaneOverdue high orders that have used up the waiting times of orders.retry.delays and still do not get through
 * @param alarms those that are on, as of the last 5 seconds
 * @param since ISO 8601, when counting began
 */
@JsonInclude
public record OrderStats(
        long accepted,
        @Nullable Long arriving,
        long received,
        long processed,
        long failed,
        long pending,
        long duplicates,
        long invalid,
        long retried,
        long deferred,
        @Nullable Double throughputPerSecond,
        @Nullable Long oldestPendingSeconds,
        long discrepancy,
        List<String> orphans,
        Map<String, LaneStats> lanes,
        Map<String, InstanceStats> instances,
        AdmissionStats admission,
        BrakeStats brake,
        HighLaneOverdue highLaneOverdue,
        List<Alarm> alarms,
        String since) {

    /**
     * Which normal orders are deferred, and why; the same for all instances, as of the last second.
     *
     * @param mode AUTO, FIXED or OFF
     * @param probability that a normal order is deferred that comes now, 0 to 1
     * @param delaySeconds how long a normal order waits that goes into its lane now; 0 while nobody can tell
     * @param ratePerSecond turns of normal orders that the system gets through when it has enough to do; 0 while unknown
     * @param admitted orders that were asked and went into their lane at once; never falls
     * @param deferred orders that were asked and had to wait first; never falls
     * @param released those of them that the releaser has sent on; never falls
     * @param oldestDeferredSeconds since the one came that has been deferred for longest; 0 where none is
     * @param highLaneDelaySeconds the same as delaySeconds for a high order
     * @param highLaneSaturated an alarm: high orders come faster than they are worked off
     * @param normalLaneSaturated an alarm: deferring does not hold the delay of normal orders
     */
    public record AdmissionStats(
            String mode,
            double probability,
            double delaySeconds,
            double ratePerSecond,
            long admitted,
            long deferred,
            long released,
            long oldestDeferredSeconds,
            double highLaneDelaySeconds,
            boolean highLaneSaturated,
            boolean normalLaneSaturated) {}

    /**
     * The outage brake of this instance, and the maintenance switch of all.
     *
     * @param state CLOSED, RAMP, HALF_OPEN, OPEN or MAINTENANCE
     * @param since ISO 8601, when that began
     * @param failureRate percent of the last turns; null while there were too few to tell
     */
    public record BrakeStats(
            String state, String since, @Nullable Double failureRate) {}

    /**
     * An alarm where there are any.
     *
     * @param oldestSeconds since the first failure of the one that waits longest; 0 where there is none
     */
    public record HighLaneOverdue(long orders, long oldestSeconds) {}

    /**
     * Something that people should look after.
     *
     * @param name highLaneOverdue, highLaneSaturated, normalLaneSaturated, discrepancy, orphans, brakeOpen,
     *     storeNearlyFull or diskNearlyFull
     * @param since ISO 8601
     * @param words what is wrong, and what to do
     */
    public record Alarm(String name, String since, String words) {}

    /**
     * What one instance did, since {@code since}.
     *
     * @param received orders that it read
     * @param processed orders that it handed over
     * @param failed how often an order failed there for good; never falls
     */
    public record InstanceStats(long received, long processed, long failed) {}

    /**
     * The same for one lane. The percentiles are of this instance: from when an order was taken in until it was handed over,
     * of those handed over in the last minute; null where there were none.
     */
    @JsonInclude
    public record LaneStats(
            long received,
            long processed,
            long failed,
            long pending,
            long deferred,
            long retried,
            @Nullable Double throughputPerSecond,
            @Nullable Double p50Millis,
            @Nullable Double p95Millis,
            @Nullable Double p99Millis) {}
}
