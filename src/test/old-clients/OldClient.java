import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.jms.BytesMessage;
import javax.jms.Connection;
import javax.jms.ConnectionFactory;
import javax.jms.DeliveryMode;
import javax.jms.JMSException;
import javax.jms.MapMessage;
import javax.jms.Message;
import javax.jms.MessageConsumer;
import javax.jms.MessageProducer;
import javax.jms.Queue;
import javax.jms.Session;
import javax.jms.TextMessage;

/**
 * What an old system does: sends each kind of message with a low and with a high priority, asks for replies, and reads what is
 * fulfilled. Prints a line for each: kind, JMSPriority, status of the reply, lane, JMSPriority and correlation id on the way out, and
 * how the body begins. Run as a source file with an old client on the class path.
 *
 * <p>Arguments: class of the connection factory, URL, queue.
 */
public class OldClient {

    private static final long PATIENCE = 60_000;
    private static final String LINES = "[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}]";

    public static void main(String[] arguments) throws Exception {
        ConnectionFactory factory = (ConnectionFactory)
                Class.forName(arguments[0]).getConstructor(String.class).newInstance(arguments[1]);
        try (Client client = new Client(factory.createConnection(), arguments[2])) {
            client.run();
        }
        System.exit(0);
    }

    private static final class Client implements AutoCloseable {
        private final Connection connection;
        private final Session session;
        private final Queue in;
        private final Map<String, String> replies = new HashMap<>();
        private final List<String> sent = new ArrayList<>();

        Client(Connection connection, String queue) throws JMSException {
            this.connection = connection;
            connection.start();
            session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            in = session.createQueue(queue);
        }

        void run() throws JMSException {
            Queue answers = session.createTemporaryQueue();
            MessageProducer producer = session.createProducer(in);
            for (int priority : new int[] {4, 7}) {
                for (String kind : new String[] {"text-json", "text-xml", "bytes-xml", "bytes-latin1", "map"}) {
                    String id = kind + "-" + priority;
                    Message message = message(kind, id);
                    message.setJMSCorrelationID("corr-" + id);
                    message.setJMSReplyTo(answers);
                    producer.send(message, DeliveryMode.PERSISTENT, priority, 0);
                    sent.add(id);
                }
            }
            // JMS 1.1: nothing can be closed by try.
            MessageConsumer replied = session.createConsumer(answers);
            while (replies.size() < sent.size()) {
                Message reply = replied.receive(PATIENCE);
                if (reply == null) {
                    throw new IllegalStateException("replies: " + replies);
                }
                String text = ((TextMessage) reply).getText();
                replies.put(reply.getJMSCorrelationID(), text.replaceAll(".*\"status\":\"(\\w+)\".*", "$1"));
            }
            replied.close();
            Map<String, String> lines = new HashMap<>();
            MessageConsumer consumer = session.createConsumer(session.createQueue("orders.fulfilled"));
            while (lines.size() < sent.size()) {
                Message out = consumer.receive(PATIENCE);
                if (out == null) {
                    throw new IllegalStateException("fulfilled: " + lines);
                }
                String id = out.getStringProperty("OrderId");
                lines.put(
                        id,
                        String.join(
                                "\t",
                                id.replaceAll("-\\d$", ""),
                                id.replaceAll(".*-", ""),
                                replies.get("corr-" + id),
                                out.getStringProperty("OrderLane"),
                                String.valueOf(out.getJMSPriority()),
                                out.getJMSCorrelationID().equals("corr-" + id) ? "kept" : "lost",
                                body(out).contains("\"customerId\":\"Zo\u00eb\"") ? "json" : body(out)));
            }
            consumer.close();
            sent.forEach(id -> System.out.println(lines.get(id)));
        }

        private Message message(String kind, String id) throws JMSException {
            String json = "{\"orderId\":\"" + id + "\",\"customerId\":\"Zo\u00eb\",\"lines\":" + LINES + "}";
            String xml = "<order id=\"" + id + "\" customer=\"Zo\u00eb\"><line sku=\"85123A\" quantity=\"6\" unitPrice=\"2.55\"/></order>";
            switch (kind) {
                case "text-json":
                    return session.createTextMessage(json);
                case "text-xml":
                    return session.createTextMessage(xml);
                case "bytes-xml":
                    return bytes(("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml).getBytes(StandardCharsets.UTF_8));
                case "bytes-latin1":
                    return bytes(json.getBytes(StandardCharsets.ISO_8859_1));
                default:
                    MapMessage map = session.createMapMessage();
                    map.setString("orderId", id);
                    map.setString("customerId", "Zo\u00eb");
                    map.setString("lines", LINES);
                    return map;
            }
        }

        private BytesMessage bytes(byte[] content) throws JMSException {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(content);
            return message;
        }

        private static String body(Message message) throws JMSException {
            if (message instanceof TextMessage) {
                return ((TextMessage) message).getText();
            }
            BytesMessage bytes = (BytesMessage) message;
            byte[] content = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(content);
            return new String(content, StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }
}
