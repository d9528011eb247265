package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import ordersystem.ledger.Change;
import ordersystem.ledger.Outcome;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Draw;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderHeaders;
import ordersystem.processing.Routing;
import org.apache.activemq.command.ActiveMQMessage;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Variable;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.JmsMessage;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code ledger}: what routes tell the ledger. Nothing is written when they say it; it is collected in the
 * delivery, and one delivery tells one thing. Each method that sends the order on sets the headers that the message to
 * the next queue carries. Immutable.
 */
public final class DeliveryLedger {

    /** Of an arrival whose id is taken. */
    static final Reason KNOWN_WITH_ANOTHER_BODY = new Reason(
            InvalidOrderException.class.getName(),
            "orderId: this order is known with another body; give a changed order an id of its own",
            null,
            null);

    private static final int REASON_LENGTH = 4_000;
    private static final String LANE = "lane";

    private final boolean keepMessage;

    /** @param keepMessage whether the ledger is to hold the message of an order that is on its way too */
    public DeliveryLedger(boolean keepMessage) {
        this.keepMessage = keepMessage;
    }

    /** The order in {@code ${variable.order}} was read and is on its way down its lane, {@code ${variable.lane}} from now on. */
    public void received(Exchange exchange, @Variable("routing") Routing routing) throws JMSException {
        exchange.setVariable(LANE, routing.lane());
        onItsWay(exchange, null, 0, null, routing.draw());
    }

    /** The order in {@code ${variable.order}} was read, and waits in the ledger because there is no room in its lane. */
    public void deferred(Exchange exchange, @Variable("routing") Routing routing) throws JMSException {
        exchange.setVariable(LANE, routing.lane());
        Delivery delivery = delivery();
        delivery.record(change(exchange, delivery, State.DEFERRED, null, 0, null, null, routing.draw()));
    }

    /** Whether the message takes an order on; one that somebody else put into a lane does not. */
    public boolean isOnItsWay() throws JMSException {
        return OrderMessage.of(delivery().message()).isOnItsWay();
    }

    /** The order was handed over. */
    public void processed(Exchange exchange) throws JMSException {
        Delivery delivery = delivery();
        OrderMessage message = OrderMessage.of(delivery.message());
        delivery.record(
                change(exchange, delivery, State.PROCESSED, message.step(), message.attempts(), null, null, null));
    }

    /**
     * What this delivery sent and recorded so far is forgotten, and the message is again as it was received: the first step
     * of every failure. Camel's {@code useOriginalMessage} would copy each message for the few that fail.
     */
    public void undo(Exchange exchange) {
        Delivery delivery = delivery();
        delivery.drop();
        if (!(exchange.getFromEndpoint() instanceof JmsEndpoint queue)) {
            throw new IllegalStateException(
                    "undo: this exchange did not come from a queue, but from " + exchange.getFromEndpoint());
        }
        exchange.setMessage(new JmsMessage(exchange, delivery.message(), delivery.session(), queue.getBinding()));
    }

    /** A turn failed for a reason that may pass: the first word on each such failure, for the outage brake to hear. */
    public void failed(Exchange exchange) {
        Throwable cause = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        delivery().tellFailure(cause == null ? new IllegalStateException("the route gave no reason") : cause);
    }

    /** Whether this turn's failure is an attempt of its order. It is none during an outage, of which the order is a victim. */
    public boolean isAttempt() {
        return delivery().isCounted();
    }

    /** A turn failed: the order waits in the ledger until it is due again. */
    public void retrying(Exchange exchange, Duration delay) throws JMSException {
        Delivery delivery = delivery();
        OrderMessage message = OrderMessage.of(delivery.message());
        delivery.record(change(
                exchange,
                delivery,
                State.RETRYING,
                message.step(),
                message.attempts() + (delivery.isCounted() ? 1 : 0),
                delay,
                reason(exchange),
                null));
    }

    /** The order is given up for now, and on its way to a dead-letter queue. */
    public void buried(Exchange exchange) throws JMSException {
        Reason reason = reason(exchange);
        OrderMessage message = OrderMessage.of(delivery().message());
        onItsWay(exchange, message.step(), message.attempts() + 1, reason, null);
    }

    /** A message is not an order, and on its way to {@code orders.invalid}: no row yet, only headers that say why. */
    public void refused(Exchange exchange) throws JMSException {
        exchange.getMessage().getHeaders().keySet().removeAll(OrderHeaders.OURS);
        exchange.getMessage().getHeaders().putAll(refusal(delivery().message(), reason(exchange)));
    }

    /** What arrived in a lane's dead-letter queue waits under its order id until a person decides. */
    public void filed() throws JMSException {
        Delivery delivery = delivery();
        OrderMessage message = OrderMessage.of(delivery.message());
        String orderId = message.orderId();
        if (orderId == null || !message.isOnItsWay()) {
            // Somebody put it there; it is no order of ours.
            filedAsInvalid();
            return;
        }
        file(delivery, orderId, message.lane(), State.FAILED, message.step(), message.attempts());
    }

    /** What is not an order waits under its message id, whatever its headers say. */
    public void filedAsInvalid() throws JMSException {
        Delivery delivery = delivery();
        file(delivery, delivery.key(), null, State.INVALID, null, 0);
    }

    private static void file(
            Delivery delivery, String id, @Nullable Lane lane, State state, @Nullable Integer step, int attempts)
            throws JMSException {
        Message message = delivery.message();
        delivery.record(new Change(
                id,
                lane,
                state,
                delivery.key(),
                step,
                null,
                null,
                attempts,
                null,
                reason(message),
                ReceivedContent.of(message)));
    }

    /**
     * The queue from which the broker moved a stray here. Where it does not say, as Artemis: the lane that the message takes its
     * order down, or the intake.
     */
    public String strayedFrom() throws JMSException {
        if (delivery().message() instanceof ActiveMQMessage moved && moved.getOriginalDestination() != null) {
            return moved.getOriginalDestination().getPhysicalName();
        }
        OrderMessage stray = OrderMessage.of(delivery().message());
        return stray.isOnItsWay() && stray.lane() != null
                ? "orders." + stray.lane().name()
                : QueueNames.INCOMING;
    }

    private void onItsWay(
            Exchange exchange, @Nullable Integer step, int attempts, @Nullable Reason reason, @Nullable Draw draw)
            throws JMSException {
        Delivery delivery = delivery();
        Change change = change(exchange, delivery, State.RECEIVED, step, attempts, null, reason, draw);
        delivery.record(change);
        exchange.getMessage().removeHeader(OrderHeaders.SENDER); // in the row from here on
        exchange.getMessage().getHeaders().putAll(headers(change, delivery.message()));
        if (reason != null) {
            exchange.getMessage().getHeaders().putAll(headers(reason));
        }
    }

    private Change change(
            Exchange exchange,
            Delivery delivery,
            State state,
            @Nullable Integer step,
            int attempts,
            @Nullable Duration due,
            @Nullable Reason reason,
            @Nullable Draw draw)
            throws JMSException {
        Message message = delivery.message();
        Order order = exchange.getVariable("order", Order.class);
        String id = order == null ? OrderMessage.of(message).orderId() : order.orderId();
        if (id == null) {
            throw new IllegalStateException("message " + message.getJMSMessageID() + " does not say which order it is");
        }
        return new Change(
                id,
                exchange.getVariable(LANE, Lane.class),
                state,
                delivery.key(),
                step,
                order == null ? null : order.bodyHash(),
                null,
                attempts,
                due,
                reason,
                state.isWaiting() || (keepMessage && state == State.RECEIVED) ? ReceivedContent.of(message) : null,
                draw,
                step == null ? OrderMessage.sender(message) : null);
    }

    private static Delivery delivery() {
        Delivery delivery = Delivery.current();
        if (delivery == null) {
            throw new IllegalStateException(
                    "the ledger is told only while a message from a queue is handled; this exchange came another way");
        }
        return delivery;
    }

    /** The headers of a message that takes an order on from the one that is being handled. */
    static Map<String, Object> headers(Change change, Message message) throws JMSException {
        return headers(
                change.orderId(),
                change.lane(),
                change.attempts(),
                change.nextStep(),
                OrderMessage.receivedAt(message, change.step() == null));
    }

    /** The headers of a message that is sent again: those it had, whatever became of the order in the present run. */
    static Map<String, Object> headers(Change change, Message message, Outcome.OnItsWay order, int step)
            throws JMSException {
        Map<String, Object> headers = headers(
                change.orderId(),
                order.lane(),
                order.attempts(),
                step,
                OrderMessage.receivedAt(message, change.step() == null));
        if (order.reason() != null && QueueNames.isDeadLetter(order.place())) {
            headers.putAll(headers(order.reason()));
        }
        return headers;
    }

    private static Map<String, Object> headers(
            String orderId, @Nullable Lane lane, int attempts, int step, long receivedAt) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(OrderHeaders.STEP, step);
        headers.put(OrderHeaders.ID, orderId);
        headers.put(OrderHeaders.ATTEMPTS, attempts);
        headers.put(OrderHeaders.RECEIVED_AT, receivedAt);
        if (lane != null) {
            headers.put(OrderHeaders.LANE, lane.name());
        }
        return headers;
    }

    /** The headers of a message that is no order: why, and under which id its sender knows it. */
    static Map<String, Object> refusal(Message message, Reason reason) throws JMSException {
        Map<String, Object> headers = headers(reason);
        headers.put(OrderHeaders.ORIGINAL_MESSAGE_ID, message.getJMSMessageID());
        return headers;
    }

    /** The headers of a message that tell why it is where it is. */
    static Map<String, Object> headers(Reason reason) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(OrderHeaders.REASON_CLASS, reason.type());
        headers.put(OrderHeaders.REASON, reason.message());
        if (reason.route() != null) {
            headers.put(OrderHeaders.REASON_ROUTE, reason.route());
        }
        if (reason.node() != null) {
            headers.put(OrderHeaders.REASON_NODE, reason.node());
        }
        return headers;
    }

    private static Reason reason(Message message) throws JMSException {
        String type = message.getStringProperty(OrderHeaders.REASON_CLASS);
        return type == null
                ? new Reason("unknown", "it arrived in a dead-letter queue without a reason", null, null)
                : new Reason(
                        type,
                        String.valueOf(message.getStringProperty(OrderHeaders.REASON)),
                        message.getStringProperty(OrderHeaders.REASON_ROUTE),
                        message.getStringProperty(OrderHeaders.REASON_NODE));
    }

    private static Reason reason(Exchange exchange) {
        Throwable caught = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        if (caught == null) {
            return new Reason("unknown", "the route gave no reason", null, null);
        }
        String message = caught.getMessage() == null ? caught.toString() : caught.getMessage();
        return new Reason(
                caught.getClass().getName(),
                message.length() <= REASON_LENGTH ? message : message.substring(0, REASON_LENGTH),
                exchange.getProperty(ExchangePropertyKey.FAILURE_ROUTE_ID, String.class),
                DeliveryCarrier.failedNode(exchange, caught));
    }
}
