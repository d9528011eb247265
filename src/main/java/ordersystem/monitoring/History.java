package ordersystem.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ordersystem.processing.OrderStats;
import org.jspecify.annotations.Nullable;

/**
 * How the figures went in the last hour: a sample each 5 s, in this process's memory, gone with it. What it remembers also
 * says how fast orders are handed over. Thread-safe.
 */
final class History {

    /** Between two samples; 80-check-figures takes them. */
    static final Duration STEP = Duration.ofSeconds(5);

    private static final int MOST = 720;

    /** A throughput is the mean of this time, and up to a step more. */
    private static final Duration SMOOTHED = Duration.ofSeconds(30);

    /** A mean of less would be of one batch or none. */
    private static final Duration SHORTEST = Duration.ofSeconds(4);

    /**
     * The figures of one moment; those that count are of all instances and never begin anew.
     *
     * @param throughputPerSecond null where there was nothing to compare with yet
     * @param arriving null where the broker cannot be asked
     */
    @JsonInclude
    record Sample(
            Instant at,
            long received,
            long processed,
            long failed,
            long pending,
            long deferred,
            double probability,
            @Nullable Double throughputPerSecond,
            @Nullable Long arriving,
            Map<String, LaneSample> lanes) {}

    /** @param p99Millis of this process, in the minute before; null where nothing was handed over */
    @JsonInclude
    record LaneSample(
            long processed,
            long pending,
            @Nullable Double p99Millis,
            @Nullable Double throughputPerSecond) {}

    /** As it is answered: the oldest sample first. */
    record Hour(long stepSeconds, List<Sample> samples) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    synchronized void add(Instant at, OrderStats stats) {
        Map<String, LaneSample> lanes = new TreeMap<>();
        stats.lanes()
                .forEach((name, lane) -> lanes.put(
                        name,
                        new LaneSample(
                                lane.processed(), lane.pending(), lane.p99Millis(), lane.throughputPerSecond())));
        samples.addLast(new Sample(
                at.truncatedTo(ChronoUnit.MILLIS),
                stats.received(),
                stats.processed(),
                stats.failed(),
                stats.pending(),
                stats.deferred(),
                stats.admission().probability(),
                stats.throughputPerSecond(),
                stats.arriving(),
                lanes));
        while (samples.size() > MOST) {
            samples.removeFirst();
        }
    }

    synchronized Hour hour() {
        return new Hour(STEP.toSeconds(), List.copyOf(samples));
    }

    /** From when a throughput is reckoned now: the youngest sample that is old enough, or the oldest one. */
    synchronized @Nullable Sample base(Instant now) {
        Sample base = null;
        for (Sample sample : (Iterable<Sample>) samples::descendingIterator) {
            base = sample;
            if (Duration.between(sample.at(), now).compareTo(SMOOTHED) >= 0) {
                break;
            }
        }
        return base;
    }

    /** Orders a second; null where there is nothing to compare with. */
    static @Nullable Double perSecond(@Nullable Sample base, Instant now, long before, long processed) {
        if (base == null || Duration.between(base.at(), now).compareTo(SHORTEST) < 0) {
            return null;
        }
        double seconds = Duration.between(base.at(), now).toMillis() / 1000.0;
        return Math.round(Math.max(0, processed - before) / seconds * 10) / 10.0;
    }
}
