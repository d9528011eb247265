package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQMessage;

/** Makes the sends that deliveries collected, in one session. Confined to the thread of that session. */
final class Outbox implements AutoCloseable {

    private final MessageProducer producer;

    Outbox(Session session) throws JMSException {
        producer = session.createProducer(null);
    }

    /** Sends what was collected. */
    void send(List<Delivery.Send> sends) throws JMSException {
        for (Delivery.Send send : sends) {
            producer.send(send.destination(), send.message(), send.deliveryMode(), send.priority(), send.timeToLive());
        }
    }

    /** Sends a received message on as it is: every kind, unread, with these headers and none of its own of ours. */
    void forward(Message received, String queue, Map<String, Object> headers) throws JMSException {
        send(List.of(forwarding(received, queue, headers)));
    }

    /** The same message with another step. */
    static Delivery.Send withStep(Delivery.Send send, int step) throws JMSException {
        if (Integer.valueOf(step).equals(OrderMessage.of(send.message()).step())) {
            return send;
        }
        ActiveMQMessage copy = copy(send.message());
        copy.setIntProperty(OrderHeaders.STEP, step);
        return new Delivery.Send(send.destination(), copy, send.deliveryMode(), send.priority(), send.timeToLive());
    }

    static Delivery.Send forwarding(Message received, String queue, Map<String, Object> headers) throws JMSException {
        ActiveMQMessage copy = copy(received);
        try {
            for (String ours : OrderHeaders.OURS) {
                copy.removeProperty(ours);
            }
        } catch (IOException e) {
            throw new MessageFormatException(
                    "the properties of " + received.getJMSMessageID() + " cannot be read: " + e);
        }
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            copy.setObjectProperty(header.getKey(), header.getValue());
        }
        return new Delivery.Send(
                ActiveMQDestination.createDestination(queue, ActiveMQDestination.QUEUE_TYPE),
                copy,
                Message.DEFAULT_DELIVERY_MODE,
                received.getJMSPriority(),
                Message.DEFAULT_TIME_TO_LIVE);
    }

    /** A copy that can be sent: every kind of message, its body unread. */
    static ActiveMQMessage copy(Message message) throws JMSException {
        ActiveMQMessage copy = (ActiveMQMessage) ((ActiveMQMessage) message).copy();
        copy.setReadOnlyProperties(false);
        copy.setRedeliveryCounter(0);
        copy.setGroupID(null);
        return copy;
    }

    @Override
    public void close() throws JMSException {
        producer.close();
    }
}
