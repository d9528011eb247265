package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.regex.Pattern;
import ordersystem.order.Lane;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.command.ActiveMQMessage;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a received message say of its order, read without trusting them: anybody can put a message into a
 * queue, and what is not of the type that we write counts as absent.
 *
 * @param step null where there is none: an arrival, or not ours
 * @param attempts 0 where there is none
 */
record OrderMessage(
        @Nullable String orderId,
        @Nullable Lane lane,
        @Nullable Integer step,
        int attempts) {

    /** With {@code enable-ingress-timestamp}; epoch milliseconds. */
    private static final String IN_TIME_OF_ARTEMIS = "_AMQ_INGRESS_TIMESTAMP";

    private static final int LONGEST_ID = 64;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1," + LONGEST_ID + "}");
    private static final Pattern SENDER = Pattern.compile("[A-Za-z0-9._@-]{1,64}");

    static OrderMessage of(Message message) throws JMSException {
        String id = message.getObjectProperty(OrderHeaders.ID) instanceof String text && text.length() <= LONGEST_ID
                ? text
                : null;
        Integer attempts = number(message, OrderHeaders.ATTEMPTS);
        return new OrderMessage(id, lane(message), number(message, OrderHeaders.STEP), attempts == null ? 0 : attempts);
    }

    /** Whether it takes an order on: it may change that order's row, if it is its turn. */
    boolean isOnItsWay() {
        return orderId != null && lane != null && step != null;
    }

    /**
     * When the order was taken in, epoch milliseconds: for an arrival when the broker took this message, else what the
     * message carries along; that of a message which does not say counts from its own arrival.
     */
    static long receivedAt(Message message, boolean arrival) throws JMSException {
        if (!arrival && message.getObjectProperty(OrderHeaders.RECEIVED_AT) instanceof Long at && at > 0) {
            return at;
        }
        long taken = message instanceof ActiveMQMessage received ? received.getBrokerInTime() : 0;
        if (taken == 0 && message.getObjectProperty(IN_TIME_OF_ARTEMIS) instanceof Long at) {
            taken = at;
        }
        return taken > 0 ? taken : System.currentTimeMillis();
    }

    /** Name of the API key with which an arrival was handed in; null where there is none. */
    static @Nullable String sender(Message message) throws JMSException {
        return message.getObjectProperty(OrderHeaders.SENDER) instanceof String name
                        && SENDER.matcher(name).matches()
                ? name
                : null;
    }

    /** The order id, where it looks like one; the log must not show anything else as such. Never throws. */
    static @Nullable String idForLog(Message message) {
        try {
            return message.getObjectProperty(OrderHeaders.ID) instanceof String text
                            && ID.matcher(text).matches()
                    ? text
                    : null;
        } catch (JMSException e) {
            return null;
        }
    }

    private static @Nullable Integer number(Message message, String name) throws JMSException {
        return message.getObjectProperty(name) instanceof Integer number && number >= 0 ? number : null;
    }

    private static @Nullable Lane lane(Message message) throws JMSException {
        try {
            return message.getObjectProperty(OrderHeaders.LANE) instanceof String name ? new Lane(name) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
