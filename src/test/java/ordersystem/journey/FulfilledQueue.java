package ordersystem.journey;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.activemq.ActiveMQConnectionFactory;

/** Reads a whole queue as a legacy system would, and puts it back, so that the audit finds it too. */
final class FulfilledQueue {
    /** No message within this time: the queue is at its end. */
    private static final long END_MILLIS = 2_000;

    /** Below half the broker's page of 200: without acknowledgements that tell it to go on, it stops after one page. */
    private static final String PREFETCH = "jms.prefetchPolicy.queuePrefetch=50";

    private FulfilledQueue() {}

    static List<OutsideAccount.Fulfilled> read(String brokerUrl, String queue) throws JMSException {
        List<OutsideAccount.Fulfilled> all = new ArrayList<>();
        String url = brokerUrl + (brokerUrl.contains("?") ? "&" : "?") + PREFETCH;
        try (Connection connection = new ActiveMQConnectionFactory(url).createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            connection.start();
            for (Message message = consumer.receive(END_MILLIS);
                    message != null;
                    message = consumer.receive(END_MILLIS)) {
                all.add(of(message));
            }
            session.rollback();
        }
        return all;
    }

    private static OutsideAccount.Fulfilled of(Message message) throws JMSException {
        Map<String, String> headers = new HashMap<>();
        headers.put("JMSMessageID", message.getJMSMessageID());
        headers.put(
                "JMSTimestamp", Instant.ofEpochMilli(message.getJMSTimestamp()).toString());
        for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
            String name = (String) names.nextElement();
            headers.put(name, message.getStringProperty(name));
        }
        return new OutsideAccount.Fulfilled(headers.getOrDefault("OrderId", "none"), body(message), headers);
    }

    private static String body(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return text.getText();
        }
        BytesMessage bytes = (BytesMessage) message;
        byte[] body = new byte[(int) bytes.getBodyLength()];
        bytes.readBytes(body);
        return new String(body, StandardCharsets.UTF_8);
    }
}
