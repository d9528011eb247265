package ordersystem.ledger;

import java.time.Instant;
import ordersystem.order.Draw;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says of one order, without its body ({@link Ledger#content}).
 *
 * @param orderId the order id, or the message id of an invalid message
 * @param handled key of the message that made the last transition; null for the releaser or an operator
 * @param place the queue that it is in, while it is on its way
 * @param attempts turns of fulfilment that failed
 * @param due when it is to go on by itself
 * @param reason the last thing that went wrong, kept when the order goes on
 * @param instance the instance that made the last transition
 * @param draw whether it was admitted to its lane when it arrived; null where it was not asked
 * @param sender name of the API key with which it was handed in; null where there is none
 * @param kept whether the ledger holds its body
 */
public record OrderRecord(
        String orderId,
        @Nullable Lane lane,
        State state,
        int step,
        @Nullable String handled,
        @Nullable String place,
        @Nullable String bodyHash,
        int attempts,
        @Nullable Instant due,
        @Nullable Reason reason,
        @Nullable Instant firstFailedAt,
        @Nullable Instant lastFailedAt,
        Instant receivedAt,
        Instant updatedAt,
        @Nullable Instant processedAt,
        String instance,
        @Nullable Draw draw,
        @Nullable String sender,
        boolean kept) {

    /** When it is to go on by itself; for a deferred order, from when on it may though there is no room. Null for never. */
    public @Nullable Instant goesOnAt() {
        return state == State.DEFERRED && due == null && draw != null ? receivedAt.plus(draw.deferral()) : due;
    }
}
