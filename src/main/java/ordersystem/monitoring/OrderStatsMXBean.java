package ordersystem.monitoring;

import ordersystem.processing.OrderStats;

/** {@code ordersystem:type=OrderStats} on the platform MBean server. */
public interface OrderStatsMXBean {

    /** The record that {@code GET /api/stats} answers. */
    OrderStats getOrderStats();

    long getReceived();

    long getProcessed();

    long getFailed();

    long getPending();

    /** Not 0 for several readings in a row: counters and rows differ, which is an alarm. */
    long getDiscrepancy();
}
