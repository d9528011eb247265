package ordersystem.transaction;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import ordersystem.ledger.Ledger;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.MessageListenerContainerFactory;
import org.springframework.jms.listener.AbstractMessageListenerContainer;

/** Makes the container of each consumer group; Camel calls it when a route starts. */
final class Batches implements MessageListenerContainerFactory {

    /** For queues that have no settings of their own, dead-letter queues among them. */
    private static final Batch OTHERS = new Batch(20, Duration.ofMillis(50), Duration.ofMillis(50), Duration.ZERO);

    private final Map<String, Batch> batches;
    private final Ledger ledger;
    private final BooleanSupplier intakeIsBusy;

    /** @param batches by queue name */
    Batches(Map<String, Batch> batches, Ledger ledger, BooleanSupplier intakeIsBusy) {
        this.batches = Map.copyOf(batches);
        this.ledger = ledger;
        this.intakeIsBusy = intakeIsBusy;
    }

    @Override
    public AbstractMessageListenerContainer createMessageListenerContainer(JmsEndpoint endpoint) {
        String queue = endpoint.getDestinationName().replaceFirst("\\?.*", "");
        return new BatchContainer(endpoint, queue, batches.getOrDefault(queue, OTHERS), ledger, intakeIsBusy);
    }
}
