package ordersystem.broker;

import java.util.Arrays;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.Message;

/**
 * What a client may not decide about a message on one of our queues: that it may expire, that it may be lost at a
 * restart, or that one consumer alone works off its group. Called by the broker on the sender's thread; stateless.
 */
final class IntakePolicy extends BrokerFilter {

    private static final String OUR_QUEUES = "orders.";

    IntakePolicy(Broker next) {
        super(next);
    }

    @Override
    public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
        if (isOurs(message.getDestination())) {
            message.setExpiration(0);
            message.setPersistent(true);
            message.setGroupID(null);
            message.setGroupSequence(0);
        }
        super.send(exchange, message);
    }

    private static boolean isOurs(ActiveMQDestination destination) {
        if (destination.isComposite()) {
            return Arrays.stream(destination.getCompositeDestinations()).anyMatch(IntakePolicy::isOurs);
        }
        return destination.isQueue() && destination.getPhysicalName().startsWith(OUR_QUEUES);
    }
}
