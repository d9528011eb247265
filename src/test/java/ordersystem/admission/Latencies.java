package ordersystem.admission;

import java.util.Arrays;

/** How long orders took, counted by ticks. */
final class Latencies {

    private long[] counts = new long[1024];
    private long all;

    void add(int ticks, int count) {
        if (ticks >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(ticks + 1, counts.length * 2));
        }
        counts[ticks] += count;
        all += count;
    }

    long count() {
        return all;
    }

    /** In seconds, of a share of all orders. */
    double percentile(double share) {
        long before = 0;
        for (int ticks = 0; ticks < counts.length; ticks++) {
            before += counts[ticks];
            if (before > 0 && before >= share * all) {
                return ticks * Simulation.TICK;
            }
        }
        return 0;
    }
}
