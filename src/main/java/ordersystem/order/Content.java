package ordersystem.order;

import java.util.Map;

/**
 * A message as it was received, in the form in which it is kept while its order waits.
 *
 * @param type how to make a message of it again
 * @param body the bytes; UTF-8 for {@link Type#TEXT}, the client library's own encoding for {@link Type#OTHER}
 * @param headers JMS headers worth keeping (JMSCorrelationID, JMSPriority, JMSType, JMSReplyTo) and allowed properties
 */
public record Content(Type type, byte[] body, Map<String, String> headers) {

    public enum Type {
        TEXT,
        BYTES,
        /** MapMessage, StreamMessage, ObjectMessage: kept for a person, never sent to a lane. */
        OTHER
    }

    public Content {
        headers = Map.copyOf(headers);
    }
}
