package ordersystem.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person did to an order, and how the order stood before.
 *
 * @param step the row's step afterwards
 * @param replay id of the {@link Replay} that it was part of; null where it was none
 * @param outcome of a replay's order; null for all other kinds
 * @param state before
 * @param lane before
 * @param attempts before
 * @param reason the last failure before
 */
public record Action(
        Kind kind,
        int step,
        Instant at,
        String who,
        @Nullable String note,
        @Nullable String replay,
        @Nullable Outcome outcome,
        State state,
        @Nullable String lane,
        int attempts,
        @Nullable Reason reason,
        @Nullable Instant lastFailedAt) {

    /** What was done. */
    public enum Kind {
        /** A dead letter has all its turns once more. */
        REPLAY,
        /** The order has another body, and all its turns once more. */
        EDIT,
        /** A dead letter was given up. */
        DISCARD,
        /** What was given up or withdrawn waits for a decision again. */
        RESTORE,
        /** The order was withdrawn before it was processed. */
        CANCEL,
        /** The order goes on at once, in the high lane. */
        EXPEDITE,
        /** The order is given up, and what it said is gone. */
        ERASE
    }

    /** What became of an order that was replayed. */
    public enum Outcome {
        UNDER_WAY,
        SUCCEEDED,
        FAILED,
        /** A person did something else with it before it came to an end. */
        TAKEN_OVER
    }

    /**
     * Who acts, and why.
     *
     * @param who at most 200 characters
     * @param note what is told of the reason, at most 4,000 characters; null for nothing
     */
    public record By(String who, @Nullable String note) {}
}
