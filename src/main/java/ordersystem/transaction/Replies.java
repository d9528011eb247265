package ordersystem.transaction;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import ordersystem.ledger.Change;
import ordersystem.ledger.Outcome;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.command.ActiveMQDestination;

/**
 * Answers whoever sent an order by JMS and asks for a reply, once ledger and broker have it: accepted, duplicate, or invalid with why.
 * Best effort: an answer that is lost is not sent again, and the order sent once more is answered as a duplicate. Thread-safe.
 */
final class Replies {

    /** Nobody waits longer for an answer. */
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private final Courier courier;
    private final Set<String> intake;

    /** @param intake queues that take orders in: an answer there would be an arrival */
    Replies(Courier courier, Set<String> intake) {
        this.courier = courier;
        this.intake = Set.copyOf(intake);
    }

    /**
     * An arrival was recorded.
     *
     * @param outcome what the ledger made of it
     */
    void recorded(Message arrival, Change change, Outcome outcome) throws JMSException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("orderId", change.orderId());
        switch (outcome.verdict()) {
            case CONFLICT ->
                answer.put("status", "INVALID").put("reason", DeliveryLedger.KNOWN_WITH_ANOTHER_BODY.message());
            case DUPLICATE -> answer.put("status", "DUPLICATE");
            default -> {
                answer.put("status", "ACCEPTED");
                if (change.lane() != null) {
                    answer.put("lane", change.lane().name());
                }
            }
        }
        send(arrival, answer);
    }

    /**
     * An arrival was refused.
     *
     * @param refused what goes to {@code orders.invalid} of it
     */
    void refused(Message arrival, Message refused) throws JMSException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("status", "INVALID");
        answer.put("reason", Courier.clipped(refused.getStringProperty(OrderHeaders.REASON)));
        send(arrival, answer);
    }

    private void send(Message arrival, ObjectNode answer) throws JMSException {
        if (!(arrival.getJMSReplyTo() instanceof Queue to) || isOurs(to)) {
            return;
        }
        String correlationId = arrival.getJMSCorrelationID();
        courier.send(new Courier.Letter(
                to,
                answer.toString(),
                correlationId == null ? arrival.getJMSMessageID() : correlationId,
                Map.of(),
                !(to instanceof TemporaryQueue),
                TIME_TO_LIVE));
    }

    /** What a sender writes there names no queue of ours. */
    private boolean isOurs(Queue to) throws JMSException {
        String name = to.getQueueName();
        return name.startsWith("orders.")
                || name.startsWith("DLQ.")
                || intake.contains(name)
                || !(to instanceof ActiveMQDestination exact)
                || exact.isPattern()
                || exact.isComposite();
    }
}
