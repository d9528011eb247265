package ordersystem.benchmark;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/** Puts orders into one queue, as a JMS client does: persistent, high ones at priority 9. One thread. */
final class Feed implements AutoCloseable {

    static final int HIGH_PRIORITY = 9;
    private static final int NORMAL_PRIORITY = 4;

    private final Connection connection;
    private final Session session;
    private final MessageProducer producer;

    /** @param transacted whether nothing is sent before {@link #commit()}; otherwise each send returns once it is on disk */
    Feed(ConnectionFactory connections, String queue, boolean transacted) throws JMSException {
        connection = connections.createConnection();
        session = connection.createSession(transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(session.createQueue(queue));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
    }

    void send(String json, boolean high) throws JMSException {
        producer.setPriority(high ? HIGH_PRIORITY : NORMAL_PRIORITY);
        producer.send(session.createTextMessage(json));
    }

    /** A message that is no text. */
    void send(byte[] body) throws JMSException {
        var message = session.createBytesMessage();
        message.writeBytes(body);
        producer.setPriority(NORMAL_PRIORITY);
        producer.send(message);
    }

    void commit() throws JMSException {
        session.commit();
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
