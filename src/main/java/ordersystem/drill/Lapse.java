package ordersystem.drill;

import java.util.Arrays;

/**
 * How long something took.
 *
 * @param count of how many orders
 * @param mean in seconds, like the others; NaN where there is none
 */
record Lapse(int count, double mean, double p50, double p99, double longest) {

    static Lapse of(long[] micros) {
        long[] sorted = micros.clone();
        Arrays.sort(sorted);
        return new Lapse(
                sorted.length,
                Arrays.stream(sorted).average().orElse(Double.NaN) / 1e6,
                percentile(sorted, 0.5),
                percentile(sorted, 0.99),
                percentile(sorted, 1));
    }

    /** In seconds, the smallest value that is at least as large as this share of them. */
    static double percentile(long[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted.length == 0 ? Double.NaN : sorted[Math.max(1, rank) - 1] / 1e6;
    }
}
