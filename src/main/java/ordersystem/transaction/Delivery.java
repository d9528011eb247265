package ordersystem.transaction;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import ordersystem.ledger.Change;
import ordersystem.ledger.State;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The unit of one delivered message: what the routes send through our connection factory and what they tell the ledger
 * while they handle it is collected here, not done. {@link BatchContainer} opens it, and does it at the end of the batch;
 * {@link #drop()} undoes it, because it was not done yet.
 *
 * <p>Bound to the thread that runs the routes, and carried to others by {@link DeliveryCarrier}; safe for use by several
 * threads at once. Once {@link #seal() sealed} it collects no more: what a wire tap sends later goes out by itself.
 */
final class Delivery {

    /** A message that waits to be sent, with the quality of service that its producer asked for. */
    record Send(Destination destination, Message message, int deliveryMode, int priority, long timeToLive) {}

    private static final ThreadLocal<@Nullable Delivery> CURRENT = new ThreadLocal<>();

    /** In the pattern of config/log4j2.properties. */
    private static final String ORDER_ID = "orderId";

    private final Session session;
    private final @Nullable Message message;
    private final @Nullable String orderId;
    private final WorkGate.Leave leave;
    private final List<Send> sends = new ArrayList<>();
    private @Nullable String key;
    private @Nullable Change change;
    private boolean sealed;
    private boolean undone;
    private boolean failed;
    /** Whether its failure counts as an attempt. */
    private boolean counted = true;

    /**
     * @param session the transacted session that the message came from, and in which the sends will be made
     * @param message null where no message is being handled: the releaser sends what the ledger holds
     * @param leave on which it was taken, and which is told how the turn ended, once
     * @param orderId whose turn it is; null where that is not known
     */
    Delivery(Session session, @Nullable Message message, WorkGate.Leave leave, @Nullable String orderId) {
        this.session = session;
        this.message = message;
        this.orderId = orderId;
        this.leave = leave;
    }

    /** The delivery that this thread works for; null outside of one. */
    static @Nullable Delivery current() {
        return CURRENT.get();
    }

    /** Makes a delivery this thread's own, and returns the one that was; null for none. What is logged then says whose it is. */
    static @Nullable Delivery bind(@Nullable Delivery delivery) {
        Delivery before = CURRENT.get();
        if (delivery == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(delivery);
        }
        String orderId = delivery == null ? null : delivery.orderId;
        if (orderId != null) {
            MDC.put(ORDER_ID, orderId);
        } else if (before != null && before.orderId != null) {
            MDC.remove(ORDER_ID);
        }
        return before;
    }

    Session session() {
        return session;
    }

    /** Null where it is not known. */
    @Nullable
    String orderId() {
        return orderId;
    }

    /** JMS priority of what this delivery sends, 4 to 9. */
    int priority() throws JMSException {
        return message == null
                ? Message.DEFAULT_PRIORITY
                : Math.max(Message.DEFAULT_PRIORITY, message.getJMSPriority());
    }

    Message message() {
        if (message == null) {
            throw new IllegalStateException("no message is being handled here");
        }
        return message;
    }

    /** {@link MessageKey} of the message. Asked for the first time before the message is read. */
    synchronized String key() throws JMSException {
        if (key == null) {
            key = MessageKey.of(message());
        }
        return key;
    }

    /**
     * Keeps a message until the end of the batch.
     *
     * @return false once the delivery is sealed: the caller sends by itself
     * @throws JMSException where the turn was undone: a straggler of it must not send either
     */
    synchronized boolean collect(Send send) throws JMSException {
        if (sealed && undone) {
            throw new jakarta.jms.IllegalStateException("the turn that sends this was undone, and is over");
        }
        if (sealed) {
            return false;
        }
        sends.add(send);
        return true;
    }

    synchronized void record(Change newChange) {
        if (sealed) {
            throw new IllegalStateException("the delivery of this message is over: the ledger was written");
        }
        if (hasFailed()) {
            // A branch of the route failed and was dealt with; what its siblings say now is said of a turn undone.
            return;
        }
        if (change != null) {
            throw new IllegalStateException("order " + newChange.orderId()
                    + ": one delivery records one change, and it has " + change.state() + " already");
        }
        change = newChange;
    }

    /** Forgets what was sent and recorded so far; the first failure of a turn stays what is recorded of it. */
    synchronized void drop() {
        if (!hasFailed()) {
            undone = true;
            sends.clear();
            change = null;
        }
    }

    /** The turn failed for a reason that may pass. However many of its branches say so, it is one failed turn. */
    synchronized void tellFailure(Throwable cause) {
        if (!failed) {
            failed = true;
            counted = leave.failed(cause);
        }
    }

    synchronized boolean isCounted() {
        return counted;
    }

    /** The turn is over. An order that was given up for good says nothing of whoever fulfils orders. */
    synchronized void tellSuccess() {
        if (!failed && change != null && change.state() == State.PROCESSED) {
            leave.succeeded();
        }
    }

    private boolean hasFailed() {
        return change != null && change.reason() != null;
    }

    /**
     * What is sent once the change was written. Of a turn that failed only the message that buries its order; an order that
     * waits is sent nowhere. An order on its way takes its step along; a copy of what was handed over stays a stale copy.
     *
     * @param step the step that the order's row has now
     */
    synchronized List<Send> sendsOf(Change written, int step) throws JMSException {
        if (written.state().isWaiting()) {
            return List.of();
        }
        if (written.state() != State.RECEIVED) {
            return List.copyOf(sends);
        }
        List<Send> out = new ArrayList<>();
        boolean takenOn = false;
        for (Send send : sends) {
            if (!takesAnOrderOn(send)) {
                if (written.reason() == null) {
                    out.add(send);
                }
            } else if (!takenOn) {
                takenOn = true;
                out.add(Outbox.withStep(send, step));
            }
        }
        return out;
    }

    private static boolean takesAnOrderOn(Send send) throws JMSException {
        return send.destination() instanceof Queue queue
                && (QueueNames.isLane(queue.getQueueName()) || QueueNames.isDeadLetter(queue.getQueueName()))
                && OrderMessage.of(send.message()).isOnItsWay();
    }

    synchronized void seal() {
        sealed = true;
    }

    synchronized List<Send> sends() {
        return List.copyOf(sends);
    }

    /** What the ledger is told, with the queue that the order was sent to; null where the ledger is told nothing. */
    synchronized @Nullable Change change() throws JMSException {
        return change == null || change.state() != State.RECEIVED ? change : change.sentTo(place(change.orderId()));
    }

    /** The queue that an order was sent to: the lane or dead-letter queue that got a message with a step. */
    synchronized String place(String orderId) throws JMSException {
        for (Send send : sends) {
            if (takesAnOrderOn(send) && send.destination() instanceof Queue queue) {
                return queue.getQueueName();
            }
        }
        throw new IllegalStateException(
                "order " + orderId + " was recorded as on its way, and was sent to no lane: a route"
                        + " must send it to a queue orders.<lane>, with the headers that it has");
    }
}
