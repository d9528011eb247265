package ordersystem.benchmark;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What became of the orders that a {@link HttpLoad} offered. Every latency runs from the time at which the order was to be
 * sent, and, where it was offered again, from the first. Written on the generator's event loop, read when that is done.
 */
final class Answers {

    final String run;
    final int rate;
    final int seconds;

    /** When each order was to be sent. */
    final Times intended;

    /** When each order's 2xx came. */
    final Times accepted;

    /** Microseconds from the intended time to the last answer; what got none counts until the load was given up. */
    final Histogram latency = Times.histogram();

    /** Microseconds by which the generator itself was late; of orders for which a connection was free. */
    final Histogram lag = Times.histogram();

    /** How often each status came. */
    final Map<Integer, Integer> statuses = new TreeMap<>();

    /** Connections that failed, could not be made, or brought no answer for a minute. */
    int failures;

    /** Orders that had no last answer when the load was given up. */
    int unanswered;

    /** Orders that waited for a free connection. */
    int heldBack;

    /** Processors that this JVM used while the orders were offered. */
    double processors;

    Answers(String run, int rate, int seconds) {
        this.run = run;
        this.rate = rate;
        this.seconds = seconds;
        intended = new Times(rate * seconds);
        accepted = new Times(rate * seconds);
    }

    int offered() {
        return intended.orders();
    }

    /** Share of the orders that were not accepted, 0 to 1. */
    double refused() {
        return 1 - (double) accepted.count() / offered();
    }

    /** Answers 503 and failed connections. */
    int offeredAgain() {
        return statuses.getOrDefault(503, 0) + failures;
    }

    /** Milliseconds. */
    double answerMillis(double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    /** Orders accepted a second, until the last answer or the end of the load, whichever is later. */
    double acceptedPerSecond() {
        double taken = (accepted.last() - start()) / 1e6;
        return accepted.count() / Math.max(seconds, taken);
    }

    /** Orders accepted a second while orders were offered. */
    double acceptedPerSecondOfLoad() {
        return (double) accepted.countUntil(end()) / seconds;
    }

    long start() {
        return intended.get(0);
    }

    /** When the load ended. */
    long end() {
        return start() + seconds * 1_000_000L;
    }

    @Override
    public String toString() {
        return "%s: %,d/s for %d s, %s, failures %d, unanswered %d; answer p50 %.1f ms, p99 %.1f ms; generator p99 %.1f ms late, %.2f processors, %,d held back"
                .formatted(
                        run,
                        rate,
                        seconds,
                        statuses,
                        failures,
                        unanswered,
                        answerMillis(50),
                        answerMillis(99),
                        lag.getValueAtPercentile(99) / 1e3,
                        processors,
                        heldBack);
    }
}
