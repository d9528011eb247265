package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Map;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQMessage;
import org.jspecify.annotations.Nullable;

/** Makes the sends that deliveries collected, in one session. Confined to the thread of that session. */
final class Outbox implements AutoCloseable {

    private final MessageProducer producer;

    Outbox(Session session) throws JMSException {
        producer = session.createProducer(null);
    }

    /** Sends what a delivery collected; a message that carries a step gets the one that its row has now. */
    void send(Delivery delivery, @Nullable Integer step) throws JMSException {
        for (Delivery.Send send : delivery.sends()) {
            Message message = send.message();
            if (step != null
                    && message.propertyExists(OrderHeaders.STEP)
                    && message.getIntProperty(OrderHeaders.STEP) != step) {
                message = copy(message, Map.of(OrderHeaders.STEP, step));
            }
            producer.send(send.destination(), message, send.deliveryMode(), send.priority(), send.timeToLive());
        }
    }

    /** Sends a received message on as it is: every kind, unread, with some headers changed. */
    void forward(Message received, String queue, Map<String, Object> headers) throws JMSException {
        Delivery.Send send = forwarding(received, queue, headers);
        producer.send(send.destination(), send.message(), send.deliveryMode(), send.priority(), send.timeToLive());
    }

    static Delivery.Send forwarding(Message received, String queue, Map<String, Object> headers) throws JMSException {
        return new Delivery.Send(
                ActiveMQDestination.createDestination(queue, ActiveMQDestination.QUEUE_TYPE),
                copy(received, headers),
                Message.DEFAULT_DELIVERY_MODE,
                received.getJMSPriority(),
                Message.DEFAULT_TIME_TO_LIVE);
    }

    /** A copy that can be sent: every kind of message, its body unread, with some headers changed. */
    static Message copy(Message message, Map<String, Object> headers) throws JMSException {
        ActiveMQMessage copy = (ActiveMQMessage) ((ActiveMQMessage) message).copy();
        copy.setReadOnlyProperties(false);
        copy.setRedeliveryCounter(0);
        copy.setGroupID(null);
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            copy.setObjectProperty(header.getKey(), header.getValue());
        }
        return copy;
    }

    @Override
    public void close() throws JMSException {
        producer.close();
    }
}
