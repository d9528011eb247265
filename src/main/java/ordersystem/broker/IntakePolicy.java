package ordersystem.broker;

import java.util.Arrays;
import java.util.Set;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.Message;

/**
 * What a client may not decide about a message on one of our queues, or on one that takes orders in: that it may expire, that it may be lost at a
 * restart, or that one consumer alone works off its group. Called by the broker on the sender's thread; stateless.
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
        }
        super.send(exchange, message);
    }

    private boolean isOurs(ActiveMQDestination destination) {
        if (destination.isComposite()) {
            return Arrays.stream(destination.getCompositeDestinations()).anyMatch(this::isOurs);
        }
        String name = destination.getPhysicalName();
        return destination.isQueue() && (name.startsWith(OUR_QUEUES) || intake.contains(name));
    }
}
