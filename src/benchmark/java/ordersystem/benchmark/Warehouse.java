package ordersystem.benchmark;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import ordersystem.order.Order;
import ordersystem.order.UnprocessableOrderException;
import org.apache.camel.Variable;

/**
 * What fulfils an order, as the benchmark has it: a call that takes a while, and now and then fails for this once. The
 * bean {@code warehouse} of OrderSystem's fulfilment route; any thread.
 */
public final class Warehouse {

    static final String REFUSED = "refused-by-the-warehouse";

    private final long millis;
    private final double faults;
    private final boolean refuses;

    /**
     * @param millis how long a call takes; 0 for no warehouse at all
     * @param faults share of the calls that fail transiently, 0 to 1
     */
    public Warehouse(long millis, double faults) {
        this(millis, faults, false);
    }

    /** @param refuses whether it refuses, each time, the orders of the customer {@value #REFUSED} */
    public Warehouse(long millis, double faults, boolean refuses) {
        this.millis = millis;
        this.faults = faults;
        this.refuses = refuses;
    }

    boolean refuses() {
        return refuses;
    }

    long millis() {
        return millis;
    }

    double faults() {
        return faults;
    }

    boolean isNone() {
        return millis == 0 && faults == 0 && !refuses;
    }

    /** Fulfils one order. */
    public void call(@Variable("order") Order order) throws InterruptedException {
        if (refuses && REFUSED.equals(order.customerId())) {
            throw new UnprocessableOrderException("the warehouse never heard of this customer");
        }
        TimeUnit.MILLISECONDS.sleep(millis); // the load itself, a call that takes so long; nothing is waited for
        if (faults > 0 && ThreadLocalRandom.current().nextDouble() < faults) {
            throw new IllegalStateException("the warehouse does not answer at the moment");
        }
    }
}
