package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.activemq.command.ActiveMQMessage;
import org.apache.activemq.command.MessageId;

/**
 * What tells a message from all others, the same at each delivery of it. That is not its JMSMessageID: who sends by AMQP chooses that,
 * and may choose the same one twice; and an older Artemis (2.44 does not) makes up another one at each delivery of what did not come by
 * OpenWire.
 */
final class MessageKey {

    /** The sequence number in an id that was made up. */
    private static final long MADE_UP = -1;

    private MessageKey() {}

    /** To be asked before the message is read: reading takes a MapMessage's bytes away. */
    static String of(Message message) throws JMSException {
        if (!(message instanceof ActiveMQMessage received)) {
            return message.getJMSMessageID();
        }
        MessageId id = received.getMessageId();
        return id.getProducerSequenceId() == MADE_UP ? ofContent(message) : id.toProducerKey();
    }

    /** Two messages that say the same, and were sent in the same millisecond, are the same order, or the same poison. */
    private static String ofContent(Message message) throws JMSException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ReceivedContent.of(message).body());
            digest.update(Long.toString(message.getJMSTimestamp()).getBytes(StandardCharsets.UTF_8));
            return "content:" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
