package ordersystem.monitoring;

import ordersystem.jmx.Description;
import org.jspecify.annotations.Nullable;

/** {@code ordersystem:type=Admission} on the platform MBean server. */
@Description("Which normal orders are deferred under overload, and why")
public interface AdmissionMXBean {

    @Description("AUTO: follows the delay of normal orders; FIXED: as set; OFF: nothing is deferred."
            + " What is set holds for all instances, and after a restart")
    String getMode();

    void setMode(String mode);

    @Description("That a normal order which comes now is deferred, 0 to 1; setting it sets mode FIXED")
    double getProbability();

    void setProbability(double probability);

    @Description("Who set the mode; null where it is the configured one")
    @Nullable
    String getSetBy();

    @Description("How long a normal order waits that goes into its lane now")
    double getDelaySeconds();

    @Description("Turns of normal orders a second, when there is enough to do; 0 while unknown")
    double getRatePerSecond();

    @Description("Orders that went into their lane at once; never falls")
    long getAdmitted();

    @Description("Orders that had to wait first; never falls")
    long getDeferred();

    @Description("Orders that are deferred at present")
    long getDeferredNow();

    @Description("Deferred orders that have gone on; never falls")
    long getReleased();

    @Description("Since the order came that has been deferred for longest")
    long getOldestDeferredSeconds();

    @Description("How long a high order waits that goes into its lane now")
    double getHighLaneDelaySeconds();

    @Description("Why an order was admitted or deferred, and when it goes on")
    String explain(@Description("Id of the order") String orderId);
}
