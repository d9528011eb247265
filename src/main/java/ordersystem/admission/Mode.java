package ordersystem.admission;

/** How the probability of deferral comes about. */
public enum Mode {
    /** From the queueing delay of the normal lane. */
    AUTO,
    /** As somebody has set it: for tests and demonstrations. */
    FIXED,
    /** Nothing is deferred. */
    OFF
}
