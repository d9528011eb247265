package ordersystem.broker;

import ordersystem.order.Lane;

/**
 * The {@link Door}'s answer for one order.
 *
 * @param lane the lane that the order's priority calls for
 * @param reason in words, what happened and what to do; empty where accepted
 */
public record Receipt(Verdict verdict, String orderId, Lane lane, String reason) {

    public enum Verdict {
        /** On disk, now or from an earlier time. */
        ACCEPTED,
        /** The order id is taken by an order with another body. */
        CONFLICT,
        /** Certainly not in the system: try again later. */
        NOT_ACCEPTED,
        /** Perhaps in the system: send the same again, which is harmless. */
        UNKNOWN
    }
}
