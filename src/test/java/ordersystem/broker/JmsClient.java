package ordersystem.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection with one session, as a hop or a legacy system has it. */
final class JmsClient implements AutoCloseable {

    private static final long NO_MORE_MS = 500;
    private static final long RECEIVE_LIMIT_MS = 20_000;

    private final Connection connection;
    final Session session;
    final MessageProducer producer;

    private JmsClient(ConnectionFactory factory, boolean transacted) throws JMSException {
        connection = factory.createConnection();
        session = connection.createSession(
                transacted, transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(null);
        connection.start();
    }

    static JmsClient transacted(ConnectionFactory factory) throws JMSException {
        return new JmsClient(factory, true);
    }

    static JmsClient autoAcknowledge(ConnectionFactory factory) throws JMSException {
        return new JmsClient(factory, false);
    }

    void send(String queue, Message message) throws JMSException {
        producer.send(session.createQueue(queue), message);
    }

    void send(String queue, String text) throws JMSException {
        send(queue, session.createTextMessage(text));
    }

    MessageConsumer consumer(String queue) throws JMSException {
        return session.createConsumer(session.createQueue(queue));
    }

    /** The next message; fails where there is none. */
    Message receive(String queue) throws JMSException {
        try (MessageConsumer consumer = consumer(queue)) {
            Message message = consumer.receive(RECEIVE_LIMIT_MS);
            if (message == null) {
                throw new AssertionError("nothing came from " + queue);
            }
            return message;
        }
    }

    @Nullable
    Message receiveIfAny(String queue) throws JMSException {
        try (MessageConsumer consumer = consumer(queue)) {
            return consumer.receive(NO_MORE_MS);
        }
    }

    /** Takes all messages of a queue in transactions of 100 and returns their texts. */
    List<String> drain(String queue) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (MessageConsumer consumer = consumer(queue)) {
            for (Message message = consumer.receive(NO_MORE_MS);
                    message != null;
                    message = consumer.receive(NO_MORE_MS)) {
                texts.add(message.getBody(String.class));
                if (session.getTransacted() && texts.size() % 100 == 0) {
                    session.commit();
                }
            }
            if (session.getTransacted()) {
                session.commit();
            }
        }
        return texts;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
