package ordersystem.transaction;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import ordersystem.ledger.Ledger;
import org.apache.activemq.command.ActiveMQQueue;
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
    private final Precautions precautions;
    private final WorkGate gate;
    private final Witness witness;
    private final Replies replies;
    private final Turns turns;

    /** @param batches by queue name */
    Batches(
            Map<String, Batch> batches,
            Ledger ledger,
            BooleanSupplier intakeIsBusy,
            Precautions precautions,
            WorkGate gate,
            Witness witness,
            Replies replies,
            Turns turns) {
        this.precautions = precautions;
        this.batches = Map.copyOf(batches);
        this.ledger = ledger;
        this.intakeIsBusy = intakeIsBusy;
        this.gate = gate;
        this.witness = witness;
        this.replies = replies;
        this.turns = turns;
    }

    @Override
    public AbstractMessageListenerContainer createMessageListenerContainer(JmsEndpoint endpoint) {
        String queue = new ActiveMQQueue(endpoint.getDestinationName()).getPhysicalName();
        Batch batch = batches.getOrDefault(queue, OTHERS);
        return new BatchContainer(
                endpoint, queue, batch, ledger, intakeIsBusy, precautions, gate, witness, replies, turns);
    }
}
