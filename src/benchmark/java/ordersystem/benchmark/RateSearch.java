package ordersystem.benchmark;

/** Finds the highest rate that a system holds. Immutable. */
final class RateSearch {

    private static final double RISE = 1.3;

    /** Whether a system holds a rate; asked once for each try. */
    interface Probe {
        boolean holds(int rate) throws Exception;
    }

    private final Probe probe;
    private final double precision;

    /** @param precision share of the rate at which the search ends, such as 0.05 */
    RateSearch(Probe probe, double precision) {
        this.probe = probe;
        this.precision = precision;
    }

    /**
     * Goes up from {@code start} until a rate does not hold, or down until one does, then halves the interval. A rate that
     * does not hold on the way up is tried once more: somebody else may have had the machine.
     */
    int highest(int start) throws Exception {
        double good = start;
        double bad = start;
        if (holds(good)) {
            bad = good * RISE;
            while (holds(bad)) {
                good = bad;
                bad = good * RISE;
            }
        } else {
            do {
                bad = good;
                good = bad / RISE;
            } while (!probe.holds((int) good));
        }
        while ((bad - good) / good > precision) {
            double middle = (good + bad) / 2;
            if (probe.holds((int) middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return (int) good;
    }

    private boolean holds(double rate) throws Exception {
        if (probe.holds((int) rate)) {
            return true;
        }
        return probe.holds((int) rate);
    }
}
