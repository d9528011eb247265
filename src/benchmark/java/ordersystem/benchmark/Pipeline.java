package ordersystem.benchmark;

/**
 * A system that takes orders from a queue, records them in a ledger and hands them over: OrderSystem, or a peer that it is
 * measured against. One for each worker JVM; called by the worker's main thread.
 */
public interface Pipeline extends AutoCloseable {

    /** Whether it has the two queues; if not, an order is handed over when its HTTP answer comes. */
    default boolean hasQueues() {
        return true;
    }

    /** The queue that it takes orders from. */
    String incoming();

    /** The queue that it hands orders over to. */
    String fulfilled();

    /** Begins to work off what waits; returns once it does. May be called again after {@link #stop()}. */
    void start() throws Exception;

    /** Stops working; what was in hand is finished, or back in its queue. */
    void stop() throws Exception;

    /** Where it takes orders over HTTP; 0 where it does not. */
    default int port() {
        return 0;
    }

    /** Every setting that matters to its speed, for the report. */
    String settings();
}
