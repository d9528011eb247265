package ordersystem.monitoring;

import org.jspecify.annotations.Nullable;

/** {@code ordersystem:type=Admission} on the platform MBean server. */
public interface AdmissionMXBean {

    /** AUTO, FIXED or OFF. */
    String getMode();

    /** For all instances, from now on and after a restart. */
    void setMode(String mode);

    /** In force now, 0 to 1. */
    double getProbability();

    /** Sets mode FIXED with this probability, 0 to 1. */
    void setProbability(double probability);

    /** Who set the mode; null where it is the configured one. */
    @Nullable
    String getSetBy();

    /** How long a normal order waits that goes into its lane now. */
    double getDelaySeconds();

    /** Turns of normal orders a second that the system gets through when it has enough to do; 0 while unknown. */
    double getRatePerSecond();

    long getAdmitted();

    long getDeferred();

    long getDeferredNow();

    long getReleased();

    long getOldestDeferredSeconds();

    double getHighLaneDelaySeconds();

    /** Why an order was admitted or deferred, and when it goes on. */
    String explain(String orderId);
}
