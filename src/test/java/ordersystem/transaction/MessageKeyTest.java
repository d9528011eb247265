package ordersystem.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import org.apache.activemq.command.ActiveMQTextMessage;
import org.apache.activemq.command.MessageId;
import org.junit.jupiter.api.Test;

class MessageKeyTest {

    @Test
    void itIsTheIdWhereNobodyChoseAnother() throws JMSException {
        ActiveMQTextMessage message = message(new MessageId("ID:shop-1:1:1:1:7"), "A");

        assertThat(MessageKey.of(message)).isEqualTo(message.getJMSMessageID());
    }

    @Test
    void anIdThatTheSenderChoseTellsNothing() throws JMSException {
        assertThat(MessageKey.of(message(chosen("order-1", 7), "A")))
                .isEqualTo(MessageKey.of(message(chosen("order-1", 7), "A")))
                .isNotEqualTo(MessageKey.of(message(chosen("order-1", 8), "A")));
    }

    /** As the OpenWire converter of older versions makes one for what came by AMQP: another at each delivery. */
    @Test
    void whatArtemisMakesAnIdForIsKnownAgainByWhatItSays() throws JMSException {
        String key = MessageKey.of(message(new MessageId("0d7f9f0e-6cf6-11f0-8b0c-0242ac110002:-1"), "A"));

        assertThat(MessageKey.of(message(new MessageId("77f5b1d2-6cf6-11f0-8b0c-0242ac110002:-1"), "A")))
                .isEqualTo(key);
        assertThat(MessageKey.of(message(new MessageId("77f5b1d2-6cf6-11f0-8b0c-0242ac110002:-1"), "B")))
                .isNotEqualTo(key);
    }

    private static MessageId chosen(String text, long sequence) {
        MessageId id = new MessageId("ID:shop-1:1:1:1", sequence);
        id.setTextView(text);
        return id;
    }

    private static ActiveMQTextMessage message(MessageId id, String text) throws JMSException {
        ActiveMQTextMessage message = new ActiveMQTextMessage();
        message.setMessageId(id);
        message.setText(text);
        return message;
    }
}
