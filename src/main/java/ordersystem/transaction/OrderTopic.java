package ordersystem.transaction;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import ordersystem.ledger.Change;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.command.ActiveMQTopic;

/**
 * Publishes what becomes of orders on the topic {@code orders.events}: received, processed, failed, for whoever subscribes, durably or
 * not. Best effort, and each event for a while only: a subscriber that is away must not fill the store. Thread-safe.
 */
public final class OrderTopic implements Witness {

    /** Received, processed or failed, as a property too: for selectors. */
    static final String EVENT = "OrderEvent";

    private static final Topic TOPIC = new ActiveMQTopic("orders.events");

    private final Courier courier;
    private final Duration timeToLive;
    private final Clock clock;

    /** @param timeToLive after which an event that nobody has read is gone */
    public OrderTopic(Courier courier, Duration timeToLive, Clock clock) {
        this.courier = courier;
        this.timeToLive = timeToLive;
        this.clock = clock;
    }

    @Override
    public void received(Change change) {
        publish("received", change);
    }

    @Override
    public void processed(Change change, Instant receivedAt) {
        publish("processed", change);
    }

    @Override
    public void failed(Change change) {
        publish("failed", change);
    }

    private void publish(String event, Change change) {
        ObjectNode text = JsonNodeFactory.instance
                .objectNode()
                .put("event", event)
                .put("orderId", change.orderId())
                .put("at", clock.instant().toString());
        String lane = change.lane() == null ? "" : change.lane().name();
        if (!lane.isEmpty()) {
            text.put("lane", lane);
        }
        if (change.reason() != null) {
            text.put("reason", Courier.clipped(change.reason().message()));
        }
        courier.send(new Courier.Letter(
                TOPIC,
                text.toString(),
                null,
                Map.of(EVENT, event, OrderHeaders.ID, change.orderId(), OrderHeaders.LANE, lane),
                true,
                timeToLive));
    }
}
