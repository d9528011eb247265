package ordersystem.admission;

import java.util.Map;
import java.util.TreeMap;

/** How long orders took, counted by ticks. */
final class Latencies {

    private final TreeMap<Integer, Long> counts = new TreeMap<>();
    private long all;

    void add(int ticks, int count) {
        counts.merge(ticks, (long) count, Long::sum);
        all += count;
    }

    long count() {
        return all;
    }

    /** In seconds, of a share of all orders; 0 where there are none. */
    double percentile(double share) {
        long before = 0;
        for (Map.Entry<Integer, Long> some : counts.entrySet()) {
            before += some.getValue();
            if (before >= share * all) {
                return some.getKey() * Simulation.TICK;
            }
        }
        return 0;
    }
}
