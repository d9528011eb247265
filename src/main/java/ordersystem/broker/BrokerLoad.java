package ordersystem.broker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much the broker holds.
 *
 * @param storeUsed share of the store limit; above 1 where the last messages were big; null where it is not known
 * @param memoryUsed share of the memory limit; what does not fit is in the store
 * @param queues by name
 */
public record BrokerLoad(@Nullable Double storeUsed, double memoryUsed, Map<String, QueueLoad> queues) {

    /**
     * One queue.
     *
     * @param depth messages, those that a consumer holds included
     * @param consumers who read it
     */
    public record QueueLoad(long depth, long consumers) {}

    public BrokerLoad {
        queues = Map.copyOf(queues);
    }
}
