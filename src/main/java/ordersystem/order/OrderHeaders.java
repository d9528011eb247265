package ordersystem.order;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The message headers that OrderSystem writes and reads. No other header of a client gets past the intake. */
public final class OrderHeaders {
    /** int: the step that the order's ledger row had when this message was sent. A message without it is an arrival. */
    public static final String STEP = "OrderStep";
    /** String: the order id. */
    public static final String ID = "OrderId";
    /** String: name of the lane. */
    public static final String LANE = "OrderLane";
    /** int: turns of fulfilment that failed so far. */
    public static final String ATTEMPTS = "OrderAttempts";
    /** long: when the order was taken in, epoch milliseconds: see {@code orders_critical_time_seconds} in docs/monitoring.md. */
    public static final String RECEIVED_AT = "OrderReceivedAt";
    /** String: name of the API key with which the order was handed in, 1 to 64 of letters, digits, {@code . _ @ -}. */
    public static final String SENDER = "OrderSender";
    /** String: class of what went wrong, on messages in a dead-letter queue. */
    public static final String REASON_CLASS = "OrderReasonClass";
    /** String: what went wrong, at most 4,000 characters. */
    public static final String REASON = "OrderReason";
    /** String: id of the route in which it went wrong. */
    public static final String REASON_ROUTE = "OrderReasonRoute";
    /** String: id of the node in which it went wrong. */
    public static final String REASON_NODE = "OrderReasonNode";
    /** String: the JMSMessageID under which a refused message first arrived. */
    public static final String ORIGINAL_MESSAGE_ID = "OrderOriginalMessageId";

    /** What only we set; on a message that is refused nothing of it is left from its sender. */
    public static final Set<String> OURS = Set.of(
            STEP,
            ID,
            LANE,
            ATTEMPTS,
            RECEIVED_AT,
            SENDER,
            REASON_CLASS,
            REASON,
            REASON_ROUTE,
            REASON_NODE,
            ORIGINAL_MESSAGE_ID);

    /** W3C trace context, carried from whoever sends an order to fulfilment; see {@link Trace}. */
    public static final Set<String> TRACE = Set.of(Trace.PARENT, Trace.STATE);

    /** All headers of ours, and the W3C trace context; JMS's own headers need no entry. Case matters. */
    public static final Set<String> ALLOWED =
            Stream.concat(OURS.stream(), TRACE.stream()).collect(Collectors.toUnmodifiableSet());

    private OrderHeaders() {}
}
