package ordersystem.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters that are sent on at a rate, and how far it got.
 *
 * @param perSecond orders sent on a second, at most
 * @param chosen dead letters that fitted the selection at the start
 * @param outcomes how many of those that were sent on came to what
 * @param pausedBecause null while it is not paused
 * @param cancelledBy null where nobody cancelled it
 * @param endedAt when the last one was sent on, or it was cancelled
 * @param settledAt when the outcome of the last one was known
 */
public record Replay(
        String id,
        Instant startedAt,
        String who,
        @Nullable String note,
        Selection selection,
        int perSecond,
        long chosen,
        Map<Action.Outcome, Long> outcomes,
        @Nullable String pausedBecause,
        @Nullable String cancelledBy,
        @Nullable Instant endedAt,
        @Nullable Instant settledAt) {

    /** Orders sent on so far. */
    @JsonProperty
    public long sentOn() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    @JsonProperty
    public Status status() {
        if (cancelledBy != null) {
            return Status.CANCELLED;
        }
        return endedAt != null ? Status.ENDED : pausedBecause != null ? Status.PAUSED : Status.RUNNING;
    }

    public enum Status {
        RUNNING,
        PAUSED,
        ENDED,
        CANCELLED
    }
}
