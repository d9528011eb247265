package ordersystem.transaction;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import org.apache.camel.CamelContext;
import org.springframework.jms.support.converter.MessageConversionException;
import org.springframework.jms.support.converter.MessageConverter;

/**
 * Turns messages into bodies and back for the {@code activemq} component: text and bytes only. Any other message becomes
 * the body as it is, unread, so that an object is never deserialised (CVE-2026-40860); the order reader refuses it by its
 * type. Thread-safe.
 */
final class OrderMessageConverter implements MessageConverter {

    private final CamelContext context;

    OrderMessageConverter(CamelContext context) {
        this.context = context;
    }

    @Override
    public Object fromMessage(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return ReceivedContent.text(text);
        }
        if (message instanceof BytesMessage bytes) {
            return ReceivedContent.bytes(bytes);
        }
        return message;
    }

    @Override
    public Message toMessage(Object body, Session session) throws JMSException {
        if (body instanceof byte[] bytes) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(bytes);
            return message;
        }
        if (body instanceof Message message) {
            return Outbox.copy(message);
        }
        String text = context.getTypeConverter().tryConvertTo(String.class, body);
        if (text == null) {
            throw new MessageConversionException(
                    "a body of " + body.getClass().getName() + " is no message: convert it to String or byte[] first");
        }
        return session.createTextMessage(text);
    }
}
