package ordersystem.broker;

import java.util.Arrays;
import java.util.Set;
import ordersystem.order.OrderHeaders;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.Connection;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.Message;

/**
 * What a client may not decide about a message on one of our queues, or on one that takes orders in: that it may expire, that it may be lost at a
 * restart, that one consumer alone works off its group, or whose API key it was handed in with. Called by the broker on the sender's thread; stateless.
 */
final class IntakePolicy extends BrokerFilter {

    private static final String OUR_QUEUES = "orders.";

    private final Set<String> intake;

    /** @param intake names of the queues that take orders in */
    IntakePolicy(Broker next, Set<String> intake) {
        super(next);
        this.intake = intake;
    }

    @Override
    public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
        if (isOurs(message.getDestination())) {
            message.setExpiration(0);
            message.setPersistent(true);
            message.setGroupID(null);
            message.setGroupSequence(0);
            if (!isInside(exchange) && message.getProperty(OrderHeaders.SENDER) != null) {
                message.removeProperty(OrderHeaders.SENDER); // only the door knows whose API key it was
            }
        }
        super.send(exchange, message);
    }

    private static boolean isInside(ProducerBrokerExchange exchange) {
        Connection connection = exchange.getConnectionContext().getConnection();
        return connection != null
                && String.valueOf(connection.getRemoteAddress()).startsWith("vm:");
    }

    private boolean isOurs(ActiveMQDestination destination) {
        if (destination.isComposite()) {
            return Arrays.stream(destination.getCompositeDestinations()).anyMatch(this::isOurs);
        }
        String name = destination.getPhysicalName();
        return destination.isQueue() && (name.startsWith(OUR_QUEUES) || intake.contains(name));
    }
}
