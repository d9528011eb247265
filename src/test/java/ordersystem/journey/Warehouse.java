package ordersystem.journey;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.activemq.ActiveMQConnectionFactory;

/** Takes the orders out of orders.fulfilled, as the shop's warehouse does. */
final class Warehouse implements AutoCloseable {
    private final Collection<String> orderIds = new ConcurrentLinkedQueue<>();
    private final Connection connection;

    Warehouse(String brokerUrl) throws JMSException {
        connection = new ActiveMQConnectionFactory(brokerUrl).createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        session.createConsumer(session.createQueue("orders.fulfilled")).setMessageListener(message -> {
            try {
                orderIds.add(message.getStringProperty("OrderId"));
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        connection.start();
    }

    int count() {
        return orderIds.size();
    }

    List<String> orderIds() {
        return List.copyOf(orderIds);
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
