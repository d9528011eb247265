package ordersystem.benchmark;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What fulfils an order, as the benchmark has it: a call that takes a while, and now and then fails for this once. The
 * bean {@code warehouse} of OrderSystem's fulfilment route; any thread.
 */
public final class Warehouse {

    private final long millis;
    private final double faults;

    /**
     * @param millis how long a call takes; 0 for no warehouse at all
     * @param faults share of the calls that fail transiently, 0 to 1
     */
    public Warehouse(long millis, double faults) {
        this.millis = millis;
        this.faults = faults;
    }

    long millis() {
        return millis;
    }

    double faults() {
        return faults;
    }

    boolean isNone() {
        return millis == 0 && faults == 0;
    }

    /** Fulfils one order. */
    public void call() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
        if (faults > 0 && ThreadLocalRandom.current().nextDouble() < faults) {
            throw new IllegalStateException("the warehouse does not answer at the moment");
        }
    }
}
