package ordersystem.monitoring;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long orders took from taken in to handed over, by lane: of this process, in the last minute. Percentiles, for people
 * who look at one instance; Prometheus has a histogram instead, because percentiles of several cannot be added up.
 * Thread-safe.
 */
public final class CriticalTimes {

    /** Told is the last minute; what is older than 45 s of it goes in one step of 15 s. */
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int STEPS = 4;

    /** Significant digits: off by 1 % at most. */
    private static final int DIGITS = 2;

    private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

    private final MeterRegistry registry;
    private final Map<String, Timer> lanes = new ConcurrentHashMap<>();

    /** @param p50 in milliseconds, as the others */
    record Percentiles(double p50, double p95, double p99) {}

    public CriticalTimes(Clock clock) {
        registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    }

    /** @param lane one of a few: each is remembered */
    void record(String lane, Duration time) {
        Timer known = lanes.get(lane);
        Timer timer = known != null ? known : lanes.computeIfAbsent(lane, this::timer);
        // One that took no time at all would look like none.
        timer.record(Math.max(1, time.toNanos()), TimeUnit.NANOSECONDS);
    }

    private Timer timer(String lane) {
        return Timer.builder("times")
                .tag("lane", lane)
                .publishPercentiles(PERCENTILES)
                .percentilePrecision(DIGITS)
                .distributionStatisticExpiry(WINDOW)
                .distributionStatisticBufferLength(STEPS)
                .register(registry);
    }

    /** Null where no order of the lane was handed over in the last minute. */
    @Nullable
    Percentiles of(String lane) {
        Timer timer = lanes.get(lane);
        if (timer == null) {
            return null;
        }
        ValueAtPercentile[] values = timer.takeSnapshot().percentileValues();
        if (values[2].value() == 0) {
            return null;
        }
        return new Percentiles(millis(values[0]), millis(values[1]), millis(values[2]));
    }

    private static double millis(ValueAtPercentile value) {
        return Math.round(value.value(TimeUnit.MILLISECONDS) * 10) / 10.0;
    }
}
