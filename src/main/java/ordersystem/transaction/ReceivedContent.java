package ordersystem.transaction;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import ordersystem.order.Content;
import ordersystem.order.OrderHeaders;
import ordersystem.order.Trace;
import org.apache.activemq.command.ActiveMQMessage;
import org.apache.activemq.util.ByteSequence;

/** Reads a received message into the form in which it is kept; an object is never deserialised. */
final class ReceivedContent {

    private ReceivedContent() {}

    static Content of(Message message) throws JMSException {
        Map<String, String> headers = new HashMap<>();
        if (message.getJMSCorrelationID() != null) {
            headers.put("JMSCorrelationID", message.getJMSCorrelationID());
        }
        if (message.getJMSType() != null) {
            headers.put("JMSType", message.getJMSType());
        }
        if (message.getJMSReplyTo() instanceof Queue replyTo) {
            headers.put("JMSReplyTo", replyTo.getQueueName());
        }
        String original = message.getStringProperty(OrderHeaders.ORIGINAL_MESSAGE_ID);
        if (original != null) {
            headers.put(OrderHeaders.ORIGINAL_MESSAGE_ID, original);
        }
        headers.put("JMSPriority", String.valueOf(message.getJMSPriority()));
        for (String name : OrderHeaders.TRACE) {
            if (message.getObjectProperty(name) instanceof String value && Trace.isAllowed(name, value)) {
                headers.put(name, value);
            }
        }
        if (message instanceof TextMessage text) {
            return new Content(Content.Type.TEXT, text(text).getBytes(StandardCharsets.UTF_8), headers);
        }
        if (message instanceof BytesMessage bytes) {
            return new Content(Content.Type.BYTES, bytes(bytes), headers);
        }
        ByteSequence content = ((ActiveMQMessage) message).getContent();
        headers.put("messageType", message.getClass().getSimpleName());
        return new Content(Content.Type.OTHER, content == null ? new byte[0] : content.toArray(), headers);
    }

    static String text(TextMessage message) throws JMSException {
        String text = message.getText();
        return text == null ? "" : text;
    }

    static byte[] bytes(BytesMessage message) throws JMSException {
        message.reset();
        byte[] bytes = new byte[(int) message.getBodyLength()];
        message.readBytes(bytes);
        return bytes;
    }
}
