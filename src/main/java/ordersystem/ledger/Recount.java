package ordersystem.ledger;

import java.util.Map;
import java.util.stream.Stream;

/**
 * The rows counted one by one, beside the counters at the same instant: the two must agree, at any load.
 *
 * @param counters what the counters said
 * @param lanes the same counted from the rows; what counts events is 0, rows do not tell
 * @param invalid rows of invalid messages
 * @param deadLetters what waits for a person, by lane; the empty name for messages that are no orders
 * @param deadLetterDifference by how much the lists and groups of dead letters differ from that
 * @param onItsWay by queue: orders whose message should be in it, or in the hands of its consumers
 * @param past of the processed orders, those whose row is only among the past ones
 */
public record Recount(
        Counts counters,
        Map<String, Counts.Of> lanes,
        long invalid,
        Map<String, Long> deadLetters,
        long deadLetterDifference,
        Map<String, Long> onItsWay,
        long past) {

    public Recount {
        lanes = Map.copyOf(lanes);
        deadLetters = Map.copyOf(deadLetters);
        onItsWay = Map.copyOf(onItsWay);
    }

    /** Sum of all differences between counters and rows; 0 where all is well. */
    public long discrepancy() {
        return Math.abs(counters.invalid() - invalid)
                + deadLetterDifference
                + Stream.concat(counters.lanes().keySet().stream(), lanes.keySet().stream())
                        .distinct()
                        .mapToLong(this::discrepancy)
                        .sum();
    }

    private long discrepancy(String lane) {
        Counts.Of counted = counters.lanes().getOrDefault(lane, Counts.Of.NOTHING);
        Counts.Of rows = lanes.getOrDefault(lane, Counts.Of.NOTHING);
        return Math.abs(counted.received() - rows.received())
                + Math.abs(counted.processed() - rows.processed())
                + Math.abs(counted.failed() - rows.failed())
                + Math.abs(counted.deferred() - rows.deferred())
                + Math.abs(counted.retrying() - rows.retrying());
    }
}
