package ordersystem.ledger;

import java.time.Duration;
import ordersystem.order.Content;
import ordersystem.order.Draw;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What one delivery of a message does to one order. Collected while the routes run, written at the end of the batch.
 *
 * @param orderId key of the row: the order id, or the message id of an invalid message
 * @param lane null leaves it as it is
 * @param state the state that the order is to have
 * @param messageId key of the message that is being handled, the same at each delivery
 * @param step the step that the message carries; null for an arrival
 * @param bodyHash null where the message was not read
 * @param place the queue that the order is sent to; set exactly where state is RECEIVED
 * @param attempts turns of fulfilment that failed so far
 * @param due when it is to go on, counted from the database's now; null for never by itself
 * @param content the message, for the ledger to hold from now on; set where {@link State#isWaiting()}, never where the
 *     state is PROCESSED, and while the order is on its way where messages are kept
 * @param draw whether a normal order was admitted to its lane when it arrived; null where it was not asked
 * @param sender name of the API key with which an arrival was handed in; null where there is none
 */
public record Change(
        String orderId,
        @Nullable Lane lane,
        State state,
        String messageId,
        @Nullable Integer step,
        @Nullable String bodyHash,
        @Nullable String place,
        int attempts,
        @Nullable Duration due,
        @Nullable Reason reason,
        @Nullable Content content,
        @Nullable Draw draw,
        @Nullable String sender) {

    /** Of an order that is not asked for admission, and was handed in without an API key. */
    public Change(
            String orderId,
            @Nullable Lane lane,
            State state,
            String messageId,
            @Nullable Integer step,
            @Nullable String bodyHash,
            @Nullable String place,
            int attempts,
            @Nullable Duration due,
            @Nullable Reason reason,
            @Nullable Content content) {
        this(orderId, lane, state, messageId, step, bodyHash, place, attempts, due, reason, content, null, null);
    }

    /** The step that the row has once this change is written in its turn. */
    public int nextStep() {
        return step == null ? 1 : step + 1;
    }

    public Change sentTo(String queue) {
        return new Change(
                orderId, lane, state, messageId, step, bodyHash, queue, attempts, due, reason, content, draw, sender);
    }
}
