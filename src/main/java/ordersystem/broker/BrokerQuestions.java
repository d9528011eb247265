package ordersystem.broker;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.time.Duration;
import java.util.Map;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.BrokerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Asks a broker about itself: messages to it, answers in a queue of its own. Confined to one thread; after a question that
 * was not answered it is to be closed.
 */
final class BrokerQuestions implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final ActiveMQConnection connection;
    private final Session session;
    private final MessageProducer producer;
    private final TemporaryQueue answers;
    private final MessageConsumer consumer;

    BrokerQuestions(ConnectionFactory connections) throws JMSException {
        connection = (ActiveMQConnection) connections.createConnection();
        try {
            connection.setCloseTimeout((int) ANSWER.toMillis());
            // A refused question is to be told.
            connection.setAlwaysSyncSend(true);
            connection.start();
            session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            producer = session.createProducer(null);
            answers = session.createTemporaryQueue();
            consumer = session.createConsumer(answers);
        } catch (JMSException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** What the broker says of itself when a client connects; null where it says nothing. */
    @Nullable
    BrokerInfo info() {
        // Waits for it.
        return connection.getBrokerName() == null ? null : connection.getBrokerInfo();
    }

    ActiveMQConnection connection() {
        return connection;
    }

    void ask(Destination to, String text, Map<String, String> properties) throws JMSException {
        Message question = session.createTextMessage(text);
        question.setJMSReplyTo(answers);
        for (Map.Entry<String, String> property : properties.entrySet()) {
            question.setStringProperty(property.getKey(), property.getValue());
        }
        // Nothing of it stays where nobody takes it.
        producer.setDeliveryMode(jakarta.jms.DeliveryMode.NON_PERSISTENT);
        producer.send(to, question);
    }

    /** The next answer; null where none comes within a second. */
    @Nullable
    Message answerIfAny() throws JMSException {
        return consumer.receive(ANSWER.toMillis());
    }

    /** Throws away what came too late to be an answer. */
    void forgetAnswers() throws JMSException {
        while (consumer.receiveNoWait() != null) {
            // the next one
        }
    }

    Message answer() throws JMSException {
        Message answer = answerIfAny();
        if (answer == null) {
            throw new JMSException("no answer within " + ANSWER);
        }
        return answer;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
