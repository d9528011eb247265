package ordersystem.monitoring;

import ordersystem.jmx.Description;
import ordersystem.processing.OrderStats;

/** {@code ordersystem:type=OrderStats} on the platform MBean server. */
@Description("The live figures of the whole system, and its alarms")
public interface OrderStatsMXBean {

    @Description("All figures of one moment: the record that GET /api/stats answers")
    OrderStats getOrderStats();

    @Description(
            "Orders in the ledger: processed, failed and pending ones together; at most a second old, like the other"
                    + " single figures")
    long getReceived();

    @Description("Orders handed over")
    long getProcessed();

    @Description("Orders that are failed now, discarded and cancelled ones included")
    long getFailed();

    @Description("Orders on their way, or waiting to go on by themselves")
    long getPending();

    @Description("Counters against rows, at the last check; not 0 for three checks in a row is an alarm")
    long getDiscrepancy();
}
