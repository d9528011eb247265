package ordersystem.ledger;

import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Change}, and so what is to be done with what its delivery collected.
 *
 * @param step the row's step after the batch; messages that are sent now carry it
 * @param onItsWay what to send again, where verdict is {@link Verdict#RESEND}
 */
public record Outcome(Verdict verdict, int step, @Nullable OnItsWay onItsWay) {

    /**
     * An order whose message has to be sent again, as its row has it and not as the present run would.
     *
     * @param place the queue to send to
     * @param reason the last failure, or null; a message to a dead-letter queue tells it
     */
    public record OnItsWay(
            String place,
            @Nullable Lane lane,
            int attempts,
            @Nullable Reason reason) {}

    public enum Verdict {
        /** It was its turn: written. Send what was collected. */
        WRITTEN,
        /** This very message was written before, as processed, and its sends were undone: send what was collected. */
        SEND_AGAIN,
        /** This very message was written before, and its order is on its way: send the message to {@code place} again. */
        RESEND,
        /** This very message was written before, and its order waits: only acknowledge. */
        ACKNOWLEDGE,
        /** A stale copy, or the same order once more: only acknowledge. */
        DUPLICATE,
        /** An arrival with a known order id and another body: invalid. */
        CONFLICT
    }
}
