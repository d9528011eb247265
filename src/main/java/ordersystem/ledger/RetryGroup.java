package ordersystem.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Orders that wait for another turn after the same kind of failure.
 *
 * @param reasonType class name of the fault; null where they were sent on by a person or taken back by a repair
 * @param reasonNode node in which they failed; empty where that is not known
 * @param nextDue when the first of them goes on
 * @param attempts most turns that failed
 * @param sample id of one of them
 */
public record RetryGroup(
        @Nullable String reasonType,
        String reasonNode,
        long count,
        @Nullable Instant nextDue,
        int attempts,
        String sample) {}
