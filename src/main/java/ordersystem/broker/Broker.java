package ordersystem.broker;

import jakarta.jms.ConnectionFactory;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The message broker as the rest of the program sees it, inside this process or elsewhere. Thread-safe. */
public interface Broker extends AutoCloseable {

    /** A factory of its own for each caller; its connections share nothing with those of another. */
    ConnectionFactory connectionFactory();

    /**
     * Messages in the queue, those that a consumer holds unacknowledged included; 0 where there is no such queue yet, empty
     * where the broker cannot be asked.
     */
    OptionalLong depth(String queue);

    /** How full it is, and how its queues stand; empty where the broker cannot be asked. */
    Optional<BrokerLoad> load();

    /** How much there is for more orders. Quick. */
    Room room();

    /** Why it does not answer; null where it does. Quick. */
    @Nullable
    String whyAway();

    @Override
    void close();
}
