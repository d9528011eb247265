package ordersystem.monitoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import ordersystem.ledger.Change;
import ordersystem.order.Lane;
import ordersystem.transaction.Witness;
import org.jspecify.annotations.Nullable;

/**
 * What happens to orders in this process, counted since its start: what the ledger's counters do not tell. Consumers tell
 * it, after their batch. Thread-safe.
 */
public final class OrderEvents implements Witness {

    private static final int MOST_LANES = 20;
    private static final int MOST_REASONS = 40;

    /** Fine around what a high order is promised (250 ms), coarse where retries and backlogs are (docs/monitoring.md). */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(150),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(3),
        Duration.ofMinutes(10),
        Duration.ofMinutes(30),
        Duration.ofHours(2),
        Duration.ofHours(12),
        Duration.ofDays(2)
    };

    private final MeterRegistry registry;
    private final CriticalTimes times;
    private final Clock clock;
    private final LabelValues lanes = new LabelValues(MOST_LANES);
    private final LabelValues reasons = new LabelValues(MOST_REASONS);

    /** By name of the lane. A timer is looked up here and not in the registry, which would build its tags for each order. */
    private final Map<String, Timer> criticalTimes = new ConcurrentHashMap<>();

    /** @param times is told each time, too */
    public OrderEvents(MeterRegistry registry, CriticalTimes times, Clock clock) {
        this.registry = registry;
        this.times = times;
        this.clock = clock;
        criticalTime(Lane.HIGH);
        criticalTime(Lane.NORMAL);
    }

    @Override
    public void processed(Change change, Instant receivedAt) {
        if (change.lane() != null) {
            Duration since = Duration.between(receivedAt, clock.instant());
            // The broker that noted the arrival may be another machine, whose clock is ahead.
            Duration time = since.isNegative() ? Duration.ZERO : since;
            criticalTime(change.lane()).record(time);
            times.record(lane(change.lane()), time);
        }
    }

    @Override
    public void failed(Change change) {
        String type = change.reason() == null ? "" : change.reason().type();
        Counter.builder("orders.failed")
                .description("Orders that became dead letters, by what they met; in this process")
                .tag("lane", lane(change.lane()))
                .tag("reason", reasons.of(type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1)))
                .register(registry)
                .increment();
    }

    private Timer criticalTime(Lane lane) {
        // get first: computeIfAbsent locks.
        Timer known = criticalTimes.get(lane.name());
        return known != null
                ? known
                : criticalTimes.computeIfAbsent(lane.name(), name -> Timer.builder("orders.critical.time")
                        .description("From when an order was taken in until it was handed over; in this process")
                        .tag("lane", lane(lane))
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry));
    }

    private String lane(@Nullable Lane lane) {
        return lane == null ? LabelValues.OTHER : lanes.of(lane.name());
    }
}
