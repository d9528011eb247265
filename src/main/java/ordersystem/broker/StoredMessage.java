package ordersystem.broker;

import ordersystem.order.Content;
import org.jspecify.annotations.Nullable;

/**
 * A message as it lies in the store of a stopped broker.
 *
 * @param messageId the one that the broker gave it
 * @param priority JMSPriority, 0 to 9
 * @param step header OrderStep; null for an arrival
 * @param orderId header OrderId
 * @param lane header OrderLane
 * @param content the body, without headers
 */
public record StoredMessage(
        String messageId,
        int priority,
        @Nullable Integer step,
        @Nullable String orderId,
        @Nullable String lane,
        Content content) {}
