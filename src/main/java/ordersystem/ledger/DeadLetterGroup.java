package ordersystem.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters that failed in the same way.
 *
 * @param reasonType class name of the fault
 * @param reasonNode node in which they failed; empty where that is not known
 * @param firstSeen when the first of them failed for the first time
 * @param lastSeen when one of them failed last
 * @param samples ids of some of them, two at most
 */
public record DeadLetterGroup(
        State state,
        @Nullable String reasonType,
        String reasonNode,
        long count,
        @Nullable Instant firstSeen,
        @Nullable Instant lastSeen,
        List<String> samples) {}
